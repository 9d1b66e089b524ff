//! Waiting for transactions.

use std::time::Duration;

use oneshot_sdk::types::*;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{RecordedRequest, Scripted};

fn state(state: &str) -> Value {
    json!({"id": "t-1", "status": state, "failureReason": null})
}

/// Responds to each poll with the next state, and to any other request with a pending transaction.
fn respond_with_states(
    states: &[&str],
) -> impl FnMut(&RecordedRequest) -> (u16, String) + Send + use<> {
    let mut states: Vec<Value> = states.iter().map(|name| state(name)).collect();
    for last in &mut states {
        if last["status"] == "Failed" {
            last["failureReason"] = json!("execution reverted: paused");
        }
    }
    let mut states = states.into_iter();
    move |seen| {
        if seen.line == "GET /transactions/t-1" {
            return (200, states.next().unwrap().to_string());
        }
        (200, state("Pending").to_string())
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_polls_until_the_transaction_is_final() {
    let states = ["Pending", "Submitted", "Retrying", "Submitted", "Completed"];
    let (server, client) = Scripted::start(respond_with_states(&states));
    let since = Instant::now();
    let transaction = client.get_transaction("t-1").wait().await.unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Completed));
    assert_eq!(server.seen().len(), 5);
    assert!(
        since.elapsed() < Duration::from_secs(60),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_transaction_is_an_error_with_the_reason() {
    let (_, client) = Scripted::start(respond_with_states(&["Submitted", "Failed"]));
    let error = client.get_transaction("t-1").wait().await.unwrap_err();
    assert!(
        error.is_job_failed() && !error.is_maybe_applied(),
        "{error}"
    );
    assert!(
        error.message().ends_with(": execution reverted: paused"),
        "{error}"
    );
    assert_eq!(error.job_state(), Some("Failed"));
    let transaction: Transaction = error.vendor().unwrap();
    let reason = transaction.failure_reason.as_deref();
    assert_eq!(reason, Some("execution reverted: paused"));
}

#[tokio::test(start_paused = true)]
async fn every_transaction_call_runs_to_completion_or_fails_with_the_reason() {
    for last in ["Completed", "Failed"] {
        for start in 0..5 {
            let (server, client) = Scripted::start(respond_with_states(&["Submitted", last]));
            let params = Default::default;
            let execution = ExecutionRequest::new(params());
            let delegated = DelegatedExecutionRequest::new(params());
            let batch = BatchExecutionRequest::new(vec![BatchCall::new("m", 0, params())], "w");
            let calls = vec![DelegatedBatchCall::new("m", 0, params())];
            let delegated_batch = DelegatedBatchExecutionRequest::new(calls, "w");
            let transfer = TransferRequest::new("0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE");
            let (line, outcome) = match start {
                0 => (
                    "POST /methods/m/execute",
                    client.execute_contract_method("m", &execution).run().await,
                ),
                1 => (
                    "POST /methods/m/executeAsDelegator",
                    client
                        .execute_contract_method_as_delegator("m", &delegated)
                        .run()
                        .await,
                ),
                2 => (
                    "POST /methods/executeBatch",
                    client.execute_contract_method_batch(&batch).run().await,
                ),
                3 => (
                    "POST /methods/executeAsDelegatorBatch",
                    client
                        .execute_contract_method_batch_as_delegator(&delegated_batch)
                        .run()
                        .await,
                ),
                _ => (
                    "POST /wallets/w/transfer",
                    client.transfer_from_wallet("w", &transfer).run().await,
                ),
            };
            let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
            let look = "GET /transactions/t-1";
            assert_eq!(lines, [line, look, look]);
            match (last, outcome) {
                ("Completed", Ok(transaction)) => {
                    assert_eq!(transaction.status, Some(TransactionStatus::Completed));
                }
                ("Failed", Err(error)) => {
                    assert!(error.message().ends_with(": execution reverted: paused"));
                    assert!(error.job_key().is_some());
                }
                (_, other) => panic!("{line}: {other:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_transaction_times_out_and_reports_its_last_state() {
    let (_, client) = Scripted::always(200, state("Submitted").to_string());
    let wait = client.get_transaction("t-1").wait();
    let error = wait
        .with_deadline(Duration::from_secs(90))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.job_state(), Some("Submitted"));
}
