//! Tests bulk writes and paginated lists that fail halfway.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In a test, a panic is the failure report.

use std::time::Duration;

use akeneo_sdk::Client;
use akeneo_sdk::types::ProductByUuidUpsertLine;
use sdk_conformance::ClientConfigOf;
use sdk_runtime::{BulkOutcome, Error, RetryPolicy, SdkClient};
use sdk_sandbox::{Fault, Sandbox};

const VENDOR: &str = "akeneo";
const BULK: &str = "upsert_products_by_uuid";

async fn start(items: u64) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().vendor(VENDOR).items(items);
    let sandbox = sandbox.start().await.unwrap();
    let moment = Duration::from_millis(1);
    let config = sandbox.client_config(VENDOR).unwrap().without_limits();
    let config = config.retry(RetryPolicy::new().with_backoff(moment, moment * 2));
    let client = Client::from_config(config).unwrap();
    (sandbox, client)
}

/// Sends the given number of lines in sequential requests of at most 100 lines each.
///
/// Returns one letter per line (`s` for status, `r` for refused or `u` for unknown) and the errors.
async fn send(client: &Client, lines: usize) -> (String, Vec<Error>) {
    let items: Vec<ProductByUuidUpsertLine> = (0..lines)
        .map(|line| ProductByUuidUpsertLine::new(format!("00000000-0000-4000-8000-{line:012}")))
        .collect();
    let request = client.upsert_products_by_uuid(items).with_concurrency(1);
    let mut statuses = request.send();
    let (mut ends, mut errors) = (String::new(), Vec::new());
    while let Some(status) = statuses.try_next().await.unwrap() {
        assert_eq!(status.index, ends.len() as u64);
        match status.outcome {
            BulkOutcome::Status(_) => ends.push('s'),
            BulkOutcome::Refused(error) => {
                ends.push('r');
                errors.push(error);
            }
            BulkOutcome::Unknown(error) => {
                ends.push('u');
                errors.push(error);
            }
            _ => panic!("unexpected outcome"),
        }
    }
    (ends, errors)
}

#[tokio::test]
async fn a_truncated_response_leaves_only_the_rest_of_its_request_unknown() {
    let (sandbox, client) = start(3).await;
    sandbox
        .fault(VENDOR, Fault::truncated().on(BULK).skip(1))
        .unwrap();
    let (ends, errors) = send(&client, 250).await;
    assert_eq!(ends.len(), 250);
    assert_eq!(ends[..100], "s".repeat(100));
    assert_eq!(ends[200..], "s".repeat(50));
    let heard = ends[100..200].trim_end_matches('u');
    assert!(
        heard.chars().all(|end| end == 's') && heard.len() < 100,
        "{ends}"
    );
    assert!(errors.iter().all(Error::is_maybe_applied), "{errors:?}");
}

#[tokio::test]
async fn items_of_a_rejected_request_are_reported_as_not_applied() {
    let (sandbox, client) = start(3).await;
    sandbox
        .fault(VENDOR, Fault::status(400).on(BULK).skip(1))
        .unwrap();
    let (ends, errors) = send(&client, 250).await;
    assert_eq!(
        ends,
        ["s".repeat(100), "r".repeat(100), "s".repeat(50)].concat()
    );
    assert!(!errors.iter().any(Error::is_maybe_applied), "{errors:?}");
}

#[tokio::test]
async fn an_empty_response_leaves_the_outcome_of_every_item_unknown() {
    let (sandbox, client) = start(3).await;
    sandbox.fault(VENDOR, Fault::empty().on(BULK)).unwrap();
    let (ends, errors) = send(&client, 3).await;
    assert_eq!(ends, "uuu");
    assert!(errors.iter().all(Error::is_maybe_applied), "{errors:?}");
}

#[tokio::test]
async fn an_unreadable_status_is_reported_with_its_json_path() {
    for (place, shown) in [("/status_code", "$.status_code"), ("/line", "$.line")] {
        let (sandbox, client) = start(3).await;
        sandbox
            .fault(VENDOR, Fault::wrong_type().at(place).on(BULK))
            .unwrap();
        let (ends, errors) = send(&client, 1).await;
        assert_eq!(ends, "u");
        assert_eq!(errors[0].json_path(), Some(shown));
        assert!(errors[0].is_maybe_applied());
    }
}

#[tokio::test]
async fn a_list_neither_loses_nor_repeats_items_if_page_requests_fail() {
    let (sandbox, client) = start(95).await;
    let operation = client.list_products_by_uuid().limit(10);
    let mut items = operation.items();
    let flaky = Fault::reset().on("list_products_by_uuid").always();
    sandbox
        .fault(VENDOR, flaky.probability(0.2).seed(11))
        .unwrap();
    let (mut seen, mut failures) = (Vec::new(), 0);
    loop {
        match items.try_next().await {
            Ok(Some(item)) => seen.push(item.uuid),
            Ok(None) => break,
            Err(error) => {
                failures += 1;
                assert!(error.is_transport() && failures < 50, "{error}");
            }
        }
    }
    assert_eq!(seen.len(), 95);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 95);
    assert_eq!(client.core().vendor().name, VENDOR);
}
