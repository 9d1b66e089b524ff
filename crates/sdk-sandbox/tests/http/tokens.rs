//! Lifetime and acceptance of tokens.

use std::time::Duration;

use reqwest::Method;
use serde_json::json as value;

use crate::parcels::{PARCELS, Parcels, json, refusal};

#[tokio::test]
async fn an_issued_token_is_accepted_and_invalid_credentials_are_rejected() {
    let parcels = Parcels::start().await;
    let token = parcels.token().await;
    assert_eq!(parcels.status_with(&token).await, 200);
    assert_eq!(parcels.status_with("made-up").await, 401);
    for request in [
        parcels.bare(Method::GET, "/parcels/1"),
        parcels
            .bare(Method::GET, "/parcels/1")
            .basic_auth("parcel-client", Some("parcel-secret")),
        parcels
            .bare(Method::GET, "/parcels/1")
            .header("authorization", &token),
        parcels
            .bare(Method::GET, "/parcels/1")
            .header("x-api-key", "wrong"),
    ] {
        assert_eq!(
            refusal(request.send().await.unwrap()).await,
            (401, "no_entry".to_owned())
        );
    }
}

#[tokio::test]
async fn an_api_key_is_accepted_only_where_the_operation_allows_it() {
    let parcels = Parcels::start().await;
    let with_key = |method, path| parcels.bare(method, path).header("X-API-KEY", "parcel-key");
    assert_eq!(
        with_key(Method::GET, "/parcels/1")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let body = value!({ "code": "a", "size": 1 });
    assert_eq!(
        with_key(Method::POST, "/parcels")
            .json(&body)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn an_operation_without_security_needs_no_credentials() {
    let parcels = Parcels::start().await;
    assert_eq!(
        parcels
            .bare(Method::GET, "/status")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_token_without_the_required_scope_is_forbidden() {
    let parcels = Parcels::start().await;
    let token = parcels.token().await;
    let body = value!({ "code": "a", "size": 1 });
    let create = parcels
        .bare(Method::POST, "/parcels")
        .bearer_auth(token)
        .json(&body);
    assert_eq!(
        refusal(create.send().await.unwrap()).await,
        (403, "forbidden".to_owned())
    );
}

#[tokio::test]
async fn the_token_lifetime_is_configurable() {
    let parcels =
        Parcels::started(Parcels::builder().token_lifetime(Duration::from_millis(1500))).await;
    assert_eq!(
        json(parcels.exchange().send().await.unwrap()).await["lives"],
        2
    );
    let parcels = Parcels::started(Parcels::builder().token_lifetime(Duration::ZERO)).await;
    let token = parcels.token().await;
    let read = parcels
        .bare(Method::GET, "/parcels/1")
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(read).await, (401, "expired".to_owned()));
}

#[tokio::test]
async fn expired_tokens_are_rejected_and_new_tokens_are_accepted() {
    let parcels = Parcels::start().await;
    let old = parcels.token().await;
    parcels.sandbox.expire_tokens(PARCELS).unwrap();
    assert_eq!(parcels.status_with(&old).await, 401);
    assert_eq!(parcels.status_with(&parcels.token().await).await, 200);
    assert_eq!(parcels.status_with("parcel-standing").await, 200);
}

#[tokio::test]
async fn revoking_invalidates_every_existing_token() {
    let parcels = Parcels::start().await;
    let old = parcels.token().await;
    parcels.sandbox.revoke_tokens(PARCELS).unwrap();
    assert_eq!(parcels.status_with(&old).await, 401);
    assert_eq!(parcels.status_with("parcel-standing").await, 401);
    assert_eq!(parcels.status_with(&parcels.token().await).await, 200);
}

#[tokio::test]
async fn with_reject_tokens_the_sandbox_issues_tokens_and_rejects_them() {
    let parcels = Parcels::started(Parcels::builder().reject_tokens(PARCELS)).await;
    assert_eq!(parcels.status_with(&parcels.token().await).await, 401);
    assert_eq!(parcels.sandbox.exchanges(PARCELS).unwrap(), 1);
    parcels.sandbox.reject_tokens(PARCELS, false).unwrap();
    assert_eq!(parcels.status_with(&parcels.token().await).await, 200);
}

#[tokio::test]
async fn two_sandboxes_do_not_share_tokens() {
    let one = Parcels::started(Parcels::builder().seed(1)).await;
    let other = Parcels::started(Parcels::builder().seed(2)).await;
    assert_eq!(other.status_with(&one.token().await).await, 401);
}
