//! Tests which destinations receive credentials.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use acme::auth::Credentials;
use acme::generated::Client;
use acme::generated::things::Thing;
use sdk_runtime::{AccessToken, BoxFuture, Error, Exchange, TokenSource, reqwest};
use support::{Script, answer, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;

fn client(script: &Script, credentials: Credentials) -> Client {
    Client::builder()
        .base_url(&script.url)
        .credentials(credentials)
        .build()
        .unwrap()
}

/// Starts a vendor that redirects all requests except those to `/token` and `/status`.
async fn redirecting(to: impl Fn(&str) -> String + Send + Sync + 'static, status: u16) -> Script {
    Script::start(move |seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        "/status" => json(200, r#"{"items":[]}"#),
        from => answer(status, &[("location", &to(from))], ""),
    })
    .await
}

#[tokio::test]
async fn a_redirect_to_another_origin_carries_no_credentials() {
    let other = Script::start(|_| json(200, r#"{"items":[]}"#)).await;
    for credentials in [
        Credentials::new("id", "s3cret"),
        Credentials::api_key("key-1"),
    ] {
        let url = other.url.clone();
        let vendor = redirecting(move |_| format!("{url}/elsewhere?a=1#f"), 302).await;
        client(&vendor, credentials)
            .list_things("o")
            .with_header("X-Mine", "s3cret")
            .with_header("Cookie", "a=b")
            .await
            .unwrap();
        let seen = other.last();
        assert_eq!(seen.target, "/elsewhere?a=1");
        for name in ["authorization", "x-api-key", "x-mine", "cookie", "referer"] {
            assert_eq!(seen.header(name), None, "{name}");
        }
        assert!(seen.header("accept").is_some() && seen.header("user-agent").is_some());
    }
}

#[tokio::test]
async fn a_401_from_another_origin_does_not_renew_the_token() {
    let other = Script::start(|_| answer(401, &[], "")).await;
    let url = other.url.clone();
    let vendor = redirecting(move |_| format!("{url}/elsewhere"), 302).await;
    let client = client(&vendor, Credentials::new("id", "s3cret"));
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    assert_eq!((vendor.count("/token"), other.seen().len()), (1, 1));
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_the_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let vendor = redirecting(|_| "/status".to_owned(), status).await;
        client(&vendor, Credentials::new("id", "s3cret"))
            .list_things("o")
            .await
            .unwrap();
        assert_eq!(
            vendor.last().header("authorization"),
            Some("Bearer token-1")
        );
    }
}

#[tokio::test]
async fn a_redirect_back_from_another_origin_carries_no_credentials() {
    let (sender, receiver) = std::sync::mpsc::channel::<String>();
    let receiver = std::sync::Mutex::new(receiver);
    let other = Script::start(move |_| {
        answer(
            302,
            &[("location", &receiver.lock().unwrap().recv().unwrap())],
            "",
        )
    })
    .await;
    let url = other.url.clone();
    let vendor = redirecting(move |_| url.clone(), 302).await;
    sender.send(format!("{}/status", vendor.url)).unwrap();
    client(&vendor, Credentials::new("id", "s3cret"))
        .list_things("o")
        .await
        .unwrap();
    assert_eq!(
        (
            vendor.last().target.as_str(),
            vendor.last().header("authorization")
        ),
        ("/status", None)
    );
}

#[tokio::test]
async fn a_redirect_of_a_write_is_not_followed() {
    let vendor = redirecting(|_| "/status".to_owned(), 307).await;
    let error = client(&vendor, Credentials::new("id", "s"))
        .create_thing(&Thing {
            id: 1,
            span: None,
            made: None,
        })
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "create_thing: 307: the redirect was not followed"
    );
    assert_eq!(vendor.seen().len(), 2);
}

#[tokio::test]
async fn at_most_10_redirects_are_followed() {
    let vendor = redirecting(|from| format!("{from}x"), 302).await;
    let error = client(&vendor, Credentials::api_key("k"))
        .list_things("o")
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), vendor.seen().len()),
        (302, 11)
    );
}

#[tokio::test]
async fn a_redirect_to_plain_http_is_rejected() {
    let vendor = redirecting(|_| "http://192.0.2.1/x".to_owned(), 302).await;
    let error = client(&vendor, Credentials::api_key("k"))
        .list_things("o")
        .await
        .unwrap_err();
    assert!(
        error.is_configuration()
            && error
                .to_string()
                .contains("plain http to 192.0.2.1 is refused"),
        "{error}"
    );
}

#[tokio::test]
async fn plain_http_beyond_loopback_must_be_allowed_explicitly() {
    let builder = || {
        Client::builder()
            .base_url("http://acme.example")
            .credentials(Credentials::api_key("k"))
    };
    let error = builder().build().unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains(".allow_plain_http()"),
        "{error}"
    );
    assert!(builder().allow_plain_http().build().is_ok());
}

#[tokio::test]
async fn an_http_client_that_follows_redirects_is_detected() {
    let vendor = redirecting(|_| "/status".to_owned(), 302).await;
    let builder = Client::builder()
        .base_url(&vendor.url)
        .credentials(Credentials::api_key("k"));
    let client = builder
        .http_client(sdk_runtime::reqwest::Client::new())
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains("Policy::none()"),
        "{error}"
    );
}

struct Fixed;

impl TokenSource for Fixed {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("t")) })
    }
}

