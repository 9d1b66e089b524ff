//! Faults that a test or a request adds.

use std::io::ErrorKind;
use std::time::Duration;

use sdk_sandbox::Fault;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::parcels::{PARCELS, Parcels, header, refusal};

#[tokio::test]
async fn a_fault_for_an_unknown_vendor_fails_with_a_list_of_known_vendors() {
    let parcels = Parcels::start().await;
    let error = parcels
        .sandbox
        .fault("parcel", Fault::reset())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("\"parcel\"") && error.ends_with(&format!("it simulates {PARCELS}")),
        "{error}"
    );
}

#[tokio::test]
async fn a_status_fault_repeats_as_configured_in_the_vendors_format() {
    let parcels = Parcels::start().await;
    let busy = Fault::status(503)
        .on("get_parcel")
        .header("Retry-After", "3")
        .times(2);
    parcels.sandbox.fault(PARCELS, busy).unwrap();
    assert_eq!(parcels.get("/parcels").await.status(), 200);
    for _ in 0..2 {
        let response = parcels.get("/parcels/1").await;
        assert_eq!(header(&response, "retry-after"), "3");
        assert_eq!(refusal(response).await, (503, "internal".to_owned()));
    }
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
}

#[tokio::test]
async fn a_fault_without_an_operation_does_not_affect_token_exchanges() {
    let parcels = Parcels::start().await;
    parcels.sandbox.fault(PARCELS, Fault::status(401)).unwrap();
    let token = parcels.token().await;
    assert_eq!(parcels.status_with(&token).await, 401);
    assert_eq!(parcels.status_with(&token).await, 200);
    parcels
        .sandbox
        .fault(PARCELS, Fault::status(500).on("get_access_token"))
        .unwrap();
    assert_eq!(parcels.exchange().send().await.unwrap().status(), 500);
    assert_eq!(parcels.sandbox.exchanges(PARCELS).unwrap(), 1);
}

#[tokio::test]
async fn a_status_fault_can_have_a_custom_body() {
    let parcels = Parcels::start().await;
    parcels
        .sandbox
        .fault(PARCELS, Fault::status(200).body("text/html", "<html>"))
        .unwrap();
    let response = parcels.get("/parcels/1").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "text/html");
    assert_eq!(response.text().await.unwrap(), "<html>");
}

#[tokio::test]
async fn a_reset_fault_sends_no_response() {
    let parcels = Parcels::start().await;
    parcels.sandbox.fault(PARCELS, Fault::reset()).unwrap();
    // Use a new connection. After a reset of a reused connection, the client can retry a read
    // automatically.
    let error = parcels
        .http
        .get(format!(
            "{}/parcels/1",
            parcels.sandbox.base_url(PARCELS).unwrap()
        ))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(
        parcels
            .sandbox
            .requests()
            .last()
            .map(|request| request.status),
        Some(0)
    );
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
}

#[tokio::test]
async fn a_reset_aborts_the_connection_and_a_truncated_response_closes_it() {
    let parcels = Parcels::start().await;
    let base = parcels.sandbox.base_url(PARCELS).unwrap();
    let url = reqwest::Url::parse(&format!("{base}/parcels/1")).unwrap();
    let (address, path) = ((url.host_str().unwrap(), url.port().unwrap()), url.path());
    let end = async |fault: &str, length: usize| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer parcel-standing\r\n\
             X-Sandbox-Fault: {fault}\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let end = stream.read_to_end(&mut answer).await;
        (end.map_err(|error| error.kind()).err(), answer.is_empty())
    };
    let reset = Some(ErrorKind::ConnectionReset);
    assert_eq!(end("reset=read", 0).await, (reset, true));
    assert_eq!(end("reset=applied", 0).await, (reset, true));
    // The body is not sent, because unread bytes would make the operating system reset the
    // connection.
    assert_eq!(end("reset=before", 9).await, (reset, true));
    assert_eq!(end("truncated", 0).await, (None, false));
}

#[tokio::test(start_paused = true)]
async fn a_delay_fault_delays_the_response() {
    let parcels = Parcels::start().await;
    parcels
        .sandbox
        .fault(PARCELS, Fault::delay(Duration::from_secs(30)))
        .unwrap();
    let begun = Instant::now();
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
    assert!(begun.elapsed() >= Duration::from_secs(30));
}

#[tokio::test]
async fn a_call_that_is_canceled_during_a_delay_is_logged() {
    let parcels = Parcels::start().await;
    let hour = Duration::from_secs(3600);
    parcels.sandbox.fault(PARCELS, Fault::delay(hour)).unwrap();
    let call = parcels.get("/parcels/1");
    assert!(timeout(Duration::from_millis(200), call).await.is_err());
    let requests = parcels.sandbox.requests_of(PARCELS).unwrap();
    assert!(
        requests
            .iter()
            .any(|request| request.path.ends_with("/parcels/1"))
    );
}

#[tokio::test]
async fn an_extra_field_is_added_to_a_list_response() {
    let parcels = Parcels::start().await;
    for seed in 0..8 {
        let plain: Value = parcels.get("/parcels").await.json().await.unwrap();
        parcels
            .sandbox
            .fault(PARCELS, Fault::extra_field().seed(seed))
            .unwrap();
        let mut body: Value = parcels.get("/parcels").await.json().await.unwrap();
        assert_ne!(body, plain);
        remove_field(&mut body, "x_sandbox_extra");
        assert_eq!(body, plain);
    }
}

/// Removes a field at any depth.
fn remove_field(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => {
            map.remove(name);
            map.values_mut().for_each(|value| remove_field(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| remove_field(value, name)),
        _ => {}
    }
}

#[tokio::test]
async fn a_status_fault_has_no_retry_after_header_by_default() {
    let parcels = Parcels::start().await;
    parcels
        .sandbox
        .fault(PARCELS, Fault::status(429).on("list_parcels"))
        .unwrap();
    let response = parcels.get("/parcels").await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), "");
    assert_eq!(header(&response, "x-request-id").len(), 36);
}
