//! Tests the example `oneshot_receive_webhooks` with webhooks that the sandbox sends.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used)] // Everything here runs in tests.

use std::sync::{Arc, Mutex};

use oneshot_sdk::webhooks::WebhookKeys;
use sdk_sandbox::{Delivery, Sandbox, Webhook};

#[path = "../examples/oneshot_receive_webhooks.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

#[tokio::test]
async fn the_example_handles_duplicates_once_and_rejects_forged_or_old_deliveries() {
    let sandbox = Sandbox::builder().vendor("oneshot").start().await.unwrap();
    let keys = WebhookKeys::new(sandbox.webhook_keys("oneshot", "delivery").unwrap()[0].clone());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let receiver = example::Receiver::new(keys, move |line| kept.lock().unwrap().push(line));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, example::router(receiver)).await });

    let event = |delivery| {
        Webhook::new("TransactionExecutionSuccess", &url)
            .set("/data/transactionId", "t1".into())
            .delivery(delivery)
    };
    let once = Delivery::new().attempts(1);
    for webhook in [
        event(once.clone().duplicates(1)),
        event(once.clone().forged()),
        event(once.clone().signed_at(1_700_000_000)),
        Webhook::new("InvoiceCreated", &url),
        Webhook::new("SomethingNew", &url).family("delivery"),
    ] {
        sandbox.send("oneshot", &webhook).unwrap();
        sandbox.webhooks_settled("oneshot").await.unwrap();
    }
    let statuses: Vec<Vec<Option<u16>>> = sandbox
        .webhooks("oneshot")
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
    let expected: [&[u16]; 5] = [&[200, 200], &[401], &[401], &[200], &[200]];
    assert_eq!(
        statuses,
        expected.map(|all| all.iter().copied().map(Some).collect::<Vec<_>>())
    );
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "t1: TransactionExecutionSuccess",
            "another event: InvoiceCreated",
            "another event: SomethingNew",
        ]
    );
}
