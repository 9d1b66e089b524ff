//! Token exchanges: grants, media types and wrong credentials.

use reqwest::Method;
use serde_json::json as value;

use crate::parcels::{PARCELS, Parcels, json, refusal, text};

#[tokio::test]
async fn an_exchange_accepts_every_media_type_and_a_missing_body() {
    let parcels = Parcels::start().await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "read write"),
    ];
    let parts = reqwest::multipart::Form::new()
        .text("grant_type", "client_credentials")
        .text("scope", "read write");
    let bodies = [
        parcels
            .exchange()
            .json(&value!({ "grant_type": "client_credentials", "scope": "read write" })),
        parcels.exchange().form(&fields),
        parcels.exchange().multipart(parts),
    ];
    for request in bodies {
        let answer = json(request.send().await.unwrap()).await;
        assert_eq!(answer["scope"], "read write");
        assert_eq!(answer["lives"], 600);
        assert_eq!(answer.get("refresh"), None);
    }
    let answer = json(parcels.exchange().send().await.unwrap()).await;
    assert_eq!(answer["scope"], "read");
    assert_eq!(parcels.sandbox.exchanges(PARCELS).unwrap(), 4);
}

#[tokio::test]
async fn a_wrong_client_is_rejected_and_not_counted() {
    let parcels = Parcels::start().await;
    let token = || parcels.bare(Method::POST, "/token");
    for request in [
        token(),
        token().bearer_auth("parcel-standing"),
        token().basic_auth("parcel-client", Some("wrong")),
        token().basic_auth("wrong", Some("parcel-secret")),
        token().header("authorization", "Basic %%%"),
    ] {
        assert_eq!(
            refusal(request.send().await.unwrap()).await,
            (401, "client".to_owned())
        );
    }
    assert_eq!(parcels.sandbox.exchanges(PARCELS).unwrap(), 0);
}

#[tokio::test]
async fn each_invalid_exchange_body_gets_the_matching_error() {
    let parcels = Parcels::start().await;
    for (body, status, code) in [
        (value!({ "grant_type": "magic" }), 400, "grant_type"),
        (
            value!({ "grant_type": "client_credentials", "scope": "admin" }),
            400,
            "scope",
        ),
        (
            value!({ "grant_type": "client_credentials", "user_id": "x" }),
            422,
            "invalid",
        ),
        (
            value!({ "grant_type": "password", "username": "anna" }),
            422,
            "invalid",
        ),
        (
            value!({ "grant_type": "password", "username": "anna", "password": "wrong" }),
            400,
            "grant",
        ),
        (
            value!({ "grant_type": "refresh_token", "refresh_token": "wrong" }),
            400,
            "grant",
        ),
        (value!([1]), 422, "invalid"),
    ] {
        let response = parcels.exchange().json(&body).send().await.unwrap();
        assert_eq!(refusal(response).await, (status, code.to_owned()), "{body}");
    }
    let broken = parcels
        .exchange()
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(broken).await, (400, "malformed".to_owned()));
    let other = parcels
        .exchange()
        .header("content-type", "text/xml")
        .body("<a/>")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(other).await, (415, "media_type".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_is_rotated() {
    let parcels = Parcels::start().await;
    let exchange = async |body| parcels.exchange().json(&body).send().await.unwrap();
    let user = value!({ "grant_type": "password", "username": "anna", "password": "anna-password", "scope": "write" });
    let first = text(&json(exchange(user).await).await, "/refresh");
    let refresh = |token: &str| value!({ "grant_type": "refresh_token", "refresh_token": token });
    let renewed = json(exchange(refresh(&first)).await).await;
    assert_eq!(renewed["scope"], "write");
    assert_ne!(text(&renewed, "/refresh"), first);
    assert_eq!(
        refusal(exchange(refresh(&first)).await).await,
        (400, "grant".to_owned())
    );
    assert_eq!(
        exchange(refresh(&text(&renewed, "/refresh")))
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn custom_credentials_replace_the_default_ones() {
    let credentials = sdk_sandbox::Credentials::client("mine", "my-secret");
    let parcels = Parcels::started(Parcels::builder().credentials(PARCELS, credentials)).await;
    assert_eq!(parcels.exchange().send().await.unwrap().status(), 401);
    let token = parcels
        .bare(Method::POST, "/token")
        .basic_auth("mine", Some("my-secret"));
    assert_eq!(token.send().await.unwrap().status(), 200);
    let environment = parcels.sandbox.environment(PARCELS).unwrap();
    assert_eq!(
        environment[1],
        ("PARCELS_CLIENT".to_owned(), "mine:my-secret".to_owned())
    );
}
