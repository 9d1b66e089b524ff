//! Tests the requests and responses of MotaWord's `get_access_token`.

use motaword_sdk::auth::{GetAccessToken, GetAccessTokenContentType as ContentType};
use motaword_sdk::types::{AccountStatus, ApiError, GrantType, TokenRequest};
use motaword_sdk::{Client, ClientConfig, Credentials, Error, Request, Server};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::{assert_leaves_the_cache_alone, assert_needs_no_token, tokens};

pub(crate) const SECRET: &str = "mota-s3cret";
pub(crate) const BASIC: &str = "Basic bW90YS1jbGllbnQ6bW90YS1zM2NyZXQ=";
const OTHER_BASIC: &str = "Basic b3RoZXItY2xpZW50Om90aGVyLXMzY3JldA==";
pub(crate) const GRANT: &str = r#"{"grant_type":"client_credentials","scope":"default"}"#;
pub(crate) const ANSWER: &str = r#"{"access_token":"token-1","expires_in":3600,"token_type":"Bearer","scope":"default","refresh_token":"refresh-1","user_id":7}"#;

pub(crate) fn credentials() -> Credentials {
    Credentials::new("mota-client", SECRET)
}

pub(crate) fn client(server: &Recorder) -> Client {
    Client::builder()
        .base_url(server.url(""))
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
async fn motaword_method_is_get_access_token() {
    let server = server().await;
    let client = client(&server);
    let request: Request<'_, GetAccessToken> = client.get_access_token();
    request.await.unwrap();
    server.only();
}

#[tokio::test]
async fn motaword_posts_to_token() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    assert_eq!(server.only().line(), "POST /token HTTP/1.1");
}

#[test]
fn motaword_default_server_is_production() {
    let client = Client::builder()
        .credentials(credentials())
        .build()
        .unwrap();
    assert_eq!(client.base_url(), "https://api.motaword.com");
    let sandbox = Client::builder()
        .credentials(credentials())
        .server(Server::Sandbox);
    assert_eq!(
        sandbox.build().unwrap().base_url(),
        "https://sandbox.motaword.com"
    );
}

#[tokio::test]
async fn motaword_token_call_authenticates_with_http_basic() {
    let server = server().await;
    client(&server).get_access_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), Some(BASIC));
    assert_eq!(request.count(&BASIC[6..]), 1, "{request:?}");
    assert_eq!(
        request.count("mota-client") + request.count(SECRET),
        0,
        "{request:?}"
    );
}

#[tokio::test]
async fn motaword_sends_json_by_default() {
    let server = server().await;
    let client = client(&server);
    client.get_access_token().send().await.unwrap();
    client
        .get_access_token()
        .content_type(ContentType::Json)
        .send()
        .await
        .unwrap();
    for request in server.requests() {
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.body(), GRANT);
    }
}

#[tokio::test]
async fn motaword_can_send_multipart() {
    let server = server().await;
    let body = TokenRequest {
        user_id: Some(7),
        ..TokenRequest::new(GrantType::UserId)
    };
    client(&server)
        .get_access_token()
        .content_type(ContentType::Multipart)
        .body(&body)
        .send()
        .await
        .unwrap();
    let request = server.only();
    let (media, boundary) = request
        .header("content-type")
        .unwrap()
        .split_once("; boundary=")
        .unwrap();
    assert_eq!(media, "multipart/form-data");
    let part = |name, value| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let parts = [part("grant_type", "user_id"), part("user_id", "7")].concat();
    assert_eq!(request.body(), format!("{parts}--{boundary}--\r\n"));
}

#[tokio::test]
async fn motaword_body_contains_every_field_that_is_set() {
    let server = server().await;
    let mut body = TokenRequest::new(GrantType::Password);
    body.scope = Some("privileged".to_owned());
    body.username = Some("me".to_owned());
    body.password = Some("pass".into());
    body.refresh_token = Some("old".into());
    body.user_id = Some(7);
    client(&server)
        .get_access_token()
        .body(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.only().body(),
        r#"{"grant_type":"password","scope":"privileged","username":"me","password":"pass","refresh_token":"old","user_id":7}"#
    );
}

#[tokio::test]
async fn motaword_default_body_is_the_clients_own_grant() {
    let server = server().await;
    let builder = Client::builder().base_url(server.url(""));
    let client = builder
        .credentials(credentials().with_scope("privileged"))
        .build()
        .unwrap();
    client.get_access_token().send().await.unwrap();
    assert_eq!(
        server.only().body(),
        r#"{"grant_type":"client_credentials","scope":"privileged"}"#
    );
}

#[tokio::test]
async fn motaword_basic_auth_overrides_the_clients_credentials() {
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
    assert_eq!(request.body(), GRANT);
}

#[tokio::test]
async fn motaword_every_response_field_is_deserialized() {
    let server = server().await;
    let token = client(&server).get_access_token().send().await.unwrap();
    assert_eq!(token.status(), 200);
    assert_eq!(token.access_token.expose(), "token-1");
    assert_eq!(token.expires_in, Some(3600));
    assert_eq!(token.token_type.as_deref(), Some("Bearer"));
    assert_eq!(token.scope.as_deref(), Some("default"));
    assert_eq!(token.refresh_token.as_ref().unwrap().expose(), "refresh-1");
    assert_eq!(token.user_id, Some(7));
}

