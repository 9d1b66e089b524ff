//! Tests the requests and responses of 1Shot's `get_access_token`.

use oneshot_sdk::authentication::GetAccessToken;
use oneshot_sdk::types::{ApiError, TokenRequest};
use oneshot_sdk::{Client, ClientConfig, Credentials, Error, Request, Server};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::{assert_leaves_the_cache_alone, assert_needs_no_token, tokens};

pub(crate) const KEY: &str = "one-k3y";
pub(crate) const SECRET: &str = "one-s3cret&more";
const FORM: &str =
    "grant_type=client_credentials&client_id=one-k3y&client_secret=one-s3cret%26more";
pub(crate) const ANSWER: &str = r#"{"access_token":"token-1","expires_in":3600,"token_type":"Bearer","scope":"read:api write:api"}"#;

pub(crate) fn credentials() -> Credentials {
    Credentials::new(KEY, SECRET)
}

pub(crate) fn client(server: &Recorder) -> Client {
    Client::builder()
        .base_url(server.url("/v0"))
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
    assert_eq!(
        server.requests().len(),
        1,
        "a rejected call is not repeated"
    );
    assert_eq!(error.operation(), Some("get_access_token"));
    assert_eq!(error.status().unwrap(), status);
    error
}

#[tokio::test]
async fn oneshot_method_is_get_access_token() {
    let server = server().await;
    let client = client(&server);
    let request: Request<'_, GetAccessToken> = client.get_access_token();
    request.await.unwrap();
    server.only();
}

#[tokio::test]
async fn oneshot_posts_to_token_below_the_version() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    assert_eq!(server.only().line(), "POST /v0/token HTTP/1.1");
}

#[test]
fn oneshot_default_server_is_development() {
    let client = Client::builder()
        .credentials(credentials())
        .build()
        .unwrap();
    assert_eq!(client.base_url(), "https://api.1shotapi.dev/v0");
}

#[test]
fn oneshot_production_server_can_be_selected() {
    let builder = Client::builder().credentials(credentials());
    let client = builder.server(Server::Production).build().unwrap();
    assert_eq!(client.base_url(), "https://api.1shotapi.com/v0");
}

#[tokio::test]
async fn oneshot_credentials_are_sent_only_in_the_body() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        (request.count(KEY), request.count("one-s3cret")),
        (1, 1),
        "{request:?}"
    );
    assert_eq!(request.body(), FORM);
}

#[tokio::test]
async fn oneshot_sends_a_form() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.body(), FORM);
}

#[tokio::test]
async fn oneshot_body_fields_are_optional() {
    let server = server().await;
    let client = client(&server);
    let fields = [
        (TokenRequest::default(), ""),
        (
            TokenRequest {
                grant_type: Some("client_credentials".to_owned()),
                ..TokenRequest::default()
            },
            "grant_type=client_credentials",
        ),
        (
            TokenRequest {
                client_id: Some("a b".into()),
                ..TokenRequest::default()
            },
            "client_id=a+b",
        ),
        (
            TokenRequest {
                client_secret: Some("x".into()),
                ..TokenRequest::default()
            },
            "client_secret=x",
        ),
    ];
    for (body, sent) in fields {
        client.get_access_token().body(&body).send().await.unwrap();
        assert_eq!(server.requests().last().unwrap().body(), sent);
    }
}

#[tokio::test]
async fn oneshot_every_response_field_is_deserialized() {
    let server = server().await;
    let token = client(&server).get_access_token().send().await.unwrap();
    assert_eq!(token.status(), 200);
    assert_eq!(token.access_token.expose(), "token-1");
    assert_eq!(token.expires_in, Some(3600));
    assert_eq!(token.token_type.as_deref(), Some("Bearer"));
    assert_eq!(token.scope.as_deref(), Some("read:api write:api"));
}

