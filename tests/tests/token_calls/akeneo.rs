//! Tests the requests and responses of Akeneo's `post_token`.

mod answer;

use std::time::Duration;

use akeneo_sdk::authentication::{PostToken, PostTokenContentType as ContentType};
use akeneo_sdk::types::{PasswordGrant, RefreshTokenGrant, TokenRequest};
use akeneo_sdk::{Client, ClientConfig, Credentials, Request, Server};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::{assert_leaves_the_cache_alone, assert_needs_no_token, tokens};

pub(crate) const SECRET: &str = "pim-s3cret";
pub(crate) const PASSWORD: &str = "pim-p4ss&word";
pub(crate) const BASIC: &str = "Basic cGltLWNsaWVudDpwaW0tczNjcmV0";
const OTHER_BASIC: &str = "Basic b3RoZXItY2xpZW50Om90aGVyLXMzY3JldA==";
pub(crate) const GRANT: &str =
    r#"{"grant_type":"password","username":"julia","password":"pim-p4ss&word"}"#;
const FORM: &str = "grant_type=password&username=julia&password=pim-p4ss%26word";
pub(crate) const ANSWER: &str = r#"{"access_token":"token-1","expires_in":3600,"token_type":"bearer","scope":null,"refresh_token":"refresh-1"}"#;

pub(crate) fn credentials() -> Credentials {
    Credentials::password("pim-client", SECRET, "julia", PASSWORD)
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

#[tokio::test]
async fn akeneo_method_is_post_token() {
    let server = server().await;
    let client = client(&server);
    let request: Request<'_, PostToken> = client.post_token();
    request.await.unwrap();
    server.only();
}

#[tokio::test]
async fn akeneo_posts_to_api_oauth_v1_token() {
    let server = server().await;
    client(&server).post_token().send().await.unwrap();
    assert_eq!(server.only().line(), "POST /api/oauth/v1/token HTTP/1.1");
}

#[test]
fn akeneo_default_demo_server_is_rejected_because_it_uses_plain_http() {
    for builder in [Client::builder(), Client::builder().server(Server::Demo)] {
        let error = builder.credentials(credentials()).build().unwrap_err();
        assert!(error.is_configuration());
        let text = error.to_string();
        assert!(
            text.starts_with("akeneo: plain http to demo.akeneo.com is refused"),
            "{text}"
        );
        assert!(
            text.contains(".allow_plain_http()") && text.contains("AKENEO_BASE_URL"),
            "{text}"
        );
    }
}

#[test]
fn akeneo_demo_server_is_used_if_plain_http_is_allowed() {
    let client = Client::builder()
        .credentials(credentials())
        .allow_plain_http()
        .build()
        .unwrap();
    assert_eq!(client.base_url(), "http://demo.akeneo.com");
}

#[tokio::test]
async fn akeneo_token_call_authenticates_with_http_basic() {
    let server = server().await;
    client(&server).post_token().send().await.unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), Some(BASIC));
    assert_eq!(request.count(&BASIC[6..]), 1, "{request:?}");
    assert_eq!(
        request.count("pim-client") + request.count(SECRET),
        0,
        "{request:?}"
    );
    assert_eq!(request.count("pim-p4ss"), 1, "{request:?}");
}

#[tokio::test]
async fn akeneo_sends_json_by_default() {
    let server = server().await;
    let client = client(&server);
    client.post_token().send().await.unwrap();
    client
        .post_token()
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
async fn akeneo_can_send_a_form() {
    let server = server().await;
    client(&server)
        .post_token()
        .content_type(ContentType::Form)
        .send()
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.body(), FORM);
}

#[tokio::test]
async fn akeneo_body_can_be_a_password_grant() {
    let server = server().await;
    let body = TokenRequest::PasswordGrant(PasswordGrant::new("pam", "hush"));
    client(&server)
        .post_token()
        .body(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.only().body(),
        r#"{"grant_type":"password","username":"pam","password":"hush"}"#
    );
}

#[tokio::test]
async fn akeneo_body_can_be_a_refresh_grant() {
    let server = server().await;
    let client = client(&server);
    let body = TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new("old+1"));
    client.post_token().body(&body).send().await.unwrap();
    client
        .post_token()
        .body(&body)
        .content_type(ContentType::Form)
        .send()
        .await
        .unwrap();
    let [json, form] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        json.body(),
        r#"{"grant_type":"refresh_token","refresh_token":"old+1"}"#
    );
    assert_eq!(
        form.body(),
        "grant_type=refresh_token&refresh_token=old%2B1"
    );
}

#[tokio::test]
async fn akeneo_default_body_is_the_clients_own_grant() {
    let server = server().await;
    client(&server).post_token().send().await.unwrap();
    let refresh = Credentials::refresh_token("pim-client", SECRET, "old");
    with(&server, refresh).post_token().send().await.unwrap();
    let [password, refresh] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(password.body(), GRANT);
    assert_eq!(
        refresh.body(),
        r#"{"grant_type":"refresh_token","refresh_token":"old"}"#
    );
    assert_eq!(refresh.header("authorization"), Some(BASIC));
}

