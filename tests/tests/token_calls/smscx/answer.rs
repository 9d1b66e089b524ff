//! Tests the responses and errors of `get_access_token`.

use smscx_sdk::Error;
use smscx_sdk::types::{ApiError, ErrorType};
use workspace_tests::recorder::{Recorder, ScriptedResponse};
use workspace_tests::rustdoc;

use super::{ANSWER, SOURCE, client, server};

async fn error_for_response(status: u16, code: i32, kind: &str) -> Error {
    let body = format!(
        r#"{{"error":{{"type":"{kind}","message":"Said so","uri":"https://u","code":{code}}}}}"#
    );
    let answer = ScriptedResponse::json(status, body)
        .with_header("X-Rate-Limit-Limit", "60")
        .with_header("X-Rate-Limit-Remaining", "0")
        .with_header("X-Rate-Limit-Reset", "1700000000");
    let server = Recorder::start([answer]).await;
    let error = client(&server).get_access_token().send().await.unwrap_err();
    assert_eq!(error.operation(), Some("get_access_token"));
    assert_eq!(error.status().unwrap(), status);
    assert_eq!(error.code(), Some(code.to_string().as_str()));
    assert_eq!(
        (error.error_type(), error.message()),
        (Some(kind), "Said so")
    );
    let detail = error.vendor::<ApiError>().unwrap().error.unwrap();
    assert_eq!(
        (detail.code, detail.type_.unwrap()),
        (Some(code), ErrorType::from(kind))
    );
    assert_eq!(
        (detail.message.as_deref(), detail.uri.as_deref()),
        (Some("Said so"), Some("https://u"))
    );
    error
}

#[tokio::test]
async fn smscx_every_response_field_is_deserialized() {
    let server = server().await;
    let token = client(&server).get_access_token().send().await.unwrap();
    assert_eq!(token.status(), 200);
    assert_eq!(token.access_token.expose(), "token-1");
    assert_eq!(token.expires_in, Some(86400));
    assert_eq!(token.token_type.as_deref(), Some("Bearer"));
    assert_eq!(token.scope.as_deref(), Some("sms groups"));
}

#[tokio::test]
async fn smscx_response_headers_can_be_read() {
    let headers = [
        ("X-Request-Id", "r-1"),
        ("X-Response-Time", "12ms"),
        ("X-Rate-Limit-Limit", "60"),
        ("X-Rate-Limit-Remaining", "59"),
    ];
    let answer = headers.iter().fold(
        ScriptedResponse::json(200, ANSWER),
        |answer, (name, value)| answer.with_header(name, value),
    );
    let server = Recorder::start([answer]).await;
    let token = client(&server).get_access_token().send().await.unwrap();
    for (name, value) in headers {
        assert_eq!(token.headers()[name], value);
    }
    assert_eq!(token.request_id(), Some("r-1"));
}

#[tokio::test]
async fn smscx_invalid_request_has_code_1600_and_status_400() {
    let error = error_for_response(400, 1600, "invalid_request").await;
    assert!(error.is_validation(), "{error:?}");
}

#[tokio::test]
async fn smscx_invalid_scope_has_code_1600_and_status_400() {
    let error = error_for_response(400, 1600, "invalid_scope").await;
    assert!(error.is_validation(), "{error:?}");
}

#[tokio::test]
async fn smscx_unsupported_grant_type_has_code_1600_and_status_400() {
    let error = error_for_response(400, 1600, "unsupported_grant_type").await;
    assert!(error.is_validation(), "{error:?}");
}

#[tokio::test]
async fn smscx_invalid_client_is_an_authentication_error_with_code_1600_and_status_401() {
    let error = error_for_response(401, 1600, "invalid_client").await;
    assert!(error.is_auth() && !error.is_validation(), "{error:?}");
    assert_eq!(error.attempts(), 1, "a rejected call is not repeated");
}

#[tokio::test]
async fn smscx_forbidden_is_a_permission_error_with_status_403() {
    let error = error_for_response(403, 1602, "access_denied").await;
    assert!(error.is_permission() && error.is_auth(), "{error:?}");
}

#[tokio::test]
async fn smscx_wrong_method_has_status_405() {
    let error = error_for_response(405, 1603, "invalid_method").await;
    assert!(!error.is_auth() && !error.is_validation(), "{error:?}");
}

#[tokio::test]
async fn smscx_rate_limit_error_has_status_429_and_a_reset_time() {
    let error = error_for_response(429, 1604, "rate_limit").await;
    assert!(error.is_rate_limited() && !error.is_auth(), "{error:?}");
    let headers = error.headers().unwrap();
    assert_eq!(headers["X-Rate-Limit-Limit"], "60");
    assert_eq!(headers["X-Rate-Limit-Remaining"], "0");
    assert_eq!(headers["X-Rate-Limit-Reset"], "1700000000");
}

#[tokio::test]
async fn smscx_server_error_has_status_500() {
    let error = error_for_response(500, 1605, "server_error").await;
    assert!(error.is_server() && !error.is_auth(), "{error:?}");
}

#[test]
fn smscx_error_codes_are_documented() {
    let docs = rustdoc::method(SOURCE, "get_access_token");
    for (status, kind) in [
        ("400", "invalid_request"),
        ("400", "invalid_scope"),
        ("400", "unsupported_grant_type"),
        ("401", "invalid_client"),
    ] {
        let line = format!("- status `{status}`, code `1600`, type `{kind}`");
        assert!(
            docs.lines().any(|known| known.starts_with(&line)),
            "{line} in {docs}"
        );
    }
}
