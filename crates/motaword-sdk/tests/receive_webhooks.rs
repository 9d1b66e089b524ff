//! Tests the example `motaword_receive_webhooks` with callbacks that the sandbox sends.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used)] // Everything here runs in tests.

use std::sync::{Arc, Mutex};

use motaword_sdk::types::ProjectJsonRequest;
use motaword_sdk::{Client, ClientConfig};
use sdk_sandbox::{Delivery, Sandbox, Webhook};
use serde_json::json;

#[path = "../examples/motaword_receive_webhooks.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

#[tokio::test]
async fn the_example_reads_the_project_and_does_not_trust_a_forged_callback() {
    let sandbox = Sandbox::builder().vendor("motaword").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("motaword").unwrap());
    let client = Client::from_config(config).unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let handle = move |line| kept.lock().unwrap().push(line);
    let receiver = example::Receiver::new(client.clone(), "unguessable".to_owned(), handle);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}/projects", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, example::router(receiver)).await });

    let url = format!("{host}/unguessable");
    let body = ProjectJsonRequest {
        source_language: Some("en-US".to_owned()),
        target_languages: Some(vec!["tr".to_owned()]),
        callback_url: Some(url.clone()),
        ..ProjectJsonRequest::default()
    };
    let id = client.create_project().body(&body).await.unwrap().id;

    // This callback is forged, because the project has not been launched.
    let forged = Webhook::new("completed", &url).set("/project/id", json!(id));
    sandbox.send("motaword", &forged).unwrap();
    let guessed = Webhook::new("completed", format!("{host}/guess"));
    let once = Delivery::new().attempts(1);
    sandbox.send("motaword", &guessed.delivery(once)).unwrap();
    sandbox.webhooks_settled("motaword").await.unwrap();
    assert_eq!(
        sandbox.webhooks("motaword").unwrap()[1].attempts[0].status,
        Some(404)
    );
    assert_eq!(*lines.lock().unwrap(), [format!("project {id} is pending")]);

    sandbox
        .deliver_webhooks("motaword", Delivery::new().duplicates(1))
        .unwrap();
    client.launch_project(id).await.unwrap();
    sandbox.webhooks_settled("motaword").await.unwrap();
    let completed = format!("project {id} is completed");
    assert_eq!(lines.lock().unwrap()[1..], [completed.clone(), completed]);
}
