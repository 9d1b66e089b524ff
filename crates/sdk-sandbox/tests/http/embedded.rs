//! Token exchanges, error responses and lists of the embedded vendors.

use reqwest::{RequestBuilder, Response};
use sdk_sandbox::{Credentials, Sandbox};
use serde_json::{Value, json as value};

use crate::parcels::json;

/// A vendor, and the behavior in which it differs from other vendors.
struct Case {
    vendor: &'static str,
    /// Builds the token exchange request from the credentials.
    exchange: fn(&reqwest::Client, &str, &Credentials) -> RequestBuilder,
    /// Property names in the token response: token, type and lifetime.
    answer: [&'static str; 3],
    lifetime: u64,
    /// Response to wrong credentials: its status, and a pointer and a value in its body.
    wrong: (u16, &'static str, Value),
    /// Path of a list, and the pointer to its items.
    list: (&'static str, &'static str),
    /// Pointer to the message of an error.
    message: &'static str,
    environment: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    let usual = ["access_token", "token_type", "expires_in"];
    vec![
        Case {
            vendor: "motaword",
            exchange: |http, base, c| {
                let body = value!({ "grant_type": "client_credentials", "scope": "default" });
                http.post(format!("{base}/token"))
                    .basic_auth(&c.client_id, Some(&c.client_secret))
                    .json(&body)
            },
            answer: usual,
            lifetime: 3600,
            wrong: (401, "/code", value!("InvalidClient")),
            list: ("/projects", "/projects"),
            message: "/message",
            environment: &[
                "MOTAWORD_BASE_URL",
                "MOTAWORD_CLIENT_ID",
                "MOTAWORD_CLIENT_SECRET",
            ],
        },
        Case {
            vendor: "oneshot",
            exchange: |http, base, c| {
                let grant = ("grant_type", "client_credentials");
                let fields = [
                    grant,
                    ("client_id", &c.client_id),
                    ("client_secret", &c.client_secret),
                ];
                http.post(format!("{base}/token")).form(&fields)
            },
            answer: usual,
            lifetime: 3600,
            wrong: (401, "/type", value!("InvalidCredentialsError")),
            list: (
                "/business/7c9e6679-7425-40de-944b-e07fc1f90ae7/wallets",
                "/response",
            ),
            message: "/message",
            environment: &["ONESHOT_API_KEY", "ONESHOT_API_SECRET", "ONESHOT_BASE_URL"],
        },
        Case {
            vendor: "smscx",
            exchange: |http, base, c| {
                let token = http.post(format!("{base}/oauth/token"));
                token
                    .basic_auth(&c.client_id, Some(&c.client_secret))
                    .form(&[("grant_type", "client_credentials")])
            },
            answer: usual,
            lifetime: 86_400,
            wrong: (401, "/error/type", value!("invalid_client")),
            list: ("/optouts", "/data"),
            message: "/error/message",
            environment: &[
                "SMSCX_APPLICATION_ID",
                "SMSCX_APPLICATION_SECRET",
                "SMSCX_BASE_URL",
            ],
        },
        Case {
            vendor: "metquay",
            exchange: |http, base, c| {
                let body = value!({ "accessKey": c.client_id, "secretKey": c.client_secret });
                http.post(format!("{base}/authenticate")).json(&body)
            },
            answer: ["accessToken", "tokenType", "expiresIn"],
            lifetime: 900,
            wrong: (400, "/code", value!(400)),
            list: ("/customers", ""),
            message: "/message",
            environment: &[
                "METQUAY_ACCESS_KEY",
                "METQUAY_BASE_URL",
                "METQUAY_SECRET_KEY",
            ],
        },
        Case {
            vendor: "akeneo",
            exchange: |http, base, c| {
                let body = value!({ "grant_type": "password", "username": c.username, "password": c.password });
                let token = http.post(format!("{base}/api/oauth/v1/token"));
                token
                    .basic_auth(&c.client_id, Some(&c.client_secret))
                    .json(&body)
            },
            answer: usual,
            lifetime: 3600,
            wrong: (422, "/code", value!(422)),
            list: ("/api/rest/v1/families", "/_embedded/items"),
            message: "/message",
            environment: &[
                "AKENEO_BASE_URL",
                "AKENEO_CLIENT_ID",
                "AKENEO_CLIENT_SECRET",
                "AKENEO_PASSWORD",
                "AKENEO_USERNAME",
            ],
        },
    ]
}

impl Case {
    async fn exchange(&self, sandbox: &Sandbox, credentials: &Credentials) -> Response {
        let base = sandbox.base_url(self.vendor).unwrap();
        (self.exchange)(&reqwest::Client::new(), &base, credentials)
            .send()
            .await
            .unwrap()
    }

    async fn token(&self, sandbox: &Sandbox) -> String {
        let answer = json(
            self.exchange(sandbox, &sandbox.credentials(self.vendor).unwrap())
                .await,
        )
        .await;
        answer[self.answer[0]].as_str().unwrap().to_owned()
    }

    async fn list(&self, sandbox: &Sandbox, token: &str) -> Response {
        let url = format!("{}{}", sandbox.base_url(self.vendor).unwrap(), self.list.0);
        reqwest::Client::new()
            .get(url)
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn every_vendor_issues_a_token_through_its_own_exchange() {
    let sandbox = Sandbox::start().await.unwrap();
    for case in cases() {
        let response = case
            .exchange(&sandbox, &sandbox.credentials(case.vendor).unwrap())
            .await;
        assert_eq!(response.status(), 200, "{}", case.vendor);
        let answer = json(response).await;
        let [token, kind, lifetime] = case.answer.map(|name| answer[name].clone());
        assert!(token.is_string(), "{answer}");
        assert!(
            kind.as_str()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")),
            "{answer}"
        );
        assert_eq!(lifetime, case.lifetime, "{answer}");
        assert_eq!(sandbox.exchanges(case.vendor).unwrap(), 1);
    }
}

#[tokio::test]
async fn wrong_credentials_are_rejected_in_the_format_of_each_vendor() {
    let sandbox = Sandbox::start().await.unwrap();
    for case in cases() {
        let mut credentials = sandbox.credentials(case.vendor).unwrap();
        credentials.client_secret = "wrong".to_owned();
        let response = case.exchange(&sandbox, &credentials).await;
        let (status, pointer, expected) = &case.wrong;
        assert_eq!(response.status(), *status, "{}", case.vendor);
        let body = json(response).await;
        assert_eq!(body.pointer(pointer), Some(expected), "{body}");
        assert!(
            body.pointer(case.message).is_some_and(Value::is_string),
            "{body}"
        );
        assert_eq!(sandbox.exchanges(case.vendor).unwrap(), 0);
    }
}

#[tokio::test]
async fn a_token_is_valid_only_for_its_own_vendor() {
    let sandbox = Sandbox::start().await.unwrap();
    let cases = cases();
    for case in &cases {
        let token = case.token(&sandbox).await;
        for other in &cases {
            let status = other.list(&sandbox, &token).await.status().as_u16();
            let expected = if other.vendor == case.vendor {
                200
            } else {
                401
            };
            assert_eq!(
                status, expected,
                "the token of {} at {}",
                case.vendor, other.vendor
            );
        }
    }
}

#[tokio::test]
async fn every_vendor_rejects_requests_in_its_own_error_format() {
    let sandbox = Sandbox::start().await.unwrap();
    for case in cases() {
        let http = reqwest::Client::new();
        let base = sandbox.base_url(case.vendor).unwrap();
        let list = format!("{base}{}", case.list.0);
        for (request, status) in [
            (http.get(&list), 401),
            (http.get(format!("{base}/no/such/path/at-all")), 404),
            (http.request(reqwest::Method::TRACE, &list), 405),
        ] {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{}", case.vendor);
            let body = json(response).await;
            assert!(
                body.pointer(case.message).is_some_and(Value::is_string),
                "{}: {body}",
                case.vendor
            );
        }
    }
}

#[tokio::test]
async fn every_list_has_the_configured_number_of_items() {
    let sandbox = Sandbox::builder().items(4).start().await.unwrap();
    for case in cases() {
        let token = case.token(&sandbox).await;
        let body = json(case.list(&sandbox, &token).await).await;
        let items = body.pointer(case.list.1).and_then(Value::as_array);
        assert_eq!(items.map(Vec::len), Some(4), "{}: {body}", case.vendor);
    }
}

#[tokio::test]
async fn the_environment_contains_the_variables_that_clients_read() {
    let sandbox = Sandbox::start().await.unwrap();
    for case in cases() {
        let environment = sandbox.environment(case.vendor).unwrap();
        let mut names: Vec<&str> = environment.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, case.environment);
        assert!(
            environment
                .iter()
                .all(|(_, value)| !value.is_empty() && !value.contains('{')),
            "{environment:?}"
        );
    }
}

#[tokio::test]
async fn api_keys_and_standing_tokens_work_without_an_exchange() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::new();
    let key = sandbox.credentials("smscx").unwrap().api_key.unwrap();
    let groups = http.get(format!("{}/groups", sandbox.base_url("smscx").unwrap()));
    assert_eq!(
        groups
            .header("X-API-KEY", key)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let token = sandbox
        .credentials("akeneo")
        .unwrap()
        .standing_token
        .unwrap();
    let families = http.get(format!(
        "{}/api/rest/v1/families",
        sandbox.base_url("akeneo").unwrap()
    ));
    assert_eq!(
        families.bearer_auth(token).send().await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn an_exchange_without_a_body_gets_the_status_of_its_vendor() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::new();
    for (vendor, path, status) in [
        ("motaword", "/token", 200),
        ("oneshot", "/token", 400),
        ("smscx", "/oauth/token", 400),
        ("metquay", "/authenticate", 400),
        ("akeneo", "/api/oauth/v1/token", 415),
    ] {
        let known = sandbox.credentials(vendor).unwrap();
        let token = http.post(format!("{}{path}", sandbox.base_url(vendor).unwrap()));
        let response = token
            .basic_auth(known.client_id, Some(known.client_secret))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{vendor}");
    }
}

#[tokio::test]
async fn exchange_errors_with_the_same_code_differ_by_type() {
    let sandbox = Sandbox::start().await.unwrap();
    let known = sandbox.credentials("smscx").unwrap();
    let http = reqwest::Client::new();
    for (fields, kind) in [
        (&[("scope", "sms")][..], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (
            &[("grant_type", "client_credentials"), ("scope", "SMS")],
            "invalid_scope",
        ),
    ] {
        let token = http.post(format!(
            "{}/oauth/token",
            sandbox.base_url("smscx").unwrap()
        ));
        let token = token
            .basic_auth(&known.client_id, Some(&known.client_secret))
            .form(fields);
        let response = token.send().await.unwrap();
        assert_eq!(response.status(), 400);
        let body = json(response).await;
        assert_eq!(body["error"]["code"], 1600);
        assert_eq!(body["error"]["type"], kind);
    }
}

#[tokio::test]
async fn an_authorization_code_works_once_and_its_token_does_not_expire() {
    let sandbox = Sandbox::builder()
        .token_lifetime(std::time::Duration::ZERO)
        .start()
        .await
        .unwrap();
    let base = sandbox.base_url("akeneo").unwrap();
    let client = sandbox.credentials("akeneo").unwrap().client_id;
    let send = async |client: &str, code: &str, challenge: &str| {
        let url = format!("{base}/connect/apps/v1/oauth2/token");
        let response = reqwest::Client::new().post(url).form(&[
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("code_identifier", "identifier"),
            ("code_challenge", challenge),
        ]);
        let response = response.send().await.unwrap();
        (response.status().as_u16(), json(response).await)
    };
    // SHA-256 of "identifier" and the client secret.
    let challenge = "38128d77be59bd2ae09bd40c822e3c5333927abe3739df6f901e420a1e6bfe5c";
    for (client, code, challenge, error) in [
        (client.as_str(), "made-up", challenge, "invalid_grant"),
        (&client, "sandbox-code-1", "wrong", "invalid_client"),
        ("wrong", "sandbox-code-1", challenge, "invalid_client"),
        (&client, "sample", challenge, "invalid_grant"),
    ] {
        let (status, body) = send(client, code, challenge).await;
        assert_eq!((status, &body["error"]), (400, &value!(error)), "{body}");
        assert!(body["error_description"].is_string() && body["message"].is_string());
    }
    let (status, body) = send(&client, "sandbox-code-1", challenge).await;
    assert_eq!((status, body.get("expires_in")), (200, None), "{body}");
    let families = reqwest::Client::new().get(format!("{base}/api/rest/v1/families"));
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(
        families.bearer_auth(token).send().await.unwrap().status(),
        200
    );
    let (status, body) = send(&client, "sandbox-code-1", challenge).await;
    assert_eq!((status, &body["error"]), (400, &value!("invalid_grant")));
    assert_eq!(sandbox.exchanges("akeneo").unwrap(), 1);
}

#[tokio::test]
async fn a_group_lists_as_many_contacts_as_it_counts() {
    let sandbox = Sandbox::builder().items(5).start().await.unwrap();
    let token = sandbox.issue_token("smscx").unwrap();
    let groups = format!("{}/groups", sandbox.base_url("smscx").unwrap());
    let http = reqwest::Client::new();
    let created = http.post(&groups).bearer_auth(&token);
    let created = json(
        created
            .json(&value!({ "name": "Readers" }))
            .send()
            .await
            .unwrap(),
    )
    .await;
    for (id, count) in [(&value!(2), 5), (&created["info"]["id"], 0)] {
        let group = http.get(format!("{groups}/{id}")).bearer_auth(&token);
        let group = json(group.send().await.unwrap()).await;
        assert_eq!(group["info"]["totalPhoneNumbers"], count, "{group}");
        assert_eq!(group["data"].as_array().map(Vec::len), Some(count));
    }
}

#[tokio::test]
async fn remaining_calls_equal_the_limit_if_rate_limits_are_off() {
    let sandbox = Sandbox::start().await.unwrap();
    let group =
        reqwest::Client::new().get(format!("{}/groups", sandbox.base_url("smscx").unwrap()));
    let token = sandbox.issue_token("smscx").unwrap();
    let response = group.bearer_auth(token).send().await.unwrap();
    let told = ["x-rate-limit-limit", "x-rate-limit-remaining"];
    let told = told.map(|name| response.headers()[name].to_str().unwrap().to_owned());
    assert_eq!(told, ["600", "600"]);
}
