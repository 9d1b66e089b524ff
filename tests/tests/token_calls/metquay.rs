//! Tests the requests and responses of Metquay's `get_access_token`.

use std::time::{Duration, Instant};

use metquay_sdk::authenticate::GetAccessToken;
use metquay_sdk::types::{ApiError, TokenRequest};
use metquay_sdk::{Client, ClientConfig, Credentials, Error, Request, Server, VENDOR};
use workspace_tests::recorder::{Recorder, ScriptedResponse};
use workspace_tests::rustdoc;

use crate::{assert_leaves_the_cache_alone, assert_needs_no_token, tokens};

pub(crate) const KEY: &str = "met-k3y";
pub(crate) const SECRET: &str = "met-s3cret";
pub(crate) const BODY: &str = r#"{"accessKey":"met-k3y","secretKey":"met-s3cret"}"#;
pub(crate) const ANSWER: &str = r#"{"accessToken":"token-1","tokenType":"bearer","expiresIn":900}"#;
const SOURCE: &str = include_str!("../../../crates/metquay-sdk/src/generated/authenticate.rs");

pub(crate) fn credentials() -> Credentials {
    Credentials::new(KEY, SECRET)
}

pub(crate) fn client(server: &Recorder) -> Client {
    Client::builder()
        .base_url(server.url("/api/v1"))
        .credentials(credentials())
        .build()
        .unwrap()
}

async fn server() -> Recorder {
    Recorder::start([ScriptedResponse::json(200, ANSWER)]).await
}

async fn error_for_response(status: u16, body: &str) -> Error {
    let server = Recorder::start([ScriptedResponse::json(status, body)]).await;
    let error = client(&server).get_access_token().send().await.unwrap_err();
    assert_eq!(error.operation(), Some("get_access_token"));
    assert_eq!(error.status().unwrap(), status);
    error
}

#[tokio::test]
async fn metquay_method_is_get_access_token() {
    let server = server().await;
    let client = client(&server);
    let request: Request<'_, GetAccessToken> = client.get_access_token();
    request.await.unwrap();
    server.only();
}

#[tokio::test]
async fn metquay_posts_to_authenticate_below_the_version() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    assert_eq!(server.only().line(), "POST /api/v1/authenticate HTTP/1.1");
}

#[test]
fn metquay_default_placeholder_server_is_rejected() {
    assert!(VENDOR.servers[0].placeholder);
    assert_eq!(VENDOR.servers[0].url, "https://{host}/api/v1");
    for builder in [
        Client::builder(),
        Client::builder().server(Server::default()),
    ] {
        let error = builder.credentials(credentials()).build().unwrap_err();
        assert!(error.is_configuration());
        assert_eq!(
            error.to_string(),
            "metquay: the server `tenant`, https://{host}/api/v1, is a placeholder that cannot be used unchanged: \
             call .server(Server::Tenant { host: … }) or .base_url(\"https://…\") on the builder, \
             or set METQUAY_HOST or METQUAY_BASE_URL for from_env()"
        );
    }
}

#[test]
fn metquay_host_with_a_scheme_path_or_user_is_rejected() {
    let keys = [("METQUAY_ACCESS_KEY", KEY), ("METQUAY_SECRET_KEY", SECRET)];
    let config = ClientConfig::new().without_environment().variables(keys);
    for bad in [
        "https://acme.metquay.co",
        "acme.metquay.co/",
        "acme.metquay.co/api/v1",
        "me@acme.metquay.co",
    ] {
        let host = bad.to_owned();
        let given = Client::builder().server(Server::Tenant { host });
        let errors = [
            given.credentials(credentials()).build().unwrap_err(),
            Client::from_config(config.clone().variable("METQUAY_HOST", bad)).unwrap_err(),
        ];
        for error in errors {
            let text = error.to_string();
            assert!(
                error.is_configuration()
                    && text.contains("needs a bare host for `host`, such as example.com")
                    && text.contains("METQUAY_HOST"),
                "{text}"
            );
        }
    }
    let with_port = config.variable("METQUAY_HOST", "acme.metquay.co:8443");
    assert_eq!(
        Client::from_config(with_port).unwrap().base_url(),
        "https://acme.metquay.co:8443/api/v1"
    );
}

#[test]
fn metquay_host_is_inserted_into_the_server_url() {
    let server = Server::Tenant {
        host: "acme.metquay.co".to_owned(),
    };
    let client = Client::builder()
        .credentials(credentials())
        .server(server)
        .build()
        .unwrap();
    assert_eq!(client.base_url(), "https://acme.metquay.co/api/v1");
}

#[tokio::test]
async fn metquay_credentials_are_sent_only_in_the_body() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        (request.count(KEY), request.count(SECRET)),
        (1, 1),
        "{request:?}"
    );
    assert_eq!(request.body(), BODY);
}

#[tokio::test]
async fn metquay_sends_json() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.body(), BODY);
}

#[tokio::test]
async fn metquay_body_overrides_the_clients_credentials() {
    let server = server().await;
    let body = TokenRequest::new("other", "hush");
    client(&server)
        .get_access_token()
        .body(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.only().body(),
        r#"{"accessKey":"other","secretKey":"hush"}"#
    );
}