#[tokio::test]
async fn motaword_error_has_a_code_and_a_message() {
    for status in [400, 401, 403] {
        let error = error_for_response(
            status,
            r#"{"code":"InvalidClient","message":"No such client","help":"h","http_code":401}"#,
        )
        .await;
        assert!(error.is_auth(), "{error:?}");
        assert_eq!(
            (error.code(), error.message()),
            (Some("InvalidClient"), "No such client")
        );
        let body: ApiError = error.vendor().unwrap();
        assert_eq!(body.code.as_deref(), Some("InvalidClient"));
        assert_eq!(body.message.as_deref(), Some("No such client"));
        assert_eq!(
            (body.help.as_deref(), body.http_code),
            (Some("h"), Some(401))
        );
    }
    assert!(
        error_for_response(500, r#"{"code":"Oops","message":"Down"}"#)
            .await
            .is_server()
    );
}

#[tokio::test]
async fn motaword_not_approved_error_includes_the_account_status() {
    let body = r#"{"code":"NotApproved","message":"Not yet","account_status":"webinar"}"#;
    let error = error_for_response(403, body).await;
    assert!(error.is_auth() && error.is_permission(), "{error:?}");
    assert_eq!(
        error.vendor::<ApiError>().unwrap().account_status,
        Some(AccountStatus::Webinar)
    );
    let error = error_for_response(403, &body.replace("webinar", "brand-new")).await;
    let status = error.vendor::<ApiError>().unwrap().account_status.unwrap();
    assert_eq!(status, AccountStatus::Unknown("brand-new".to_owned()));
}

#[tokio::test]
async fn motaword_wrapped_error_with_status_200_is_an_error() {
    let body =
        r#"{"error":{"code":"NotApproved","message":"Not yet"},"account_status":"rejected"}"#;
    for status in [200, 401] {
        let error = error_for_response(status, body).await;
        assert!(error.is_auth(), "{error:?}");
        assert_eq!(
            (error.code(), error.message()),
            (Some("NotApproved"), "Not yet")
        );
        let body: ApiError = error.vendor().unwrap();
        assert_eq!(body.error.unwrap().code.as_deref(), Some("NotApproved"));
        assert_eq!(body.account_status, Some(AccountStatus::Rejected));
    }
}

#[tokio::test]
async fn motaword_token_call_needs_no_token() {
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
async fn motaword_token_call_does_not_change_the_token_cache() {
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
async fn motaword_next_call_sends_the_bearer_token() {
    let server = server().await;
    client(&server).list_projects().send_raw().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        (exchange.line(), exchange.body()),
        ("POST /token HTTP/1.1", GRANT)
    );
    assert_eq!(exchange.header("authorization"), Some(BASIC));
    assert_eq!(call.line(), "GET /projects HTTP/1.1");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!(call.count("token-1"), 1);
}

#[tokio::test]
async fn motaword_renewal_uses_the_refresh_token() {
    let server = server().await;
    let client = client(&server);
    client.access_token().await.unwrap();
    client.renew_access_token().await.unwrap();
    let renewal = &server.requests()[1];
    assert_eq!(
        renewal.body(),
        r#"{"grant_type":"refresh_token","scope":"default","refresh_token":"refresh-1"}"#
    );
    assert_eq!(renewal.header("authorization"), Some(BASIC));
}

#[tokio::test]
async fn motaword_renewal_requests_the_same_scope() {
    let server = server().await;
    let builder = Client::builder().base_url(server.url(""));
    let client = builder
        .credentials(credentials().with_scope("privileged"))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    client.renew_access_token().await.unwrap();
    assert_eq!(
        server.requests()[1].body(),
        r#"{"grant_type":"refresh_token","scope":"privileged","refresh_token":"refresh-1"}"#
    );
}

#[tokio::test]
async fn motaword_server_and_credentials_are_configured_by_variables() {
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(401, r#"{"code":"InvalidClient"}"#),
    ])
    .await;
    let variables = [
        ("MOTAWORD_BASE_URL", server.url("")),
        ("MOTAWORD_CLIENT_ID", "mota-client".to_owned()),
        ("MOTAWORD_CLIENT_SECRET", SECRET.to_owned()),
    ];
    let client = Client::from_config(
        ClientConfig::new()
            .without_environment()
            .variables(variables),
    )
    .unwrap();
    let token = client.get_access_token().send().await.unwrap();
    assert!(
        format!("{token:?}").contains("expires_in: Some(3600)"),
        "{token:?}"
    );
    let error = client.get_access_token().send().await.unwrap_err();
    assert!(error.to_string().contains("401 InvalidClient"), "{error}");
    assert_eq!(server.requests()[0].header("authorization"), Some(BASIC));
}

#[tokio::test]
async fn motaword_send_raw_sends_an_empty_body_and_returns_the_400_response() {
    let server =
        Recorder::start([ScriptedResponse::json(400, r#"{"code":"InvalidRequest"}"#)]).await;
    let answer = client(&server).get_access_token().send_raw().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(
        answer.bytes().await.unwrap(),
        r#"{"code":"InvalidRequest"}"#
    );
    let request = server.only();
    assert_eq!(request.body(), "");
    assert_eq!(request.header("authorization"), Some(BASIC));
}
