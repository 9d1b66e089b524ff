//! Tests the example `smscx_receive_webhooks` with callbacks that the sandbox sends.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used)] // Everything here runs in tests.

use std::sync::{Arc, Mutex};

use sdk_sandbox::{Delivery, Sandbox, Webhook};
use serde_json::json;

#[path = "../examples/smscx_receive_webhooks.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

#[tokio::test]
async fn the_example_handles_duplicates_once_and_rejects_callbacks_with_a_wrong_secret() {
    let sandbox = Sandbox::builder().vendor("smscx").start().await.unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let secret = "unguessable".to_owned();
    let receiver = example::Receiver::new(secret, move |line| kept.lock().unwrap().push(line));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, example::router(receiver)).await });

    let url = format!("{host}/callbacks/unguessable");
    let report = json!([{ "msgId": "m1", "status": "DELIVERED" }]);
    for webhook in [
        Webhook::new("dlr_update", &url)
            .set("/data", report.clone())
            .delivery(Delivery::new().duplicates(1)),
        Webhook::new("dlr_update", format!("{host}/callbacks/guess")).set("/data", report),
        Webhook::new("otp_update", &url).set("/data", json!([{ "otpId": "o1" }])),
        Webhook::new("lookup_update", &url),
        Webhook::new("receive_viber", &url).family("callback"),
        Webhook::new("dlr_update", &url).payload(json!("not a callback")),
    ] {
        sandbox.send("smscx", &webhook).unwrap();
        sandbox.webhooks_settled("smscx").await.unwrap();
    }
    let statuses: Vec<Vec<Option<u16>>> = sandbox
        .webhooks("smscx")
        .unwrap()
        .iter()
        .map(|webhook| {
            webhook
                .attempts
                .iter()
                .map(|attempt| attempt.status)
                .collect()
        })
        .collect();
    let expected: [&[u16]; 6] = [&[200, 200], &[404], &[200], &[200], &[200], &[200]];
    assert_eq!(
        statuses,
        expected.map(|all| all.iter().copied().map(Some).collect::<Vec<_>>())
    );
    let lines = lines.lock().unwrap();
    assert_eq!(lines[..2], ["message m1: DELIVERED", "otp o1"]);
    assert!(lines[2].ends_with("lookups"), "{lines:?}");
    assert_eq!(
        lines[3..],
        ["another event: receive_viber", "another event: "]
    );
}