/// Returns a client that uses the user's own HTTP client, with the given redirect policy.
fn own(url: &str, policy: reqwest::redirect::Policy) -> Client {
    let http = reqwest::Client::builder().no_proxy().redirect(policy);
    Client::builder()
        .base_url(url)
        .token_source(Fixed)
        .http_client(http.build().unwrap())
        .build()
        .unwrap()
}

fn payment() -> Thing {
    Thing {
        id: 1,
        span: None,
        made: None,
    }
}

#[tokio::test]
async fn a_write_redirected_by_the_http_client_is_maybe_applied_and_keeps_its_response() {
    for status in [301, 302, 303, 307, 308] {
        let other = Script::start(|_| json(201, r#"{"id":7}"#)).await;
        let url = other.url.clone();
        let vendor = redirecting(move |_| format!("{url}/elsewhere"), status).await;
        let client = own(&vendor.url, reqwest::redirect::Policy::default());
        let error = client.create_thing(&payment()).await.unwrap_err();
        assert!(
            error.is_configuration() && error.is_maybe_applied(),
            "{status}: {error}"
        );
        assert!(error.to_string().contains("Policy::none()"), "{error}");
        assert_eq!(
            error.status().unwrap().as_u16(),
            201,
            "the error must have the status of the last response"
        );
        assert_eq!(error.body(), Some(&br#"{"id":7}"#[..]));
        assert_eq!(
            (vendor.seen().len(), other.seen().len()),
            (1, 1),
            "{status}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_with_a_failed_redirect_is_not_retried() {
    for to in ["http://127.0.0.1:1/x", "/circle"] {
        let vendor = redirecting(move |_| to.to_owned(), 302).await;
        let client = own(&vendor.url, reqwest::redirect::Policy::default());
        let error = client.create_thing(&payment()).await.unwrap_err();
        assert!(
            error.is_maybe_applied() && !error.is_connect(),
            "{to}: {error}"
        );
        let posts = vendor
            .seen()
            .into_iter()
            .filter(|seen| seen.method == "POST");
        assert_eq!((error.attempts(), posts.count()), (1, 1), "{to}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_redirects_a_custom_http_client_reports_what_was_not_sent() {
    let client = own("http://127.0.0.1:1", reqwest::redirect::Policy::none());
    let error = client.create_thing(&payment()).await.unwrap_err();
    assert!(error.is_connect() && !error.is_maybe_applied(), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn an_operation_without_security_carries_no_credentials() {
    let vendor = Script::start(|_| answer(200, &[("content-type", "text/plain")], "fine")).await;
    let anonymous = Client::builder()
        .base_url(&vendor.url)
        .without_credentials()
        .build()
        .unwrap();
    for client in [
        client(&vendor, Credentials::new("id", "s")),
        client(&vendor, Credentials::api_key("k")),
        anonymous.clone(),
    ] {
        client.get_status().await.unwrap();
        let seen = vendor.last();
        assert_eq!(
            (seen.header("authorization"), seen.header("x-api-key")),
            (None, None)
        );
    }
    let error = anonymous.list_things("o").await.unwrap_err();
    assert!(
        error.is_auth() && error.is_configuration() && error.to_string().contains(".credentials("),
        "{error}"
    );
    assert_eq!(vendor.seen().len(), 3);
}

const URL: &str = "SDK_RUNTIME_TEST_URL";
const PROXY: &str = "SDK_RUNTIME_TEST_PROXY";

/// Runs a test of this file in a process whose environment specifies a proxy for all URLs.
async fn run_behind_a_proxy(name: &'static str, vendor: &Script, proxy: &Script) {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child
        .args([name, "--exact", "--ignored", "--nocapture"])
        .env(URL, &vendor.url)
        .env(PROXY, &proxy.url);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(variable, &proxy.url);
    }
    for variable in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        child.env_remove(variable);
    }
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

fn play(seen: &support::Seen) -> support::Reply {
    let is_token = seen.target.ends_with("/token");
    json(200, if is_token { TOKEN } else { r#"{"items":[]}"# })
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_for_loopback_bypass_the_environment_proxy() {
    let (vendor, proxy) = (Script::start(play).await, Script::start(play).await);
    run_behind_a_proxy("child_process_calls_a_loopback_vendor", &vendor, &proxy).await;
    assert_eq!((vendor.seen().len(), proxy.seen().len()), (2, 0));
    run_behind_a_proxy(
        "child_process_calls_through_an_explicit_proxy",
        &vendor,
        &proxy,
    )
    .await;
    assert_eq!((vendor.seen().len(), proxy.seen().len()), (2, 2));
}

#[tokio::test]
#[ignore = "run by the test above, in a separate process"]
async fn child_process_calls_a_loopback_vendor() {
    let client = Client::builder()
        .base_url(std::env::var(URL).unwrap())
        .credentials(Credentials::new("id", "s3cret"));
    client.build().unwrap().list_things("o").await.unwrap();
}

#[tokio::test]
#[ignore = "run by the test above, in a separate process"]
async fn child_process_calls_through_an_explicit_proxy() {
    let proxy = sdk_runtime::reqwest::Proxy::all(std::env::var(PROXY).unwrap()).unwrap();
    let client = Client::builder()
        .base_url(std::env::var(URL).unwrap())
        .credentials(Credentials::new("id", "s3cret"))
        .proxy(proxy);
    client.build().unwrap().list_things("o").await.unwrap();
}