#[tokio::test]
async fn metquay_body_is_required() {
    let server = server().await;
    let builder = Client::builder().base_url(server.url("/api/v1"));
    let client = builder.without_credentials().build().unwrap();
    let error = client.get_access_token().send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn metquay_every_response_field_is_deserialized() {
    let server = server().await;
    let token = client(&server).get_access_token().send().await.unwrap();
    assert_eq!(token.status(), 200);
    assert_eq!(token.access_token.expose(), "token-1");
    assert_eq!(token.expires_in, Some(900));
    assert_eq!(token.token_type.as_deref(), Some("bearer"));
}

#[test]
fn metquay_documentation_states_the_token_lifetime() {
    assert!(rustdoc::field(SOURCE, "TokenResponse", "expiresIn").contains("900"));
    let docs = rustdoc::method(SOURCE, "get_access_token").replace('\n', " ");
    assert!(docs.contains("valid for 15 minutes"), "{docs}");
}

#[tokio::test]
async fn metquay_validation_error_has_status_400() {
    let error = error_for_response(400, r#"{"code":400,"message":"accessKey is missing"}"#).await;
    assert!(error.is_validation(), "{error:?}");
    assert_eq!(
        (error.code(), error.message()),
        (Some("400"), "accessKey is missing")
    );
    let body: ApiError = error.vendor().unwrap();
    assert_eq!(
        (body.code, body.message.as_deref()),
        (Some(400), Some("accessKey is missing"))
    );
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn metquay_server_error_has_status_500() {
    let error = error_for_response(500, r#"{"code":500,"message":"Down"}"#).await;
    assert!(error.is_server() && !error.is_auth(), "{error:?}");
    assert_eq!((error.code(), error.message()), (Some("500"), "Down"));
    assert_eq!(error.vendor::<ApiError>().unwrap().code, Some(500));
}

#[tokio::test]
async fn metquay_token_call_needs_no_token() {
    let server = Recorder::start(tokens("accessToken", ["direct-1"])).await;
    let client = client(&server);
    assert_needs_no_token(&server, async || {
        client
            .get_access_token()
            .await
            .unwrap()
            .access_token
            .expose()
            .to_owned()
    })
    .await;
    assert_eq!(server.only().header("authorization"), None);
}

#[tokio::test]
async fn metquay_token_call_does_not_change_the_token_cache() {
    let server = Recorder::start(tokens("accessToken", ["kept", "direct-1", "direct-2"])).await;
    let client = client(&server);
    assert_leaves_the_cache_alone(&client, &server, async || {
        client
            .get_access_token()
            .await
            .unwrap()
            .access_token
            .expose()
            .to_owned()
    })
    .await;
}

#[tokio::test]
async fn metquay_token_call_is_not_rate_limited() {
    let limits = VENDOR.limits.unwrap();
    assert_eq!((limits.requests, limits.per_seconds), (100, 60));
    let docs = rustdoc::method(SOURCE, "get_access_token").replace('\n', " ");
    assert!(
        docs.contains("does not count against the rate limit"),
        "{docs}"
    );
    let server = server().await;
    let client = client(&server);
    let started = Instant::now();
    for _ in 0..200 {
        client.get_access_token().send().await.unwrap();
    }
    // If the rate limit applied, the second hundred calls would take a minute.
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(server.requests().len(), 200);
}

#[tokio::test]
async fn metquay_next_call_sends_a_bearer_token_valid_for_15_minutes() {
    let server = server().await;
    let client = client(&server);
    client.list_works().send_raw().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        (exchange.line(), exchange.body()),
        ("POST /api/v1/authenticate HTTP/1.1", BODY)
    );
    assert!(call.line().starts_with("GET /api/v1/works"), "{call:?}");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!(call.count("token-1"), 1);
    let lifetime = client.access_token().await.unwrap().lifetime();
    assert_eq!(lifetime, Some(Duration::from_secs(15 * 60)));
}

#[tokio::test]
async fn metquay_client_without_credentials_can_send_an_explicit_body() {
    let server = server().await;
    let builder = Client::builder().base_url(server.url("/api/v1"));
    let client = builder.without_credentials().build().unwrap();
    client
        .get_access_token()
        .body(&TokenRequest::new(KEY, SECRET))
        .send()
        .await
        .unwrap();
    assert_eq!(server.only().body(), BODY);
}

#[tokio::test]
async fn metquay_host_and_keys_are_configured_by_variables() {
    let server = server().await;
    let keys = [("METQUAY_ACCESS_KEY", KEY), ("METQUAY_SECRET_KEY", SECRET)];
    let config = ClientConfig::new().without_environment().variables(keys);
    let given = config
        .clone()
        .variable("METQUAY_BASE_URL", server.url("/api/v1"));
    Client::from_config(given)
        .unwrap()
        .get_access_token()
        .send()
        .await
        .unwrap();
    assert_eq!(server.only().body(), BODY);
    let host = config.variable("METQUAY_HOST", "acme.metquay.co");
    assert_eq!(
        Client::from_config(host).unwrap().base_url(),
        "https://acme.metquay.co/api/v1"
    );
}

#[tokio::test]
async fn metquay_send_raw_sends_an_empty_body_and_returns_the_400_response() {
    let server = Recorder::start([ScriptedResponse::json(400, r#"{"code":400}"#)]).await;
    let answer = client(&server).get_access_token().send_raw().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.bytes().await.unwrap(), r#"{"code":400}"#);
    let request = server.only();
    assert_eq!(request.body(), "");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.count(KEY) + request.count(SECRET), 0);
}