#[tokio::test]
async fn akeneo_basic_auth_overrides_the_clients_credentials() {
    let server = server().await;
    client(&server)
        .post_token()
        .basic_auth("other-client", "other-s3cret")
        .send()
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(request.header("authorization"), Some(OTHER_BASIC));
    assert_eq!(request.body(), GRANT);
}

#[tokio::test]
async fn akeneo_token_call_needs_no_token() {
    let server = Recorder::start(tokens("access_token", ["direct-1"])).await;
    let client = client(&server);
    assert_needs_no_token(&server, async || {
        client
            .post_token()
            .await
            .unwrap()
            .access_token
            .expose()
            .to_owned()
    })
    .await;
}

#[tokio::test]
async fn akeneo_token_call_does_not_change_the_token_cache() {
    let server = Recorder::start(tokens("access_token", ["kept", "direct-1", "direct-2"])).await;
    let client = client(&server);
    assert_leaves_the_cache_alone(&client, &server, async || {
        client
            .post_token()
            .await
            .unwrap()
            .access_token
            .expose()
            .to_owned()
    })
    .await;
}

#[tokio::test]
async fn akeneo_next_call_sends_a_bearer_token_valid_for_one_hour() {
    let server = server().await;
    let client = client(&server);
    client.get_family("caps").send_raw().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        (exchange.line(), exchange.body()),
        ("POST /api/oauth/v1/token HTTP/1.1", GRANT)
    );
    assert_eq!(exchange.header("authorization"), Some(BASIC));
    assert_eq!(call.line(), "GET /api/rest/v1/families/caps HTTP/1.1");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!(call.count("token-1"), 1);
    let lifetime = client.access_token().await.unwrap().lifetime();
    assert_eq!(lifetime, Some(Duration::from_secs(60 * 60)));
}

#[tokio::test]
async fn akeneo_renewal_uses_the_refresh_token() {
    let server = server().await;
    let client = client(&server);
    client.access_token().await.unwrap();
    client.renew_access_token().await.unwrap();
    let renewal = &server.requests()[1];
    assert_eq!(
        renewal.body(),
        r#"{"grant_type":"refresh_token","refresh_token":"refresh-1"}"#
    );
    assert_eq!(renewal.header("authorization"), Some(BASIC));
}

#[tokio::test]
async fn akeneo_call_with_an_app_token_makes_no_token_exchange() {
    let server = server().await;
    let client = with(&server, Credentials::app_token("app-t0ken"));
    client.get_family("caps").send_raw().await.unwrap();
    let call = server.only();
    assert_eq!(call.line(), "GET /api/rest/v1/families/caps HTTP/1.1");
    assert_eq!(call.header("authorization"), Some("Bearer app-t0ken"));
    assert_eq!(client.access_token().await.unwrap().lifetime(), None);
    server.only();
}

#[tokio::test]
async fn akeneo_content_type_and_authorization_can_be_set_per_request() {
    let server = server().await;
    let builder = Client::builder().base_url(server.url(""));
    let client = builder.without_credentials().build().unwrap();
    let body = TokenRequest::PasswordGrant(PasswordGrant::new("julia", PASSWORD));
    client
        .post_token()
        .content_type(ContentType::Form)
        .basic_auth("pim-client", SECRET)
        .body(&body)
        .send()
        .await
        .unwrap();
    client
        .post_token()
        .with_header("Content-Type", "application/json")
        .with_header("Authorization", BASIC)
        .body(&body)
        .send()
        .await
        .unwrap();
    let [form, json] = &server.requests()[..] else {
        panic!("expected exactly two requests")
    };
    assert_eq!(
        form.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        (form.header("authorization"), form.body()),
        (Some(BASIC), FORM)
    );
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(
        (json.header("authorization"), json.body()),
        (Some(BASIC), GRANT)
    );
}

#[tokio::test]
async fn akeneo_server_and_credentials_are_configured_by_variables() {
    let server = server().await;
    let variables = [
        ("AKENEO_BASE_URL", server.url("")),
        ("AKENEO_CLIENT_ID", "pim-client".to_owned()),
        ("AKENEO_CLIENT_SECRET", SECRET.to_owned()),
        ("AKENEO_USERNAME", "julia".to_owned()),
        ("AKENEO_PASSWORD", PASSWORD.to_owned()),
    ];
    let config = ClientConfig::new()
        .without_environment()
        .variables(variables);
    Client::from_config(config)
        .unwrap()
        .post_token()
        .send()
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(
        (request.header("authorization"), request.body()),
        (Some(BASIC), GRANT)
    );
}

#[tokio::test]
async fn akeneo_send_raw_sends_an_empty_body_and_returns_the_400_response() {
    let server = Recorder::start([ScriptedResponse::json(400, r#"{"code":400}"#)]).await;
    let answer = client(&server).post_token().send_raw().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.bytes().await.unwrap(), r#"{"code":400}"#);
    let request = server.only();
    assert_eq!(request.body(), "");
    assert_eq!(request.header("authorization"), Some(BASIC));
    assert_eq!(request.count("pim-p4ss"), 0);
}
