//! How long a client waits if its vendor has a rate limit.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sdk_runtime::{
    Call, Limits, Method, Operation, Reading, Repeat, RetryPolicy, SdkClient, Vendor, WaitHeader,
    WaitUnit,
};
use support::{Reply, Script, answer, json};
use tokio::time::Instant;

/// A vendor that accepts 100 requests per minute and specifies delays in milliseconds.
mod slow {
    use super::*;
    use crate::acme::auth::Credentials;
    use crate::acme::generated::vendor::Server;

    static VENDOR: Vendor = Vendor {
        limits: Some(Limits {
            requests: 100,
            per_seconds: 60,
            concurrent: None,
        }),
        wait: Some(WaitHeader {
            header: "X-Wait-Ms",
            unit: WaitUnit::Milliseconds,
        }),
        ..crate::acme::generated::vendor::VENDOR
    };
    sdk_runtime::vendor_client!(
        credentials = Credentials,
        server = Server,
        vendor = VENDOR,
        openapi = "{}"
    );
}

static READ: Operation = Operation {
    id: "read_thing",
    path: "/thing",
    repeat: Repeat::Safe,
    ..Operation::EMPTY
};
static WRITE: Operation = Operation {
    id: "write_thing",
    path: "/thing",
    method: Method::Post,
    ..Operation::EMPTY
};

async fn start(replies: Vec<Reply>) -> (Script, slow::Client) {
    start_with(replies, RetryPolicy::new())
}

fn start_with(replies: Vec<Reply>, retry: RetryPolicy) -> (Script, slow::Client) {
    let turn = AtomicUsize::new(0);
    let (script, transport) = Script::play(move |_| {
        let turn = turn.fetch_add(1, Ordering::SeqCst);
        replies
            .get(turn)
            .cloned()
            .unwrap_or_else(|| json(200, "{}"))
    });
    let client = slow::Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .without_credentials()
        .retry(retry)
        .build()
        .unwrap();
    (script, client)
}

async fn send(
    client: &slow::Client,
    operation: &'static Operation,
    limit: u64,
) -> Result<(), sdk_runtime::Error> {
    let mut call = Call::new(operation);
    call.timeout(Duration::from_secs(limit));
    client.core().call(call, Reading::Whole).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_hint_waits_for_the_vendors_rate_limit_window() {
    let (script, client) = start(vec![answer(429, &[], "{}")]).await;
    let started = Instant::now();
    send(&client, &READ, 120).await.unwrap();
    let waited = started.elapsed().as_secs();
    assert!((60..62).contains(&waited), "{waited}");
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_window_beyond_the_call_timeout_fails_immediately_with_retry_after() {
    let (script, client) = start(vec![answer(429, &[], "{}")]).await;
    let started = Instant::now();
    let error = send(&client, &READ, 30).await.unwrap_err();
    assert!(
        error.is_rate_limited() && started.elapsed().as_secs() < 2,
        "{error}"
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_window_beyond_the_total_retry_time_is_not_waited_for() {
    let retry = RetryPolicy::new().with_total_time(Duration::from_secs(30));
    let (script, client) = start_with(vec![answer(429, &[], "{}")], retry);
    let error = send(&client, &READ, 120).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_vendors_own_wait_header_is_read_in_its_unit() {
    let told = || answer(429, &[("x-wait-ms", "7500")], "{}");
    let (_script, client) = start(vec![told()]).await;
    let started = Instant::now();
    send(&client, &READ, 120).await.unwrap();
    let waited = started.elapsed().as_millis();
    assert!((7500..8600).contains(&waited), "{waited}");
    let (_script, client) = start(vec![told()]).await;
    let error = send(&client, &READ, 5).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(7500)));
}

#[tokio::test(start_paused = true)]
async fn a_write_is_retried_only_if_the_vendor_specifies_a_delay() {
    let (script, client) = start(vec![answer(429, &[], "{}")]).await;
    let error = send(&client, &WRITE, 120).await.unwrap_err();
    // The length of the window is known, but the vendor did not specify a delay.
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(script.seen().len(), 1);
    let (script, client) = start(vec![answer(429, &[("x-wait-ms", "10")], "{}")]).await;
    send(&client, &WRITE, 120).await.unwrap();
    assert_eq!(script.seen().len(), 2);
}
