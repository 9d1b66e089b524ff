//! Tests the requests and responses of SMSCX's `get_access_token`.

mod answer;
mod lifetime;

use smscx_sdk::oauth::GetAccessToken;
use smscx_sdk::types::TokenRequest;
use smscx_sdk::{Client, ClientConfig, Credentials, Request};
use workspace_tests::recorder::{RecordedRequest, Recorder, ScriptedResponse};
use workspace_tests::rustdoc;

use crate::{assert_leaves_the_cache_alone, assert_needs_no_token, tokens};

pub(crate) const SECRET: &str = "sms-s3cret";
pub(crate) const BASIC: &str = "Basic c21zLWFwcDpzbXMtczNjcmV0";
const OTHER_BASIC: &str = "Basic b3RoZXItY2xpZW50Om90aGVyLXMzY3JldA==";
const FORM: &str = "grant_type=client_credentials";
pub(crate) const ANSWER: &str =
    r#"{"access_token":"token-1","expires_in":86400,"token_type":"Bearer","scope":"sms groups"}"#;
pub(crate) const SOURCE: &str = include_str!("../../../crates/smscx-sdk/src/generated/oauth.rs");

pub(crate) fn credentials() -> Credentials {
    Credentials::application("sms-app", SECRET)
}

pub(crate) fn with(server: &Recorder, credentials: Credentials) -> Client {
    Client::builder()
        .base_url(server.url(""))
        .credentials(credentials)
        .build()
        .unwrap()
}

pub(crate) fn client(server: &Recorder) -> Client {
    with(server, credentials())
}

async fn server() -> Recorder {
    Recorder::start([ScriptedResponse::json(200, ANSWER)]).await
}

/// Returns the request that a call without arguments sends.
async fn sent_request() -> RecordedRequest {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    server.only()
}

#[tokio::test]
async fn smscx_method_is_get_access_token() {
    let server = server().await;
    let client = client(&server);
    let request: Request<'_, GetAccessToken> = client.get_access_token();
    request.await.unwrap();
    server.only();
}

#[tokio::test]
async fn smscx_posts_to_oauth_token() {
    assert_eq!(sent_request().await.line(), "POST /oauth/token HTTP/1.1");
}

#[test]
fn smscx_default_server_is_the_only_one() {
    let client = Client::builder()
        .credentials(credentials())
        .build()
        .unwrap();
    assert_eq!(client.base_url(), "https://api.sms.cx");
    assert_eq!(smscx_sdk::VENDOR.servers.len(), 1);
}

#[tokio::test]
async fn smscx_token_call_authenticates_with_http_basic() {
    let request = sent_request().await;
    assert_eq!(request.header("authorization"), Some(BASIC));
    assert_eq!(request.count(&BASIC[6..]), 1, "{request:?}");
    assert_eq!(
        request.count("sms-app") + request.count(SECRET),
        0,
        "{request:?}"
    );
}

#[tokio::test]
async fn smscx_sends_a_form() {
    let request = sent_request().await;
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.body(), FORM);
}

#[tokio::test]
async fn smscx_grant_type_defaults_to_client_credentials() {
    let server = server().await;
    let client = client(&server);
    client.get_access_token().send().await.unwrap();
    client
        .get_access_token()
        .body(&TokenRequest::new())
        .send()
        .await
        .unwrap();
    client
        .get_access_token()
        .body(&TokenRequest::default())
        .send()
        .await
        .unwrap();
    for request in server.requests() {
        assert_eq!(request.body(), FORM);
    }
    assert!(
        rustdoc::field(SOURCE, "TokenRequest", "grant_type")
            .contains("Default: `\"client_credentials\"`")
    );
}

