//! Requests by path: the rules of an operation apply to its path, and writes to unknown paths are
//! sent once.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{Error, Method};
use support::{Reply, Script, Seen, answer, json};

const TOKEN: &str = r#"{"access_token":"t","expires_in":36000}"#;

/// Starts a vendor that sends the replies in order, and then responds with 200.
async fn start(replies: Vec<Reply>) -> (Script, Client) {
    let next = AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen: &Seen| {
        if seen.target == "/api/token" {
            return json(200, TOKEN);
        }
        let turn = next.fetch_add(1, Ordering::SeqCst);
        let reply = replies.get(turn).cloned();
        reply.unwrap_or_else(|| json(200, "{}"))
    });
    let client = Client::builder()
        .base_url(format!("{}/api", script.url))
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    (script, client)
}

fn faults() -> [Reply; 5] {
    [
        json(503, "{}"),
        json(500, "{}"),
        answer(429, &[("retry-after", "1")], "{}"),
        answer(429, &[], "{}"),
        Reply::Broken(Vec::new()),
    ]
}

/// Sends a request whose first attempt fails with `fault`. Returns the number of requests and the
/// result.
async fn send(method: Method, path: &str, fault: Reply) -> (usize, Result<(), Error>) {
    let (script, client) = start(vec![fault]).await;
    client.access_token().await.ok();
    let before = script.seen().len();
    let request = client
        .request(method, path)
        .json(&serde_json::json!({"id": 1}));
    let outcome = request.send::<serde_json::Value>().await.map(drop);
    (script.seen().len() - before, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_write_to_an_unknown_path_is_sent_once_and_may_have_been_applied() {
    for method in [Method::Put, Method::Delete, Method::Post, Method::Patch] {
        for fault in faults() {
            let shown = format!("{method:?} {fault:?}");
            let (sent, outcome) = send(method, "/unknown", fault).await;
            let error = outcome.expect_err(&shown);
            assert_eq!((sent, error.attempts()), (1, 1), "{shown}");
            assert!(error.is_maybe_applied(), "{shown}: {error}");
        }
    }
    // A request that the vendor rejected as invalid was not processed.
    let (sent, outcome) = send(Method::Put, "/unknown", json(422, "{}")).await;
    assert!(sent == 1 && !outcome.unwrap_err().is_maybe_applied());
    let (sent, outcome) = send(Method::Get, "/unknown", json(503, "{}")).await;
    assert!(sent == 2 && outcome.is_ok(), "reads must be repeated");
}

#[tokio::test(start_paused = true)]
async fn a_write_to_an_unknown_path_is_retried_if_marked_repeatable() {
    for fault in faults() {
        let (script, client) = start(vec![fault.clone()]).await;
        let request = client.request(Method::Put, "/unknown").repeatable();
        request.send::<serde_json::Value>().await.unwrap();
        assert_eq!(script.count("/api/unknown"), 2, "{fault:?}");
    }
    let (script, client) = start(Vec::new()).await;
    let request = client.request(Method::Post, "/pay").repeatable();
    let error = request.send_raw().await.unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("`pay`"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_known_path_follows_the_rules_of_its_operation() {
    // The result is the same for all spellings of `/pay`, and for `/notify`.
    for path in [
        "/pay",
        "/p%61y",
        "/pay/",
        "/x/../pay",
        "/x/%2e%2e/pay",
        "/pay?a=1",
        "/notify",
    ] {
        for fault in faults() {
            let shown = format!("{path} {fault:?}");
            let (sent, outcome) = send(Method::Post, path, fault).await;
            let error = outcome.expect_err(&shown);
            assert!(sent == 1 && error.is_maybe_applied(), "{shown}: {error}");
        }
    }
    // `/create` neither costs money nor sends a message, so any 429 means that the write was not
    // applied. The client sends the write again only after a 429 with a `Retry-After` header.
    let hint = || answer(429, &[("retry-after", "1")], "{}");
    let (sent, outcome) = send(Method::Post, "/create", hint()).await;
    assert!(sent == 2 && outcome.is_ok());
    let (sent, outcome) = send(Method::Post, "/create", answer(429, &[], "{}")).await;
    assert!(sent == 1 && !outcome.unwrap_err().is_maybe_applied());
    for fault in faults() {
        let (sent, outcome) = send(Method::Put, "/replace", fault.clone()).await;
        assert!(sent == 2 && outcome.is_ok(), "safe to repeat: {fault:?}");
        let (script, client) = start(vec![fault]).await;
        let order = client.request(Method::Post, "/order").json(&[1]);
        order.send::<serde_json::Value>().await.unwrap();
        let keys: Vec<_> = script
            .seen()
            .iter()
            .filter(|seen| seen.target == "/api/order")
            .map(|seen| seen.header("idempotency-key").map(str::to_owned))
            .collect();
        assert!(
            keys.len() == 2 && keys[0].is_some() && keys[0] == keys[1],
            "{keys:?}"
        );
    }
}

#[tokio::test]
async fn a_token_operation_called_by_path_carries_no_access_token() {
    let (script, transport) = Script::play(|_| json(200, TOKEN));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let request = client.request(Method::Post, "/token").json(&[1]);
    request.send::<serde_json::Value>().await.unwrap();
    assert_eq!(script.seen().len(), 1);
    assert_eq!(script.last().header("authorization"), None);
}

#[tokio::test]
async fn a_path_that_leaves_the_base_url_is_rejected_before_sending() {
    let (script, client) = start(Vec::new()).await;
    for path in [
        "/../admin",
        "/%2e%2e/admin",
        "/..%2fadmin",
        "/x/../../admin",
        "/..\\admin",
    ] {
        let error = client
            .request(Method::Get, path)
            .send_raw()
            .await
            .unwrap_err();
        assert!(error.is_request(), "{path}: {error}");
    }
    assert!(script.seen().is_empty());
}