fn assert_vendor_error(error: &Error, code: &str, message: &str) {
    assert_eq!(
        (error.code(), error.message()),
        (Some(code), message),
        "{error:?}"
    );
    assert_eq!(error.error_type(), Some(code));
    let body: ApiError = error.vendor().unwrap();
    assert_eq!(
        (body.type_.as_deref(), body.message.as_deref()),
        (Some(code), Some(message))
    );
}

#[tokio::test]
async fn oneshot_missing_parameters_are_a_validation_error_with_status_400() {
    let error = error_for_response(400, r#"{"type":"ValidationError","message":"client_id is missing","data":{"a":1},"retryable":false}"#).await;
    assert!(error.is_validation(), "{error:?}");
    assert_vendor_error(&error, "ValidationError", "client_id is missing");
    let body: ApiError = error.vendor().unwrap();
    assert_eq!(
        (body.data.unwrap()["a"].as_i64(), body.retryable),
        (Some(1), Some(false))
    );
}

#[tokio::test]
async fn oneshot_wrong_credentials_are_an_authentication_error_with_status_401() {
    let error = error_for_response(
        401,
        r#"{"type":"InvalidCredentialsError","message":"Wrong pair"}"#,
    )
    .await;
    assert!(error.is_auth() && !error.is_permission(), "{error:?}");
    assert_vendor_error(&error, "InvalidCredentialsError", "Wrong pair");
}

#[tokio::test]
async fn oneshot_forbidden_is_a_permission_error_with_status_403() {
    let error =
        error_for_response(403, r#"{"type":"ForbiddenError","message":"Not allowed"}"#).await;
    assert!(error.is_permission() && error.is_auth(), "{error:?}");
    assert_vendor_error(&error, "ForbiddenError", "Not allowed");
}

#[tokio::test]
async fn oneshot_token_call_needs_no_token() {
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
    assert_eq!(server.only().header("authorization"), None);
}

#[tokio::test]
async fn oneshot_token_call_does_not_change_the_token_cache() {
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
async fn oneshot_next_call_sends_the_bearer_token() {
    let server = server().await;
    client(&server).get_wallet("w-1").send_raw().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        (exchange.line(), exchange.body()),
        ("POST /v0/token HTTP/1.1", FORM)
    );
    assert_eq!(call.line(), "GET /v0/wallets/w-1 HTTP/1.1");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!(call.count("token-1"), 1);
}

#[tokio::test]
async fn oneshot_client_without_credentials_can_send_an_explicit_body() {
    let server = server().await;
    let body = TokenRequest {
        grant_type: Some("client_credentials".to_owned()),
        client_id: Some("other".into()),
        client_secret: Some("hush".into()),
    };
    let builder = Client::builder().base_url(server.url("/v0"));
    let client = builder.without_credentials().build().unwrap();
    client.get_access_token().body(&body).send().await.unwrap();
    assert_eq!(
        server.only().body(),
        "grant_type=client_credentials&client_id=other&client_secret=hush"
    );
}

#[tokio::test]
async fn oneshot_key_and_secret_are_configured_by_variables() {
    let server = server().await;
    for [key, secret] in [
        ["ONESHOT_API_KEY", "ONESHOT_API_SECRET"],
        ["ONESHOT_CLIENT_ID", "ONESHOT_CLIENT_SECRET"],
    ] {
        let variables = [
            ("ONESHOT_BASE_URL", server.url("/v0")),
            (key, KEY.to_owned()),
            (secret, SECRET.to_owned()),
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
        assert_eq!(server.requests().last().unwrap().body(), FORM);
    }
}

#[tokio::test]
async fn oneshot_send_raw_sends_an_empty_body_and_returns_the_400_response() {
    let server =
        Recorder::start([ScriptedResponse::json(400, r#"{"type":"ValidationError"}"#)]).await;
    let answer = client(&server).get_access_token().send_raw().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(
        answer.bytes().await.unwrap(),
        r#"{"type":"ValidationError"}"#
    );
    let request = server.only();
    assert_eq!(request.body(), "");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.count(KEY) + request.count("one-s3cret"), 0);
}
