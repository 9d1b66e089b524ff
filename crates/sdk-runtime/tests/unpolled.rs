//! Calls, bulk writes and lists that are kept without being polled don't block other calls
//! forever.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::future::IntoFuture;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use acme::shop::Line;
use sdk_runtime::Limits;
use support::{Reply, Script, Seen, answer, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

const TOKEN: &str = r#"{"access_token":"t","expires_in":36000}"#;
const LIST: &str = r#"{"items":[]}"#;
const PAGE: &str = r#"{"items":[1,2],"meta":{"total":4}}"#;
/// Only a call that hangs takes this long.
const FOREVER: Duration = Duration::from_secs(24 * 60 * 60);

fn limits(requests: u32, per_seconds: u32, concurrent: Option<u32>) -> Limits {
    Limits {
        requests,
        per_seconds,
        concurrent,
    }
}

async fn start(
    limits: Limits,
    play: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> (Script, Client) {
    let (script, transport) = Script::play(move |seen: &Seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => play(seen),
    });
    let builder: ClientBuilder = Client::builder();
    let client = builder
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .limits(limits)
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    (script, client)
}

fn line(code: usize) -> Line {
    Line {
        code: code.to_string(),
        data: 1.into(),
    }
}

/// Reports a status for every line.
fn report(seen: &Seen) -> Reply {
    let statuses: Vec<String> = (1..=seen.body.lines().count())
        .map(|line| format!(r#"{{"line":{line},"status_code":204}}"#))
        .collect();
    let media = [("content-type", "application/vnd.acme.collection+json")];
    answer(200, &media, &statuses.join("\n"))
}

async fn settle() {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_succeed_between_statuses_of_a_bulk_write_that_exceeds_the_limits() {
    for limits in [
        limits(0, 0, Some(4)),
        limits(4, 1, None),
        limits(100, 1, Some(4)),
    ] {
        let (script, client) = start(limits, |seen| match seen.target.as_str() {
            "/lines" => report(seen),
            _ => json(200, LIST),
        })
        .await;
        let items = (0..60).map(line);
        let mut statuses = client.upsert_lines(items).with_concurrency(6).send();
        let mut count = 0;
        while let Some(status) = timeout(FOREVER, statuses.try_next())
            .await
            .expect("the stream hangs")
            .unwrap()
        {
            assert_eq!(status.status().unwrap().status_code, 204);
            let call = client.list_things("o").into_future();
            timeout(FOREVER, call)
                .await
                .expect("the call hangs")
                .unwrap();
            count += 1;
        }
        assert_eq!((count, script.count("/lines")), (60, 20));
    }
}

#[tokio::test(start_paused = true)]
async fn an_unpolled_call_holds_its_slot_only_until_its_timeout() {
    let (_script, client) = start(limits(0, 0, Some(1)), |seen| match seen.target.as_str() {
        "/create" => Reply::Silence,
        _ => json(200, LIST),
    })
    .await;
    let started = Instant::now();
    let mut kept = pin!(
        client
            .create(1)
            .with_timeout(Duration::from_secs(20))
            .into_future()
    );
    tokio::select! {
        biased;
        _ = &mut kept => panic!("the call must not get a response"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    let call = client.list_things("o").into_future();
    timeout(FOREVER, call)
        .await
        .expect("the call hangs")
        .unwrap();
    assert_eq!(started.elapsed().as_secs(), 20);
    let error = kept.await.unwrap_err();
    assert!(error.is_timeout() && error.is_maybe_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_unpolled_call_in_the_queue_does_not_block_the_next_call() {
    for (limits, most) in [(limits(1, 10, None), 10), (limits(0, 0, Some(1)), 5)] {
        let (_script, client) = start(limits, |seen| match seen.target.as_str() {
            "/create" => Reply::Silence,
            _ => json(200, LIST),
        })
        .await;
        let started = Instant::now();
        let first = tokio::spawn({
            let client = client.clone();
            let limit = Duration::from_secs(5);
            async move { client.create(1).with_timeout(limit).await.map(drop) }
        });
        settle().await;
        let mut kept = pin!(client.list_things("kept").into_future());
        tokio::select! {
            biased;
            _ = &mut kept => panic!("the kept call must not get its turn yet"),
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        let call = client.list_things("o").into_future();
        timeout(FOREVER, call)
            .await
            .expect("the call hangs")
            .unwrap();
        assert_eq!(started.elapsed().as_secs(), most);
        assert!(first.await.unwrap().unwrap_err().is_timeout());
        // The kept call is late, but not lost.
        timeout(FOREVER, kept)
            .await
            .expect("the kept call hangs")
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_unpolled_list_releases_its_slot_and_keeps_the_fetched_page() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let (script, client) = start(limits(0, 0, Some(1)), move |seen| {
        match seen.target.split('?').next() {
            Some("/by-page") => Reply::Held(Arc::clone(&held), Box::new(json(200, PAGE))),
            _ => json(200, LIST),
        }
    })
    .await;
    let mut items = client.list_by_page().items();
    let given_up = timeout(Duration::from_secs(1), items.try_next()).await;
    assert!(given_up.is_err());
    gate.add_permits(1);
    let started = Instant::now();
    let call = client.list_things("o").into_future();
    timeout(FOREVER, call)
        .await
        .expect("the call hangs")
        .unwrap();
    assert_eq!(started.elapsed().as_secs(), 0);
    assert_eq!(items.try_next().await.unwrap(), Some(1));
    assert_eq!(script.count("/by-page"), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_bulk_stream_lets_started_requests_finish_and_sends_no_others() {
    let gate = Arc::new(Semaphore::new(0));
    let (held, count) = (Arc::clone(&gate), AtomicUsize::new(0));
    let (script, client) = start(limits(0, 0, Some(1)), move |seen| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            Reply::Held(Arc::clone(&held), Box::new(json(503, "{}")))
        } else {
            report(seen)
        }
    })
    .await;
    let items = (0..30).map(line);
    let mut statuses = client.replace_lines(items).with_concurrency(3).send();
    let given_up = timeout(Duration::from_secs(1), statuses.try_next()).await;
    assert!(given_up.is_err());
    assert_eq!(script.count("/lines"), 1);
    drop(statuses);
    gate.add_permits(1);
    // The first request is repeated after its 503. The two requests that waited for its slot are
    // not sent.
    tokio::time::sleep(Duration::from_secs(30)).await;
    settle().await;
    let bodies: Vec<String> = script
        .seen()
        .into_iter()
        .filter(|seen| seen.target == "/lines")
        .map(|seen| seen.body)
        .collect();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert_eq!(bodies[0], bodies[1]);
}
