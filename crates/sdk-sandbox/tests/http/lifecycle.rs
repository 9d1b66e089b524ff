//! Starting, logging, stopping.

use reqwest::Method;
use sdk_sandbox::Sandbox;

use crate::parcels::{PARCELS, Parcels};

#[tokio::test]
async fn requests_are_logged_as_they_came() {
    let parcels = Parcels::start().await;
    parcels.get("/parcels?page=1&since=2026-01-31").await;
    parcels
        .bare(Method::POST, "/nothing")
        .body("abc")
        .send()
        .await
        .unwrap();
    let requests = parcels.sandbox.requests_of(PARCELS);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].operation_id.as_deref(), Some("list_parcels"));
    assert_eq!(
        (requests[0].path.as_str(), requests[0].query.as_str()),
        ("/v2/parcels", "page=1&since=2026-01-31")
    );
    assert_eq!(
        requests[0].header("Authorization"),
        Some("Bearer parcel-standing")
    );
    assert_eq!(requests[0].status, 200);
    assert_eq!(
        (requests[1].operation_id.as_deref(), requests[1].status),
        (None, 404)
    );
    assert_eq!(requests[1].text(), "abc");
    assert!(parcels.sandbox.requests_of("another").is_empty());
}

#[tokio::test]
async fn dropping_the_sandbox_frees_the_port_and_closes_connections() {
    let parcels = Parcels::start().await;
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
    let Parcels { sandbox, http } = parcels;
    let url = format!("{}/status", sandbox.base_url(PARCELS));
    drop(sandbox);
    // The tasks end when the runtime next gets to them.
    while http.get(&url).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_unknown_vendor_is_an_error_that_names_the_known_ones() {
    let error = Parcels::builder()
        .vendor("nobody")
        .start()
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the sandbox has no vendor `nobody`, only: ") && text.ends_with("parcels"),
        "{text}"
    );
}

#[tokio::test]
async fn a_document_or_profile_that_cannot_be_read_is_an_error() {
    let good = include_str!("../documents/parcels.json");
    for (document, profile, expected) in [
        ("no json", "{}", "parcels: the document is not JSON"),
        (
            good,
            "credentials: {}",
            "parcels: the profile: missing field `environments`",
        ),
    ] {
        let error = Sandbox::builder()
            .document(PARCELS, document, profile)
            .start()
            .await
            .unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_token_operation_without_a_rule_is_an_error() {
    let profile =
        include_str!("../documents/parcels.yaml").replace("get_access_token:", "another:");
    let builder =
        Sandbox::builder().document(PARCELS, include_str!("../documents/parcels.json"), profile);
    let error = builder.start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "parcels: the profile has no exchange for get_access_token"
    );
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let parcels = Parcels::start().await;
    let port = parcels
        .sandbox
        .base_url(PARCELS)
        .rsplit(':')
        .next()
        .unwrap()
        .trim_end_matches("/v2")
        .parse()
        .unwrap();
    let error = Parcels::builder().port(port).start().await.unwrap_err();
    assert!(
        error.to_string().starts_with("no port for parcels: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_vendor_that_is_not_played_is_empty() {
    let parcels = Parcels::start().await;
    assert_eq!(parcels.sandbox.vendors(), [PARCELS]);
    assert_eq!(parcels.sandbox.base_url("another"), "");
    assert!(parcels.sandbox.environment("another").is_empty());
    assert_eq!(parcels.sandbox.exchanges("another"), 0);
    parcels.sandbox.expire_tokens("another");
}
