//! Callbacks as the vendor sends them: unsigned, with dates in two formats.
#![cfg(feature = "webhooks")]
#![allow(
    clippy::field_reassign_with_default,
    clippy::unwrap_used,
    clippy::panic
)] // In a test, a panic is the failure report.

mod support;

use motaword_sdk::types::{ProjectJsonRequest, ProjectPayment, ProjectStatus, ProjectWebhook};
use motaword_sdk::webhooks::{ProjectEvent, WebhookError};
use motaword_sdk::{Client, ClientConfig};
use sdk_sandbox::Sandbox;
use support::{Reply, Script, Seen};

/// Body in the format of the vendor's sample, in which dates are strings.
const SAMPLE: &str = r#"{
  "type": "project", "action": "translated",
  "project": {
    "id": 17, "status": "started", "source_language": "en-US", "target_languages": ["fr", "de"],
    "created_at": "2026-03-01", "delivery_at": "2026-03-04", "word_count": 230,
    "custom": {"order": "A-17"}, "price": {"amount": 34.5, "currency": "usd"}
  }
}"#;

/// Body with Unix times in seconds, as in the API, and with an empty list instead of an empty map.
const UNIX_TIME_SAMPLE: &str = r#"{
  "type": "project", "action": "completed",
  "project": {"id": 17, "status": "completed", "created_at": 1772366400, "delivery_at": 1772625600, "custom": []}
}"#;

fn payload(body: &str) -> Box<ProjectWebhook> {
    match ProjectEvent::parse(body.as_bytes()).unwrap() {
        ProjectEvent::Translated(payload)
        | ProjectEvent::Proofread(payload)
        | ProjectEvent::Completed(payload) => payload,
        other => panic!("{other:?}"),
    }
}

#[test]
fn dates_are_parsed_from_strings_and_unix_times() {
    let project = payload(SAMPLE).project.unwrap();
    let day = project.created_at.as_ref().unwrap().local().unwrap();
    assert_eq!(day.to_string(), "2026-03-01 0:00:00.0");
    assert_eq!(project.delivery_at.as_ref().unwrap().as_str(), "2026-03-04");

    let project = payload(UNIX_TIME_SAMPLE).project.unwrap();
    let time = project.created_at.as_ref().unwrap().value().unwrap();
    assert_eq!(time.unix_timestamp(), 1_772_366_400);
    let day = project.created_at.as_ref().unwrap().local().unwrap();
    assert_eq!(day.to_string(), "2026-03-01 12:00:00.0");
}

#[test]
fn a_callback_has_a_typed_project_and_keeps_other_properties() {
    let project = payload(SAMPLE).project.unwrap();
    assert_eq!(
        (project.id, project.status),
        (Some(17), Some(ProjectStatus::Started))
    );
    assert_eq!(project.source_language.as_deref(), Some("en-US"));
    assert_eq!(project.target_languages.unwrap(), ["fr", "de"]);
    assert_eq!(project.custom.unwrap()["order"].value(), "A-17");
    assert_eq!(project.extra["price"]["amount"], 34.5);
    let project = payload(UNIX_TIME_SAMPLE).project.unwrap();
    assert!(project.custom.is_none_or(|custom| custom.is_empty()));
}

#[test]
fn each_stage_is_an_event_and_an_unknown_stage_is_kept() {
    let event = |action: &str| {
        let body = SAMPLE.replace("translated", action);
        ProjectEvent::parse(body.as_bytes()).unwrap()
    };
    assert!(matches!(event("translated"), ProjectEvent::Translated(_)));
    assert!(matches!(event("proofread"), ProjectEvent::Proofread(_)));
    assert!(matches!(event("completed"), ProjectEvent::Completed(_)));
    let new = event("delivered");
    assert_eq!(new.event(), "delivered");
    let ProjectEvent::Unknown { body, .. } = new else {
        panic!("{new:?}")
    };
    assert_eq!(body["project"]["id"], 17);
}

#[test]
fn a_body_that_is_not_a_callback_is_rejected_or_unknown() {
    for body in ["", "{", "[]", r#"{"action": "translated", "project": 3}"#] {
        let outcome = ProjectEvent::parse(body.as_bytes());
        let refused = matches!(outcome, Err(WebhookError::Malformed(_)));
        let unknown = matches!(outcome, Ok(ProjectEvent::Unknown { .. }));
        assert!(refused || unknown, "{body}: {outcome:?}");
    }
}

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .vendor("motaword")
        .strict()
        .start()
        .await
        .unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("motaword").unwrap());
    (sandbox, Client::from_config(config).unwrap())
}

/// Creates a project whose callbacks are sent to the receiver.
async fn project(receiver: &Script, client: &Client) -> i64 {
    let mut request = ProjectJsonRequest::default();
    request.source_language = Some("en-US".to_owned());
    request.target_languages = Some(vec!["fr".to_owned()]);
    request.callback_url = Some(format!("{}/callback/5f0c9d3e", receiver.url));
    client.create_project().body(&request).await.unwrap().id
}

fn read(seen: &Seen) -> (String, Option<i64>) {
    assert_eq!(
        (seen.method.as_str(), seen.path()),
        ("POST", "/callback/5f0c9d3e")
    );
    let event = ProjectEvent::parse(&seen.body).unwrap();
    let name = event.event().to_owned();
    let id = match event {
        ProjectEvent::Translated(payload)
        | ProjectEvent::Proofread(payload)
        | ProjectEvent::Completed(payload) => payload.project.and_then(|project| project.id),
        _ => None,
    };
    (name, id)
}

#[tokio::test]
async fn a_launched_project_sends_one_callback_per_stage() {
    let (sandbox, client) = sandbox().await;
    let receiver = Script::start_whole(|_| Reply::new(200, &[], "")).await;
    let id = project(&receiver, &client).await;
    client
        .launch_project(id)
        .body(&ProjectPayment::default())
        .await
        .unwrap();
    sandbox.webhooks_settled("motaword").await.unwrap();
    let calls: Vec<_> = receiver.all().iter().map(read).collect();
    let expected = ["translated", "proofread", "completed"].map(|name| (name.to_owned(), Some(id)));
    assert_eq!(calls, expected);
    let project = client.get_project(id).await.unwrap();
    assert_eq!(project.status, Some(ProjectStatus::Completed));
}

#[cfg(feature = "internal")]
#[tokio::test]
async fn each_trigger_request_sends_a_callback() {
    use motaword_sdk::types::TriggerCallbackActionType;
    let (sandbox, client) = sandbox().await;
    let receiver = Script::start_whole(|_| Reply::new(200, &[], "")).await;
    let id = project(&receiver, &client).await;
    for _ in 0..2 {
        client
            .trigger_callback(id, TriggerCallbackActionType::Proofread)
            .await
            .unwrap();
    }
    sandbox.webhooks_settled("motaword").await.unwrap();
    let calls: Vec<_> = receiver.all().iter().map(read).collect();
    let one = ("proofread".to_owned(), Some(id));
    assert_eq!(calls, [one.clone(), one]);
}
