//! Bulk writes: the requests, and the status of every item.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use acme::auth::Credentials;
use acme::generated::{BulkRequest, Client};
use acme::shop::{Line, LineStatus};
use sdk_runtime::{BulkOperation, BulkOutcome, BulkStatus, Error};
use support::{Reply, Script, Seen, answer, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;

fn line(code: impl std::fmt::Display) -> Line {
    Line {
        code: code.to_string(),
        data: 1.into(),
    }
}

async fn start(play: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Script, Client) {
    let (script, transport) = Script::play(move |seen| {
        if seen.target == "/token" {
            json(200, TOKEN)
        } else {
            play(seen)
        }
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    (script, client)
}

async fn all(
    request: BulkRequest<'_, impl BulkOperation<Status = LineStatus>>,
) -> (Vec<BulkStatus<LineStatus>>, Option<Error>) {
    let (mut all, mut statuses) = (Vec::new(), request.send());
    loop {
        match statuses.try_next().await {
            Ok(Some(status)) => all.push(status),
            Ok(None) => return (all, None),
            Err(error) => {
                assert!(statuses.try_next().await.unwrap().is_none());
                return (all, Some(error));
            }
        }
    }
}

fn codes(body: &str) -> Vec<String> {
    let read = |line: &str| serde_json::from_str::<Line>(line).unwrap().code;
    body.lines().map(read).collect()
}

fn lines(statuses: &[String]) -> Reply {
    let media = [("content-type", "application/vnd.acme.collection+json")];
    answer(200, &media, &statuses.join("\n"))
}

fn status(line: usize, code: &str, status: u16) -> String {
    format!(r#"{{"line":{line},"code":"{code}","status_code":{status}}}"#)
}

/// Reports a status for every line, in input order.
fn report(seen: &Seen) -> Reply {
    let codes = codes(&seen.body);
    let statuses = codes.iter().enumerate();
    let bad = |code: &str| if code.starts_with("bad") { 422 } else { 204 };
    lines(
        &statuses
            .map(|(at, code)| status(at + 1, code, bad(code)))
            .collect::<Vec<_>>(),
    )
}

/// Returns the outcomes of the items in a short format.
fn short(statuses: &[BulkStatus<LineStatus>]) -> Vec<String> {
    let heard = |status: &BulkStatus<LineStatus>| match &status.outcome {
        BulkOutcome::Status(heard) => heard.status_code.to_string(),
        BulkOutcome::Refused(_) => "refused".to_owned(),
        _ => "unknown".to_owned(),
    };
    statuses.iter().map(heard).collect()
}

#[tokio::test]
async fn items_are_split_at_the_limits_and_each_gets_a_status() {
    let (script, client) = start(report).await;
    let items: Vec<Line> = ["a", "bad", "c", "d", "e", "f", "g"].map(line).into();
    let (statuses, error) = all(client.upsert_lines(&items)).await;
    assert!(error.is_none());
    assert_eq!(
        short(&statuses),
        ["204", "422", "204", "204", "204", "204", "204"]
    );
    for (at, found) in statuses.iter().enumerate() {
        assert_eq!(
            (found.index, found.status().unwrap().code.as_ref()),
            (at as u64, Some(&items[at].code))
        );
    }
    let bodies: Vec<Vec<String>> = script.seen()[1..]
        .iter()
        .map(|seen| codes(&seen.body))
        .collect();
    assert_eq!(
        bodies,
        [vec!["a", "bad", "c"], vec!["d", "e", "f"], vec!["g"]]
    );
    let last = script.last();
    assert_eq!(
        last.header("content-type"),
        Some("application/vnd.acme.collection+json")
    );
    assert_eq!(
        (last.method.as_str(), last.body.as_str()),
        ("PATCH", r#"{"code":"g","data":1}"#)
    );
}

#[tokio::test]
async fn an_overlong_line_is_rejected_locally_and_the_rest_is_sent() {
    let (script, client) = start(report).await;
    let items = [line("a"), line("x".repeat(50)), line("c")];
    let (statuses, error) = all(client.upsert_lines(items)).await;
    assert_eq!(
        (short(&statuses), error.is_none()),
        (vec!["204".into(), "refused".into(), "204".into()], true)
    );
    assert!(statuses[1].error().unwrap().to_string().contains("item 1"));
    assert_eq!(statuses[2].status().unwrap().code.as_deref(), Some("c"));
    assert_eq!(codes(&script.last().body), ["a", "c"]);
    let (statuses, _) = all(client.upsert_lines(vec![line("x".repeat(50))])).await;
    assert_eq!(
        (short(&statuses), script.count("/lines")),
        (vec!["refused".into()], 1)
    );
}

#[tokio::test]
async fn requests_are_also_split_by_size_in_bytes() {
    let (script, client) = start(report).await;
    let (statuses, _) = all(client
        .upsert_lines(["a", "b", "c"].map(line))
        .with_max_bytes(50))
    .await;
    assert_eq!((statuses.len(), script.count("/lines")), (3, 2));
}

#[tokio::test]
async fn statuses_are_matched_by_line_number_in_any_order() {
    let (_script, client) = start(|_| {
        lines(&[
            status(3, "c", 201),
            status(1, "a", 204),
            status(9, "?", 204),
            status(1, "a", 500),
        ])
    })
    .await;
    let (statuses, _) = all(client.upsert_lines(["a", "b", "c"].map(line))).await;
    assert_eq!(short(&statuses), ["204", "unknown", "201"]);
}

#[tokio::test]
async fn items_missing_from_a_truncated_response_have_unknown_outcomes() {
    let whole = [status(1, "a", 204), status(2, "b", 204)].join("\n");
    for (kept, known) in [(whole.len(), 2), (whole.len() - 5, 1), (10, 0), (0, 0)] {
        for says_more in [true, false] {
            let body = whole[..kept].to_owned();
            let (_script, client) = start(move |_| {
                let length = if says_more { 1000 } else { body.len() };
                let head = format!("HTTP/1.1 200 X\r\ncontent-type: application/vnd.acme.collection+json\r\ncontent-length: {length}\r\n\r\n");
                Reply::Broken(format!("{head}{body}").into_bytes())
            })
            .await;
            let (statuses, error) = all(client.upsert_lines(["a", "b", "c"].map(line))).await;
            let expected: Vec<&str> = (0..3)
                .map(|at| if at < known { "204" } else { "unknown" })
                .collect();
            assert_eq!(short(&statuses), expected, "{kept} {says_more}");
            assert!(error.is_none());
        }
    }
}

#[tokio::test]
async fn the_status_of_a_failed_request_decides_the_outcome_of_its_items() {
    for (code, expected) in [(422, "refused"), (500, "unknown"), (408, "unknown")] {
        let (script, client) = start(move |_| json(code, "{}")).await;
        let (statuses, error) = all(client.upsert_lines((0..4).map(line))).await;
        assert_eq!(short(&statuses), [expected; 4], "{code}");
        assert!(error.is_none() && script.count("/lines") == 2);
    }
    // Every further request would also fail with this error.
    let (script, client) = start(|_| json(403, "{}")).await;
    let (statuses, error) = all(client.upsert_lines((0..9).map(line))).await;
    assert_eq!(short(&statuses), ["refused"; 3]);
    assert!(error.unwrap().is_permission() && script.count("/lines") == 1);
}

/// Rejects bodies of more than `most` bytes, like a gateway.
fn gateway(most: usize, seen: &Seen) -> Reply {
    match seen.body.len() {
        length if length > most => json(413, "<html>too large</html>"),
        _ if seen.body.starts_with('[') => {
            let items: Vec<Line> = serde_json::from_str(&seen.body).unwrap();
            let statuses: Vec<String> = items
                .iter()
                .map(|item| format!(r#"{{"code":"{}","status_code":204}}"#, item.code))
                .collect();
            json(200, &format!("[{}]", statuses.join(",")))
        }
        _ => report(seen),
    }
}

#[tokio::test]
async fn a_too_large_request_is_halved_and_later_requests_are_smaller() {
    let (script, client) = start(|seen| gateway(50, seen)).await;
    // Three items, the operation's maximum for a request, are 65 bytes.
    let items: Vec<Line> = ["a", "b", "c", "d", "e", "f"].map(line).into();
    let (statuses, error) = all(client.upsert_lines(&items)).await;
    assert!(error.is_none());
    assert_eq!(short(&statuses), ["204"; 6]);
    for (at, found) in statuses.iter().enumerate() {
        let code = found.status().unwrap().code.as_ref();
        assert_eq!((found.index, code), (at as u64, Some(&items[at].code)));
    }
    let bodies: Vec<Vec<String>> = script.seen()[1..]
        .iter()
        .map(|seen| codes(&seen.body))
        .collect();
    let sizes: Vec<usize> = bodies.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 2, 1, 2, 1], "{bodies:?}");
}

#[tokio::test]
async fn a_single_item_that_is_too_large_fails_alone() {
    let (_script, client) = start(|seen| gateway(35, seen)).await;
    let items = ["a", "xxxxxxxxxxxxxxx", "c", "d"].map(line);
    let (statuses, error) = all(client.upsert_array(items)).await;
    assert!(error.is_none());
    assert_eq!(short(&statuses), ["204", "refused", "204", "204"]);
    let why = statuses[1].error().unwrap();
    assert!(why.status().unwrap() == 413 && !why.is_maybe_applied());
    let (_script, client) = start(|seen| {
        if seen.body.contains("xx") {
            json(413, "{}")
        } else {
            report(seen)
        }
    })
    .await;
    let items = ["a", "xx", "c", "d"].map(line);
    let (statuses, _) = all(client.upsert_lines(items)).await;
    assert_eq!(short(&statuses), ["204", "refused", "204", "204"]);
}

#[tokio::test]
async fn a_rejection_after_halving_gives_every_item_of_the_request_an_outcome() {
    let (script, client) = start(|seen| match codes(&seen.body).len() {
        3 => json(413, "{}"),
        _ => json(403, "{}"),
    })
    .await;
    let (statuses, error) = all(client.upsert_lines((0..9).map(line))).await;
    assert_eq!(short(&statuses), ["refused"; 3]);
    assert!(error.unwrap().is_permission() && script.count("/lines") == 2);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_write_stays_unknown_if_a_later_token_exchange_fails() {
    let (tokens, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let first = |count: &AtomicUsize| count.fetch_add(1, Ordering::Relaxed) == 0;
    let (script, transport) = Script::play(move |seen| match seen.target.as_str() {
        "/token" if first(&tokens) => json(200, TOKEN),
        "/token" => json(400, r#"{"code":"invalid_client"}"#),
        _ if first(&writes) => Reply::Broken(Vec::new()),
        _ => json(401, "{}"),
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let (statuses, error) = all(client.replace_lines([line("a")])).await;
    assert_eq!((script.count("/lines"), script.count("/token")), (2, 2));
    assert_eq!(short(&statuses), ["unknown"]);
    let why = statuses[0].error().unwrap();
    assert!(why.is_auth() && why.is_maybe_applied(), "{why}");
    assert!(error.unwrap().is_auth());
}

#[tokio::test]
async fn a_write_is_not_sent_if_the_token_exchange_fails() {
    let (script, transport) = Script::play(|_| json(400, r#"{"code":"invalid_client"}"#));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let (statuses, _) = all(client.replace_lines([line("a")])).await;
    assert_eq!(
        (short(&statuses), script.count("/lines")),
        (vec!["refused".to_owned()], 0)
    );
}

#[tokio::test]
async fn array_statuses_are_matched_by_position() {
    let (script, client) = start(|seen| {
        let items: Vec<Line> = serde_json::from_str(&seen.body).unwrap();
        let statuses: Vec<String> = items
            .iter()
            .map(|item| format!(r#"{{"code":"{}","status_code":201}}"#, item.code))
            .collect();
        json(200, &format!("[{}]", statuses.join(",")))
    })
    .await;
    let (statuses, _) = all(client.upsert_array((0..4).map(line))).await;
    assert_eq!(short(&statuses), ["201"; 4]);
    assert_eq!(script.last().body, r#"[{"code":"3","data":1}]"#);
    assert_eq!(
        script.last().header("content-type"),
        Some("application/json")
    );
    // A missing status shifts all later statuses. Statuses before the end of a truncated body still
    // count.
    for (body, expected) in [
        (
            r#"[{"status_code":201},{"status_code":201}]"#,
            ["unknown"; 3],
        ),
        (
            r#"[{"status_code":201},{"status_co"#,
            ["201", "unknown", "unknown"],
        ),
        (r#"{"status_code":201}"#, ["unknown"; 3]),
    ] {
        let (_script, client) = start(move |_| json(200, body)).await;
        let (statuses, _) = all(client.upsert_array((0..3).map(line))).await;
        assert_eq!(short(&statuses), expected, "{body}");
    }
}

#[tokio::test]
async fn requests_run_concurrently_and_statuses_keep_their_order() {
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let held = std::sync::Arc::clone(&gate);
    let (script, client) = start(move |seen| {
        if seen.body.contains(r#""0""#) {
            Reply::Held(std::sync::Arc::clone(&held), Box::new(report(seen)))
        } else {
            report(seen)
        }
    })
    .await;
    let taken = std::sync::atomic::AtomicUsize::new(0);
    let items = (0..1000).map(|at| {
        taken.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        line(at)
    });
    let mut statuses = client.upsert_lines(items).with_concurrency(3).send();
    let first = async { statuses.try_next().await.unwrap().unwrap() };
    let opener = async {
        while script.count("/lines") < 3 {
            tokio::task::yield_now().await;
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            script.count("/lines"),
            3,
            "the number of requests in flight must not exceed the limit"
        );
        assert!(
            taken.load(std::sync::atomic::Ordering::Relaxed) <= 10,
            "items must not be taken in advance"
        );
        gate.add_permits(1);
    };
    let (first, ()) = tokio::join!(first, opener);
    assert_eq!(first.index, 0);
    for index in 1..1000 {
        assert_eq!(statuses.try_next().await.unwrap().unwrap().index, index);
    }
    assert!(statuses.try_next().await.unwrap().is_none());
}

/// A stream of four lines.
struct Streamed(u64);

impl futures_core::Stream for Streamed {
    type Item = Line;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Line>> {
        self.0 += 1;
        std::task::Poll::Ready((self.0 <= 4).then(|| line(self.0)))
    }
}

#[tokio::test]
async fn items_may_come_from_a_stream() {
    let (_script, client) = start(report).await;
    let (statuses, _) = all(client.upsert_lines(Streamed(0))).await;
    assert_eq!(short(&statuses), ["204"; 4]);
}
