//! Waiting for jobs: number of polls, end of the wait, and errors about the job.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::Client;
use acme::jobs::{StartExport, StartPayment};
#[cfg(feature = "call")]
use sdk_runtime::{Error, VendorClient};
use sdk_runtime::{JobKey, Randomness};
use support::{Reply, Script, Seen, answer, json};
use tokio::time::{Instant, timeout};

/// Randomness that results in no jitter, so that delays have their full length.
struct MinRandomness;

impl Randomness for MinRandomness {
    fn next(&self) -> u64 {
        0
    }
}

/// Randomness that results in the maximum jitter, which makes delays as short as possible.
struct MaxRandomness;

impl Randomness for MaxRandomness {
    fn next(&self) -> u64 {
        u64::MAX
    }
}

const JOB: &str = "/owners/7/jobs";

/// Starts a vendor that responds to polls with `states` in turn, and then repeats the last state.
async fn start(states: Vec<Reply>) -> (Script, Client) {
    start_with(json(200, r#"{"job":{"key":"k 1"}}"#), states, MinRandomness).await
}

async fn start_with(
    begun: Reply,
    states: Vec<Reply>,
    randomness: impl Randomness + 'static,
) -> (Script, Client) {
    let next = AtomicUsize::new(0);
    let script = Script::without_socket(move |seen: &Seen| {
        match seen.target.split('?').next().unwrap_or_default() {
            "/token" => json(200, r#"{"access_token":"t","expires_in":36000}"#),
            JOB => {
                let turn = next.fetch_add(1, Ordering::SeqCst);
                states[turn.min(states.len() - 1)].clone()
            }
            "/owners/7/exports/file" => {
                answer(200, &[("content-type", "application/zip")], "PK-bytes")
            }
            _ => begun.clone(),
        }
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(script.transport())
        .credentials(Credentials::new("id", "s3cret"))
        .randomness(randomness)
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    (script, client)
}

fn state(state: &str) -> Reply {
    json(200, &format!(r#"{{"status":"{state}"}}"#))
}

/// Returns the seconds until a future is ready, rounded to tenths, and the future's output.
async fn seconds<T>(future: impl IntoFuture<Output = T>) -> (f64, T) {
    let start = Instant::now();
    let outcome = future.await;
    (
        (start.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        outcome,
    )
}

#[tokio::test(start_paused = true)]
async fn a_job_is_started_and_polled_and_its_result_is_fetched() {
    let (script, client) = start(vec![state("open"), state("open"), state("done")]).await;
    let (took, file) = seconds(client.start_export(7).run()).await;
    let bytes = file.unwrap().into_inner().bytes().await.unwrap();
    assert_eq!(&bytes[..], b"PK-bytes");
    // 2 s, then 3 s, then 4.5 s.
    assert_eq!(took, 9.5);
    let targets: Vec<String> = script.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets[1..],
        [
            "/owners/7/exports?async=1",
            "/owners/7/jobs?key=k%201",
            "/owners/7/jobs?key=k%201",
            "/owners/7/jobs?key=k%201",
            "/owners/7/exports/file",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn poll_delays_grow_by_half_up_to_a_maximum_minus_jitter() {
    for (longest, most, expected) in [
        // 2 + 3 + 4.5 + 6.75 + 10 + 10
        (None, false, 36.3),
        (Some(3), false, 17.0),
        (Some(3), true, 13.6),
    ] {
        let mut states = vec![state("open"); 6];
        states.push(state("done"));
        let begun = json(200, "{}");
        let (_script, client) = if most {
            start_with(begun, states, MaxRandomness).await
        } else {
            start_with(begun, states, MinRandomness).await
        };
        let mut wait = client.get_job(7, "k").wait();
        if let Some(longest) = longest {
            wait = wait.with_longest_delay(Duration::from_secs(longest));
        }
        // The first poll of a running job has no delay.
        let (took, outcome) = seconds(wait).await;
        assert_eq!(outcome.unwrap()["status"], "done");
        assert_eq!(took, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_custom_first_delay_precedes_the_first_poll() {
    let (_script, client) = start(vec![state("open"), state("done")]).await;
    let first = Duration::from_secs(4);
    let (took, _) = seconds(client.get_job(7, "k").wait().with_first_delay(first)).await;
    assert_eq!(took, 10.0);
}

#[tokio::test(start_paused = true)]
async fn retry_after_replaces_the_poll_delay() {
    let headers = [("content-type", "application/json"), ("retry-after", "20")];
    let asks = answer(200, &headers, r#"{"status":"open"}"#);
    let (_script, client) = start(vec![asks, state("done")]).await;
    let (took, outcome) = seconds(client.get_job(7, "k").wait()).await;
    outcome.unwrap();
    assert_eq!(took, 20.0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_ends_the_wait_immediately() {
    let headers = [("content-type", "application/json"), ("retry-after", "90")];
    let asks = answer(200, &headers, r#"{"status":"open"}"#);
    let (script, client) = start(vec![asks]).await;
    let (took, outcome) = seconds(client.get_job(7, "k").wait()).await;
    let error = outcome.unwrap_err();
    assert_eq!((took, script.count(JOB)), (0.0, 1));
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
}

#[tokio::test(start_paused = true)]
async fn a_failed_job_is_an_error_with_the_last_response() {
    let failed = json(200, r#"{"status":"failed","why":"out of gas","n":3}"#);
    let (_script, client) = start(vec![state("open"), failed]).await;
    let error = client.start_export(7).run().await.unwrap_err();
    assert!(error.is_job_failed() && !error.is_decode() && !error.is_maybe_applied());
    assert_eq!(error.job_state(), Some("failed"));
    assert_eq!(error.vendor::<serde_json::Value>().unwrap()["n"], 3);
    assert!(error.to_string().contains("out of gas"), "{error}");
    assert_eq!(error.job_key().unwrap().argument("key"), Some("k 1"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_error_has_the_last_state_and_the_job_key() {
    let (script, client) = start(vec![state("open")]).await;
    let (took, outcome) = seconds(client.start_export(7).run()).await;
    let error = outcome.unwrap_err();
    assert_eq!(took, 60.0);
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.job_state(), Some("open"));
    let text = error.job_key().unwrap().to_string();

    let key: JobKey = text.parse().unwrap();
    let polls = script.count(JOB);
    let resumed = client
        .resume::<StartExport>(key.clone())
        .with_deadline(Duration::from_secs(9));
    let (took, outcome) = seconds(resumed).await;
    assert!(outcome.unwrap_err().is_timeout());
    // The job is polled immediately, after 2 s, and after another 3 s.
    assert_eq!((took, script.count(JOB) - polls), (9.0, 3));
    assert_eq!(script.count("/owners/7/exports"), 1);

    let error = client.resume::<StartPayment>(key).await.unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn transient_poll_failures_do_not_end_the_wait() {
    let down = json(503, "{}");
    let mut states = vec![down.clone(); 9];
    states.extend([state("open"), state("done")]);
    let (_script, client) = start(states).await;
    client.get_job(7, "k").wait().await.unwrap();

    let (script, client) = start(vec![down]).await;
    let wait = client.get_job(7, "k").with_attempts(1).wait();
    let error = wait.await.unwrap_err();
    assert!(error.is_server(), "{error}");
    assert_eq!(script.count(JOB), 6);

    let (script, client) = start(vec![json(404, "{}")]).await;
    let error = client.get_job(7, "k").wait().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(script.count(JOB), 1);
}

#[tokio::test(start_paused = true)]
async fn a_poll_without_a_response_ends_at_the_deadline_with_the_last_state() {
    let (_script, client) = start(vec![state("open"), Reply::Silence]).await;
    let limit = Duration::from_secs(30);
    let wait = client.get_job(7, "k").wait().with_deadline(limit);
    let (took, outcome) = seconds(wait).await;
    let error = outcome.unwrap_err();
    assert_eq!(took, 30.0);
    assert_eq!(error.job_state(), Some("open"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_possibly_applied_job_start_is_sent_once_and_says_how_to_find_the_job() {
    let broken = Reply::Broken(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec());
    for (begun, is_unsure) in [
        (json(500, "{}"), true),
        (broken, true),
        (json(200, "{}"), true),
        (json(200, "no json"), true),
        (json(400, "{}"), false),
    ] {
        let (script, client) = start_with(begun, vec![state("done")], MinRandomness).await;
        let error = client.start_payment(7).run().await.unwrap_err();
        assert_eq!(script.count("/owners/7/payments"), 1, "{error}");
        assert_eq!(script.count(JOB), 0, "{error}");
        assert_eq!(error.is_maybe_applied(), is_unsure, "{error}");
        let find = is_unsure.then_some("call `list_payments` with the owner");
        assert_eq!(error.how_to_find_job(), find);
        assert_eq!(
            error.to_string().contains("list_payments"),
            is_unsure,
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_possibly_applied_start_without_a_wait_says_how_to_find_the_job() {
    for (begun, is_unsure) in [(json(500, "{}"), true), (json(400, "{}"), false)] {
        let (_script, client) = start_with(begun, vec![state("done")], MinRandomness).await;
        let error = client.start_payment(7).send().await.unwrap_err();
        assert_eq!(error.is_maybe_applied(), is_unsure, "{error}");
        let find = is_unsure.then_some("call `list_payments` with the owner");
        assert_eq!(error.how_to_find_job(), find);
        assert_eq!(error.to_string().contains("list_payments"), is_unsure);
    }
}

#[tokio::test(start_paused = true)]
async fn the_response_to_a_start_may_begin_with_a_byte_order_mark() {
    let begun = json(200, "\u{feff}{\"job\":{\"key\":\"k\"}}");
    let (_script, client) = start_with(begun, vec![state("done")], MinRandomness).await;
    let job = client.start_export(7).run().start().await.unwrap();
    let answer: serde_json::Value = job.answer().unwrap().unwrap();
    assert_eq!(answer["job"]["key"], "k");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_beyond_the_clock_range_does_not_end_the_wait() {
    let mut states = vec![state("open"); 99];
    states.push(state("done"));
    let (script, client) = start(states).await;
    let wait = client.get_job(7, "k").wait().with_deadline(Duration::MAX);
    wait.await.unwrap();
    assert_eq!(script.count(JOB), 100);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_start_of_several_jobs_is_an_error() {
    let two = json(200, r#"{"jobs":[{"key":"a"},{"key":"b"}]}"#);
    let (script, client) = start_with(two, vec![state("done")], MinRandomness).await;
    let error = client.start_payment(7).run().await.unwrap_err();
    assert!(error.to_string().contains("started 2 jobs"), "{error}");
    assert_eq!(script.count(JOB), 0);

    let one = json(200, r#"{"jobs":[{"key":"a"}]}"#);
    let (_script, client) = start_with(one, vec![state("done")], MinRandomness).await;
    let last = client.start_payment(7).run().await.unwrap();
    assert_eq!(last["status"], "done");
}

#[tokio::test(start_paused = true)]
async fn progress_is_reported_after_each_poll() {
    let (_script, client) = start(vec![state("open"), state("busy"), state("done")]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let run = client.start_export(7).run().on_progress(move |progress| {
        let seconds = progress.elapsed.as_secs();
        let row = (
            progress.state.clone(),
            progress.polls,
            progress.is_final,
            seconds,
        );
        log.lock().unwrap().push(row);
    });
    run.await.unwrap();
    let row = |state: &str, polls, is_final, seconds| (state.to_owned(), polls, is_final, seconds);
    let expected = [
        row("open", 1, false, 2),
        row("busy", 2, false, 5),
        row("done", 3, true, 9),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn job_states_can_be_streamed() {
    let (_script, client) = start(vec![state("open"), state("done")]).await;
    let job = client.start_export(7).run().start().await.unwrap();
    let started: serde_json::Value = job.answer().unwrap().unwrap();
    assert_eq!(started["job"]["key"], "k 1");
    let mut states = job.states();
    let mut seen = Vec::new();
    while let Some(answer) = states.try_next().await.unwrap() {
        seen.push(answer["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["open", "done"]);

    let (_script, client) = start(vec![state("open"), state("failed")]).await;
    let mut states = client.get_job(7, "k").wait().states();
    assert!(states.try_next().await.unwrap().is_some());
    assert!(states.try_next().await.unwrap_err().is_job_failed());
    assert!(states.try_next().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_stops_polling_and_can_be_resumed_with_the_key() {
    let (script, client) = start(vec![state("open"), state("open"), state("done")]).await;
    let job = client.start_export(7).run().start().await.unwrap();
    let key = job.key().clone();
    assert_eq!(
        format!("{key:?}"),
        r#"JobKey { operation: "start_export", .. }"#
    );
    timeout(Duration::from_secs(3), job.wait().into_future())
        .await
        .unwrap_err();
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(script.count(JOB), 1);

    let file = client.resume::<StartExport>(key).await.unwrap();
    assert_eq!(&file.into_inner().bytes().await.unwrap()[..], b"PK-bytes");
    assert_eq!(script.count("/owners/7/exports"), 1);
}

#[tokio::test(start_paused = true)]
async fn jobs_listed_on_several_pages_are_waited_for_page_by_page() {
    let page = |state: &str, next: &str| {
        json(
            200,
            &format!(r#"{{"status":"{state}","paging":{{"next":{next}}}}}"#),
        )
    };
    let first = |state| page(state, r#""p2""#);
    let states = vec![
        first("open"),
        first("done"),
        page("open", "null"),
        page("done", "null"),
    ];
    let (script, client) = start(states).await;
    let (took, last) = seconds(client.get_job(7, "k").wait()).await;
    assert_eq!(last.unwrap().into_inner()["status"], "done");
    // The first page is polled again after 2 s. The second page is polled immediately, and again
    // after 3 s.
    assert_eq!(took, 5.0);
    let targets: Vec<String> = script.seen().into_iter().map(|seen| seen.target).collect();
    let (one, two) = ("/owners/7/jobs?key=k", "/owners/7/jobs?key=k&next=p2");
    assert_eq!(targets[1..], [one, one, two, two]);

    // A cursor that doesn't move ends the wait.
    let (script, client) = start(vec![first("done")]).await;
    client.get_job(7, "k").wait().await.unwrap();
    assert_eq!(script.count("/owners/7/jobs"), 2);
}

#[cfg(feature = "call")]
#[tokio::test(start_paused = true)]
async fn call_and_wait_runs_a_job_by_operation_id() {
    let run = |id: &'static str, states: Vec<Reply>| async move {
        let (script, client) = start(states).await;
        let arguments = match id {
            "get_job" => serde_json::json!({"owner": 7, "key": "k"}),
            "download_export" => serde_json::json!({"owner": 7}),
            _ => serde_json::json!({"owner": 7}),
        };
        let outcome: Result<_, Error> = client.call_and_wait(id, arguments).await;
        (script, outcome)
    };
    let states = || vec![state("open"), state("done")];
    let (_script, outcome) = run("start_export", states()).await;
    let file = outcome.unwrap().body.into_download().unwrap();
    assert_eq!(&file.bytes().await.unwrap()[..], b"PK-bytes");
    let (_script, outcome) = run("get_job", states()).await;
    assert_eq!(outcome.unwrap().body.json().unwrap()["status"], "done");
    let (script, outcome) = run("download_export", states()).await;
    assert!(outcome.unwrap_err().is_request());
    assert_eq!(script.count("/owners/7/exports/file"), 0);
}
