//! Calls every operation of the crate: typed, by the table, into its errors, through faults and with changed answers.
#![allow(clippy::unwrap_used)] // What a test's own helper unwraps fails the test.

use akeneo_sdk::Client;
use akeneo_sdk::types::ApiError;
use sdk_sandbox::every_operation::{fault_matrix, walk, walk_by_table, walk_drift, walk_errors};

#[rustfmt::skip]
#[path = "generated/every_operation.rs"]
mod generated;

/// Against the sandbox every call succeeds; against the server of `EVERY_OPERATION_BASE_URL` every call is answered.
#[tokio::test]
async fn every_operation_is_called_in_every_media_type() {
    let walk = walk(generated::cases()).await.unwrap();
    assert!(walk.unanswered.is_empty(), "{:#?}", walk.unanswered);
    assert!(!walk.own || walk.failed.is_empty(), "{:#?}", walk.failed);
}

#[tokio::test]
async fn every_operation_is_called_by_the_table() {
    let walk = walk_by_table::<Client>().await.unwrap();
    assert!(walk.unanswered.is_empty(), "{:#?}", walk.unanswered);
    assert!(!walk.own || walk.failed.is_empty(), "{:#?}", walk.failed);
}

#[tokio::test]
async fn every_operation_gives_its_documented_errors() {
    let decodes = |error: &sdk_runtime::Error| error.vendor::<ApiError>().is_some();
    let walk = walk_errors(generated::cases(), decodes).await.unwrap();
    assert!(walk.failed.is_empty(), "{:#?}", walk.failed);
}

#[tokio::test]
async fn every_fault_ends_as_documented() {
    let matrix = fault_matrix(generated::cases()).await.unwrap();
    assert!(matrix.failed.is_empty(), "{:#?}", matrix.failed);
}

#[tokio::test]
async fn every_changed_answer_decodes_or_says_where_it_departs() {
    let walk = walk_drift(generated::cases()).await.unwrap();
    assert!(walk.failed.is_empty(), "{:#?}", walk.failed);
}
