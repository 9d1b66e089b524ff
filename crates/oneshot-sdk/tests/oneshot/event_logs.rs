//! Logs of a long block range, from a server that returns few logs per search.

use oneshot_sdk::Client;
use oneshot_sdk::event_logs::{EventLogError, EventLogs};
use serde_json::{Value, json};

use crate::scripted::{RecordedRequest, Scripted};

/// Range that the server suggests if a search has too many results.
#[derive(Clone, Copy, Debug, PartialEq)]
enum SuggestedRange {
    /// As many blocks from the start of the range as the limit of logs allows.
    First,
    /// Only the last block of the range.
    Newest,
    /// The requested range without its last block.
    OneLess,
    /// The requested range.
    Same,
    Nothing,
}

/// The newest block.
const NEWEST_BLOCK: i64 = 999;

/// Returns the number of logs of a block. Most blocks have few logs, and some have many.
fn log_count(block: i64) -> i64 {
    match block % 100 {
        7 => 8,
        n if n < 50 => n % 3,
        _ => 0,
    }
}

/// Creates a chain whose searches return at most `most` logs.
fn chain(most: i64, suggests: SuggestedRange) -> (Scripted, Client) {
    Scripted::start(move |seen| {
        let bound = |name: &str| seen.body[name].as_i64();
        let first = bound("startBlock").unwrap();
        let last = bound("endBlock").unwrap_or(NEWEST_BLOCK);
        let count = |last: i64| (first..=last).map(log_count).sum::<i64>();
        if count(last) <= most {
            let logs = (first..=last).flat_map(|block| {
                (0..log_count(block))
                    .map(move |index| json!({"blockNumber": block, "logIndex": index}))
            });
            let logs: Vec<Value> = logs.collect();
            return (200, json!({"logs": logs, "error": null}).to_string());
        }
        let fitting = (first..=last)
            .take_while(|last| count(*last) <= most)
            .last();
        let (from, to) = match suggests {
            SuggestedRange::First => (Some(first), Some(fitting.unwrap_or(first))),
            SuggestedRange::Newest => (Some(last), Some(last)),
            SuggestedRange::OneLess => (Some(first), Some(last - 1)),
            SuggestedRange::Same => (Some(first), Some(last)),
            SuggestedRange::Nothing => (None, None),
        };
        let body = json!({
            "logs": [], "error": "too many results", "maxResults": most, "startBlock": from, "endBlock": to,
        });
        (200, body.to_string())
    })
}

async fn read_all(mut logs: EventLogs) -> Vec<(i64, i64)> {
    let mut read = Vec::new();
    while let Some(log) = logs.try_next().await.unwrap() {
        read.push((log.block_number.unwrap(), log.log_index.unwrap().into()));
    }
    read
}

fn expected(blocks: std::ops::RangeInclusive<i64>) -> Vec<(i64, i64)> {
    let all = blocks.flat_map(|block| (0..log_count(block)).map(move |index| (block, index)));
    all.collect()
}

/// Checks that the successful searches cover the blocks from the first to the last without gaps or overlaps.
fn assert_covers(seen: &[RecordedRequest], most: i64, first: i64, last: i64) {
    let mut next = first;
    for search in seen {
        let start = search.body["startBlock"].as_i64().unwrap();
        let end = search.body["endBlock"].as_i64().unwrap_or(NEWEST_BLOCK);
        assert_eq!(start, next, "{}", search.text);
        if (start..=end).map(log_count).sum::<i64>() <= most {
            next = end + 1;
        }
    }
    assert_eq!(next, last + 1);
}

#[tokio::test]
async fn every_log_is_returned_once_and_in_order_for_any_suggestion() {
    for suggests in [
        SuggestedRange::First,
        SuggestedRange::Newest,
        SuggestedRange::OneLess,
        SuggestedRange::Same,
        SuggestedRange::Nothing,
    ] {
        for most in [8, 10, 25, 10_000] {
            let (server, client) = chain(most, suggests);
            let read = read_all(client.contract_event_logs("e", 0..=NEWEST_BLOCK)).await;
            assert_eq!(read, expected(0..=NEWEST_BLOCK), "{suggests:?}, {most}");
            let seen = server.seen();
            assert_covers(&seen, most, 0, NEWEST_BLOCK);
            assert!(
                seen.len() < 700,
                "{suggests:?}, {most}: {} searches",
                seen.len()
            );
        }
    }
}

#[tokio::test]
async fn following_suggestions_needs_few_searches() {
    let (server, client) = chain(25, SuggestedRange::First);
    read_all(client.contract_event_logs("e", 0..=NEWEST_BLOCK)).await;
    let answers = expected(0..=NEWEST_BLOCK).len() / 25;
    let searches = server.seen().len();
    assert!(
        searches < 5 * answers,
        "{searches} searches for {answers} full responses"
    );
}

#[tokio::test]
async fn an_open_range_is_read_up_to_the_newest_block() {
    let (server, client) = chain(10, SuggestedRange::First);
    let read = read_all(client.contract_event_logs("e", 900..)).await;
    assert_eq!(read, expected(900..=NEWEST_BLOCK));
    assert_covers(&server.seen(), 10, 900, NEWEST_BLOCK);
}

#[tokio::test]
async fn rust_ranges_are_accepted_and_an_empty_range_sends_no_request() {
    let (server, client) = chain(10_000, SuggestedRange::Nothing);
    let read = read_all(client.contract_event_logs("e", 5..8).topic("to", "0x1")).await;
    assert_eq!(read, expected(5..=7));
    let sent = &server.seen()[0];
    assert_eq!(sent.line, "POST /events/e/search");
    assert_eq!(
        sent.body,
        json!({"startBlock": 5, "endBlock": 7, "topics": {"to": "0x1"}})
    );
    assert_eq!(read_all(client.contract_event_logs("e", 8..8)).await, []);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_block_with_too_many_logs_is_an_error_that_names_the_block() {
    let (server, client) = chain(7, SuggestedRange::First);
    let mut logs = client.contract_event_logs("e", 0..=99);
    let mut read = 0;
    let error = loop {
        match logs.try_next().await {
            Ok(log) => read += i64::from(log.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(read, (0..7).map(log_count).sum::<i64>());
    assert!(
        matches!(
            error,
            EventLogError::GaveUp {
                first: 7,
                last: Some(7),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("block 7"), "{error}");
    assert_eq!(logs.next_block(), Some(7));
    assert!(server.seen().len() < 40);
}

#[tokio::test(start_paused = true)]
async fn after_an_error_the_same_range_is_searched_again() {
    let mut searches = 0;
    let (_, client) = Scripted::start(move |seen| {
        searches += 1;
        let first = &seen.body["startBlock"];
        match searches {
            1 => (
                200,
                json!({"error": "too many", "startBlock": 0, "endBlock": 4}).to_string(),
            ),
            3 => (
                422,
                json!({"type": "ValidationError", "message": "no"}).to_string(),
            ),
            _ => (200, json!({"logs": [{"blockNumber": first}]}).to_string()),
        }
    });
    let mut logs = client.contract_event_logs("e", 0..=9);
    assert_eq!(
        logs.try_next().await.unwrap().unwrap().block_number,
        Some(0)
    );
    let error = logs.try_next().await.unwrap_err();
    assert!(
        matches!(&error, EventLogError::Call(error) if error.is_validation()),
        "{error}"
    );
    assert_eq!(logs.next_block(), Some(5));
    assert_eq!(
        logs.try_next().await.unwrap().unwrap().block_number,
        Some(5)
    );
    assert!(logs.try_next().await.unwrap().is_none());
}