#[tokio::test]
async fn smscx_scopes_are_separated_by_spaces_and_keep_their_case() {
    let server = server().await;
    let body = TokenRequest {
        scope: Some("sms Groups reports".to_owned()),
        ..TokenRequest::new()
    };
    client(&server)
        .get_access_token()
        .body(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.only().body(),
        "grant_type=client_credentials&scope=sms+Groups+reports"
    );
    let docs = rustdoc::field(SOURCE, "TokenRequest", "scope");
    assert!(
        docs.contains("spaces") && docs.contains("case-sensitive") && docs.contains("omitted"),
        "{docs}"
    );
}

#[tokio::test]
async fn smscx_basic_auth_overrides_the_clients_credentials() {
    let server = server().await;
    let client = client(&server);
    client
        .get_access_token()
        .basic_auth("other-client", "other-s3cret")
        .send()
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), Some(OTHER_BASIC));
    assert_eq!(request.body(), FORM);
}

#[tokio::test]
async fn smscx_token_call_needs_no_token() {
    let server = Recorder::start(tokens("access_token", ["direct-1"])).await;
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
}

#[tokio::test]
async fn smscx_token_call_does_not_change_the_token_cache() {
    let server = Recorder::start(tokens("access_token", ["kept", "direct-1", "direct-2"])).await;
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
async fn smscx_next_call_sends_the_bearer_token() {
    let server = server().await;
    client(&server).get_group(7).send_raw().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        (exchange.line(), exchange.body()),
        ("POST /oauth/token HTTP/1.1", FORM)
    );
    assert_eq!(exchange.header("authorization"), Some(BASIC));
    assert_eq!(call.line(), "GET /groups/7 HTTP/1.1");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!((call.header("x-api-key"), call.count("token-1")), (None, 1));
}

#[tokio::test]
async fn smscx_call_with_an_api_key_needs_no_token() {
    let server = server().await;
    let client = with(&server, Credentials::api_key("sms-k3y"));
    client.get_group(7).send_raw().await.unwrap();
    let call = server.only();
    assert_eq!(call.line(), "GET /groups/7 HTTP/1.1");
    assert_eq!(call.header("x-api-key"), Some("sms-k3y"));
    assert_eq!(
        (call.header("authorization"), call.count("sms-k3y")),
        (None, 1)
    );
    let error = client.access_token().await.unwrap_err();
    assert!(error.is_configuration(), "{error:?}");
    server.only();
}

#[tokio::test]
async fn smscx_scope_is_sent_only_if_it_is_set() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    with(&server, credentials().with_scope("sms reports"))
        .get_access_token()
        .send()
        .await
        .unwrap();
    let [without, with] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(without.body(), FORM);
    assert_eq!(
        with.body(),
        "grant_type=client_credentials&scope=sms+reports"
    );
}

#[tokio::test]
async fn smscx_application_and_scope_are_configured_by_variables() {
    let server = server().await;
    let variables = [
        ("SMSCX_BASE_URL", server.url("")),
        ("SMSCX_APPLICATION_ID", "sms-app".to_owned()),
        // The secret ends with a line break, as if it came from a file, and the key is set but
        // blank.
        ("SMSCX_APPLICATION_SECRET", format!("{SECRET}\n")),
        ("SMSCX_API_KEY", " ".to_owned()),
        ("SMSCX_SCOPE", "sms".to_owned()),
    ];
    let config = ClientConfig::new()
        .without_environment()
        .variables(variables);
    Client::from_config(config)
        .unwrap()
        .get_access_token()
        .send()
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), Some(BASIC));
    assert_eq!(request.body(), "grant_type=client_credentials&scope=sms");
}

#[tokio::test]
async fn smscx_send_raw_sends_an_empty_body_and_returns_the_400_response() {
    let server = Recorder::start([ScriptedResponse::json(400, r#"{"error":{"code":1600}}"#)]).await;
    let answer = client(&server).get_access_token().send_raw().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.bytes().await.unwrap(), r#"{"error":{"code":1600}}"#);
    let request = server.only();
    assert_eq!(request.body(), "");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.header("authorization"), Some(BASIC));
}
