//! Tests that waiting for an SMSCX bulk lookup ends when the results on all pages are complete.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In a test, a panic is the failure report.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use smscx_sdk::types::BulkLookupRequest;
use smscx_sdk::{Client, Credentials};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

const ID: &str = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";

fn page(states: &[Value], next: Option<&str>) -> ScriptedResponse {
    let items: Vec<Value> = states
        .iter()
        .map(|status| json!({"lookupId": ID, "phoneNumber": "+33612424105", "status": status}))
        .collect();
    let info = json!({"lookupBulkId": ID, "totalPhoneNumbers": 4, "totalValid": 3});
    let paging = json!({"next": next, "previous": null, "size": items.len()});
    let body = json!({"info": info, "data": items, "paging": paging});
    ScriptedResponse::json(200, body.to_string())
}

fn client(server: &Recorder) -> Client {
    Client::builder()
        .base_url(server.url(""))
        .credentials(Credentials::api_key("sms-k3y"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_bulk_lookup_is_done_when_all_results_are_complete() {
    let active = json!("ACTIVE");
    let two = [active.clone(), json!("ABSENT")];
    let started = json!({"info": {"lookupBulkId": ID, "totalValid": 3}, "data": []});
    let server = Recorder::start([
        ScriptedResponse::json(200, started.to_string()),
        page(&[], None),
        page(&two, None),
        page(&two, Some("second")),
        page(&[], None),
        page(&two, Some("second")),
        page(&[json!(null)], None),
        page(&[active], None),
    ])
    .await;
    let client = client(&server);
    let request = BulkLookupRequest::new(["+33612424105", "+33612424106", "+33612424107", "12"]);
    let states = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&states);
    let run = client.lookup_numbers(&request).run();
    run.with_first_delay(Duration::from_millis(1))
        .with_longest_delay(Duration::from_millis(2))
        .on_progress(move |progress| {
            let entry = (progress.state.clone(), progress.is_final);
            seen.lock().unwrap().push(entry);
        })
        .await
        .unwrap();

    let first = format!("GET /numbers/lookup/lookupBulkId/{ID} HTTP/1.1");
    let second = format!("GET /numbers/lookup/lookupBulkId/{ID}?next=second HTTP/1.1");
    let lines: Vec<String> = server
        .requests()
        .iter()
        .skip(1)
        .map(|request| request.line().to_owned())
        .collect();
    // The list starts empty. It then gains two results, an empty second page, and a result without
    // a status.
    let expected = [&first, &first, &first, &second, &first, &second, &second];
    assert_eq!(lines.iter().collect::<Vec<_>>(), expected);
    let states = states.lock().unwrap();
    assert_eq!(states[1], ("2 of 3 items".to_owned(), false));
    let finals = states.iter().filter(|(_, is_final)| *is_final).count();
    assert_eq!((finals, states.last().unwrap().1), (1, true), "{states:?}");
}

#[tokio::test]
async fn an_incomplete_bulk_lookup_fails_at_the_deadline() {
    let server = Recorder::start([page(&[json!("ACTIVE")], None)]).await;
    let client = client(&server);
    let error = client
        .get_bulk_lookup(ID)
        .wait()
        .with_longest_delay(Duration::from_millis(2))
        .with_deadline(Duration::from_millis(500))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("1 of 3 items"), "{error}");
}
