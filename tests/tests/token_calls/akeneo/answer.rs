//! Tests the responses and errors of `post_token`.

use akeneo_sdk::Error;
use akeneo_sdk::types::ApiError;
use workspace_tests::recorder::{Recorder, ScriptedResponse};
use workspace_tests::rustdoc;

use super::{ANSWER, client};

const SOURCE: &str = include_str!("../../../../crates/akeneo-sdk/src/generated/authentication.rs");

async fn error_for_response(status: u16, body: &str) -> Error {
    let server = Recorder::start([ScriptedResponse::json(status, body)]).await;
    let error = client(&server).post_token().send().await.unwrap_err();
    assert_eq!(
        server.requests().len(),
        1,
        "a rejected call is not repeated"
    );
    assert_eq!(error.operation(), Some("post_token"));
    assert_eq!(error.status().unwrap(), status);
    error
}

#[tokio::test]
async fn akeneo_every_response_field_is_deserialized() {
    let scoped = ANSWER.replace("null", r#""read""#);
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, scoped),
    ])
    .await;
    let client = client(&server);
    let token = client.post_token().send().await.unwrap();
    assert_eq!(token.status(), 200);
    assert_eq!(token.access_token.expose(), "token-1");
    assert_eq!(token.expires_in, Some(3600));
    assert_eq!(token.token_type.as_deref(), Some("bearer"));
    assert_eq!(token.scope, None);
    assert_eq!(token.refresh_token.as_ref().unwrap().expose(), "refresh-1");
    assert_eq!(
        client.post_token().send().await.unwrap().scope.as_deref(),
        Some("read")
    );
}

#[test]
fn akeneo_documentation_states_both_token_lifetimes() {
    assert!(rustdoc::field(SOURCE, "TokenResponse", "expires_in").contains("3600"));
    assert!(rustdoc::field(SOURCE, "TokenResponse", "refresh_token").contains("14 days"));
    let docs = rustdoc::method(SOURCE, "post_token");
    assert!(
        docs.contains("valid for one hour") && docs.contains("14 days"),
        "{docs}"
    );
}

#[tokio::test]
async fn akeneo_malformed_body_is_a_validation_error_with_status_400() {
    let error = error_for_response(
        400,
        r#"{"code":400,"message":"Invalid json message received"}"#,
    )
    .await;
    assert!(error.is_validation(), "{error:?}");
    assert_eq!(
        (error.code(), error.message()),
        (Some("400"), "Invalid json message received")
    );
    assert_eq!(error.vendor::<ApiError>().unwrap().code, Some(400));
}

#[tokio::test]
async fn akeneo_wrong_content_type_has_status_415() {
    let error = error_for_response(415, r#"{"code":415,"message":"Use application/json"}"#).await;
    assert!(!error.is_auth() && !error.is_validation(), "{error:?}");
    assert_eq!(
        (error.code(), error.message()),
        (Some("415"), "Use application/json")
    );
    assert_eq!(error.vendor::<ApiError>().unwrap().code, Some(415));
}

#[tokio::test]
async fn akeneo_wrong_client_is_an_authentication_error_with_status_422() {
    let body = r#"{"code":422,"message":"Parameter \"client_id\" is missing or does not match any client","_links":{"documentation":{"href":"https://d"}},"errors":[{"property":"username","message":"is empty"}]}"#;
    let error = error_for_response(422, body).await;
    assert!(error.is_auth() && !error.is_validation(), "{error:?}");
    assert_eq!(error.code(), Some("422"));
    assert!(error.message().contains("does not match any client"));
    assert_eq!(
        (
            error.fields()[0].field.as_str(),
            error.fields()[0].message.as_str()
        ),
        ("username", "is empty")
    );
    let body: ApiError = error.vendor().unwrap();
    assert_eq!(body.code, Some(422));
    assert_eq!(
        body.links.unwrap().documentation.unwrap().href.as_deref(),
        Some("https://d")
    );
    assert_eq!(
        body.errors.unwrap()[0].property.as_deref(),
        Some("username")
    );
}
