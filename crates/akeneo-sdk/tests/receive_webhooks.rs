//! Tests the example `akeneo_receive_webhooks` with events that the sandbox sends.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used)] // Everything here runs in tests.

use std::sync::{Arc, Mutex};

use akeneo_sdk::webhooks::WebhookKeys;
use akeneo_sdk::{Client, ClientConfig};
use sdk_sandbox::{Delivery, Sandbox, Webhook};
use serde_json::json;

#[path = "../examples/akeneo_receive_webhooks.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

#[tokio::test]
async fn the_example_handles_both_kinds_of_events_once_and_rejects_forged_ones() {
    let sandbox = Sandbox::builder().vendor("akeneo").start().await.unwrap();
    let key = |family| WebhookKeys::new(sandbox.webhook_keys("akeneo", family).unwrap()[0].clone());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let handle = move |line| kept.lock().unwrap().push(line);
    let receiver = example::Receiver::new(key("events_api"), key("event_platform"), handle);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, example::router(receiver)).await });
    let (events, platform) = (format!("{host}/events"), format!("{host}/platform"));

    // A change through the API causes an event, which arrives twice.
    sandbox
        .subscribe_webhooks("akeneo", "events_api", &events)
        .unwrap();
    sandbox
        .deliver_webhooks("akeneo", Delivery::new().duplicates(1))
        .unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("akeneo").unwrap());
    let client = Client::from_config(config).unwrap();
    client
        .upsert_product("lamp", &Default::default())
        .await
        .unwrap();
    sandbox.webhooks_settled("akeneo").await.unwrap();

    let created = "com.akeneo.pim.v1.product.created";
    let once = Delivery::new().attempts(1);
    for webhook in [
        Webhook::new("product.removed", &events).delivery(once.clone().forged()),
        Webhook::new("product.removed", &events).delivery(once.clone().signed_at(1_700_000_000)),
        Webhook::new(created, &platform)
            .set("/data/product/uuid", json!("u"))
            .delivery(once.clone().duplicates(1)),
        Webhook::new(created, &platform).delivery(once.clone().forged()),
        Webhook::new("com.akeneo.pim.v1.new", &platform)
            .family("event_platform")
            .set("/data", json!({}))
            .delivery(once.clone()),
    ] {
        sandbox.send("akeneo", &webhook).unwrap();
        sandbox.webhooks_settled("akeneo").await.unwrap();
    }
    let statuses: Vec<Vec<Option<u16>>> = sandbox
        .webhooks("akeneo")
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
    let expected: [&[u16]; 6] = [&[200, 200], &[401], &[401], &[200, 200], &[401], &[200]];
    assert_eq!(
        statuses,
        expected.map(|all| all.iter().copied().map(Some).collect::<Vec<_>>())
    );
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "lamp: product.created".to_owned(),
            format!("u: {created}"),
            "?: com.akeneo.pim.v1.new".to_owned(),
        ]
    );
}
