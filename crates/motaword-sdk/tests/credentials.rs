//! The token call: scope, refresh grant, account errors, and wrapped errors.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use motaword_sdk::types::{AccountStatus, ApiError};
use motaword_sdk::{Client, Credentials};
use sdk_sandbox::Sandbox;
use serde_json::json;
use support::{Reply, Script};

/// `client-id:client-secret` in Base64.
const BASIC: &str = "Basic Y2xpZW50LWlkOmNsaWVudC1zZWNyZXQ=";

fn credentials() -> Credentials {
    Credentials::new("client-id", "client-secret")
}

#[tokio::test]
async fn a_rejected_token_is_refreshed_with_the_same_scope() {
    let count = AtomicUsize::new(0);
    let script = Script::start_whole(move |seen| {
        if seen.path() != "/token" {
            // The first token is rejected, so that the call needs another one.
            let is_good = seen.header("authorization") == Some("Bearer token-1");
            return Reply::json(if is_good { 200 } else { 401 }, &json!({"id": 7}));
        }
        let number = count.fetch_add(1, Ordering::SeqCst);
        let body = json!({
            "access_token": format!("token-{number}"), "refresh_token": format!("refresh-{number}"),
            "expires_in": 3600, "token_type": "Bearer", "scope": "privileged", "user_id": 1,
        });
        Reply::json(200, &body)
    })
    .await;
    let client = script.client(credentials().with_scope("privileged"));
    client.get_project(7).await.unwrap();
    let exchanges: Vec<_> = script
        .all()
        .into_iter()
        .filter(|seen| seen.path() == "/token")
        .collect();
    assert!(
        exchanges
            .iter()
            .all(|seen| seen.header("authorization") == Some(BASIC))
    );
    let bodies: Vec<_> = exchanges.iter().map(|seen| seen.json()).collect();
    assert_eq!(
        bodies,
        [
            json!({"grant_type": "client_credentials", "scope": "privileged"}),
            json!({"grant_type": "refresh_token", "refresh_token": "refresh-0", "scope": "privileged"}),
        ]
    );
    assert_eq!(
        script.last().header("authorization"),
        Some("Bearer token-1")
    );
}

#[tokio::test]
async fn the_error_of_an_unapproved_account_contains_its_status() {
    let sandbox = Sandbox::builder().vendor("motaword").start().await.unwrap();
    let keys = sandbox.credentials("motaword").unwrap();
    for (text, state) in [
        ("suspended", AccountStatus::Suspended),
        ("webinar", AccountStatus::Webinar),
        ("email_confirmed", AccountStatus::EmailConfirmed),
    ] {
        sandbox.account_status("motaword", text).unwrap();
        let client = Client::builder().base_url(sandbox.base_url("motaword").unwrap());
        let credentials = Credentials::new(&keys.client_id, keys.client_secret.as_str());
        let client = client.credentials(credentials).build().unwrap();
        let error = client.list_projects().await.unwrap_err();
        assert!(error.is_auth(), "{error:?}");
        let body: ApiError = error.vendor().unwrap();
        assert_eq!(body.account_status, Some(state));
    }
}

#[tokio::test]
async fn a_wrapped_error_with_status_200_is_an_error() {
    let wrapped = || {
        let body = json!({"error": {"code": "InvalidClient", "http_code": 401, "message": "Unknown client."}});
        Reply::json(200, &body)
    };
    let script = Script::start_whole(move |_| wrapped()).await;
    let error = script
        .client(credentials())
        .list_projects()
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (Some("InvalidClient"), "Unknown client.")
    );
    assert!(error.is_auth(), "{error:?}");
    assert_eq!(script.all().len(), 1, "a request followed the rejection");

    let error = script
        .client(credentials())
        .get_access_token()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidClient"));
    let body: ApiError = error.vendor().unwrap();
    let detail = body.error.unwrap();
    assert_eq!(detail.http_code, Some(401));
}

#[tokio::test]
async fn listing_languages_needs_no_token() {
    let (script, client) = Script::start(|_| Reply::json(200, &json!([]))).await;
    client.list_languages().await.unwrap();
    let seen = script.all();
    assert_eq!((seen.len(), seen[0].header("authorization")), (1, None));
}

#[tokio::test]
async fn a_304_response_is_not_an_error() {
    let (script, client) = Script::start(|_| Reply::new(304, &[], "")).await;
    let answer = client.freeze_account().send().await.unwrap();
    assert_eq!(answer.status(), 304);
    assert!(answer.into_inner().is_none());
    assert_eq!(script.seen().len(), 1);
}
