//! Executions whose responses are lost: none runs twice, and every execution that was applied is
//! found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use oneshot_sdk::find_transaction::TransactionLookup;
use oneshot_sdk::params::Params;
use oneshot_sdk::types::ExecutionRequest;
use oneshot_sdk::{Client, RetryPolicy};
use sdk_conformance::ClientConfigOf;
use sdk_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::scripted::Scripted;

pub(crate) const BUSINESS: &str = "00000000-0000-4000-a000-000000000001";
const METHOD: &str = "00000000-0000-4000-a000-000000000007";
const ROUNDS: u64 = 20;
const EXECUTIONS: usize = 100;

/// Outcome of an execution.
#[derive(Debug, PartialEq)]
enum ExecutionOutcome {
    Answered,
    /// The error reported that the execution may have been applied, and the lookup found it.
    Found,
    /// The error reported that the execution may have been applied, and the lookup did not find it.
    NotFound,
    /// The error reported that the execution was not applied.
    Refused,
}

async fn execute(client: &Client, memo: &str) -> ExecutionOutcome {
    let mut request = ExecutionRequest::new(Params::new().with("amount", 1).into());
    request.memo = Some(memo.to_owned());
    let sent_at = SystemTime::now();
    let error = match client.execute_contract_method(METHOD, &request).await {
        Ok(_) => return ExecutionOutcome::Answered,
        Err(error) => error,
    };
    if !error.is_maybe_applied() {
        return ExecutionOutcome::Refused;
    }
    let find = error.how_to_find_job().unwrap_or_default();
    assert!(
        find.contains("find_transaction") && error.to_string().contains(find),
        "{error}"
    );
    match client
        .find_transaction(BUSINESS, memo, sent_at)
        .await
        .unwrap()
    {
        TransactionLookup::Found(found) => {
            assert_eq!(found.memo.as_deref(), Some(memo));
            ExecutionOutcome::Found
        }
        TransactionLookup::NotFound => ExecutionOutcome::NotFound,
        TransactionLookup::Ambiguous(several) => {
            panic!("{memo} was executed {} times", several.len())
        }
    }
}

/// Schedules the faults of one round. The seed determines which calls they affect.
fn schedule_faults(sandbox: &Sandbox, seed: u64) {
    let faults = [
        Fault::reset(),
        Fault::reset().applied(),
        Fault::reset_before(),
        Fault::truncated(),
        Fault::html(),
        Fault::empty(),
        Fault::missing_field().at("/id"),
        Fault::status(503),
        Fault::status(500).applied(),
        Fault::status(429),
        Fault::status(429).applied(),
        Fault::status(422),
    ];
    for (number, fault) in (0..).zip(faults) {
        let fault = fault.on("execute_contract_method").probability(0.05);
        sandbox
            .fault("oneshot", fault.always().seed(seed * 100 + number))
            .unwrap();
    }
    // Lookups are reads, so the client retries them.
    let flaky = Fault::status(503).on("list_transactions");
    sandbox
        .fault("oneshot", flaky.probability(0.02).always().seed(seed))
        .unwrap();
}

/// Sends many executions concurrently, and returns the outcome of each by its memo.
async fn execute_all(client: &Client) -> BTreeMap<String, ExecutionOutcome> {
    let turns = Arc::new(tokio::sync::Semaphore::new(16));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..EXECUTIONS {
        let (client, turns) = (client.clone(), Arc::clone(&turns));
        tasks.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            let memo = format!("intent-{number}");
            let fate = execute(&client, &memo).await;
            (memo, fate)
        });
    }
    tasks.join_all().await.into_iter().collect()
}

/// Returns how many times the server executed the call with each memo.
fn applied(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    let mut applied = BTreeMap::new();
    for effect in sandbox.effects_of("oneshot").unwrap() {
        assert_eq!(effect.operation_id, "execute_contract_method");
        let body: Value = serde_json::from_slice(&effect.body).unwrap();
        let memo = body["memo"].as_str().unwrap();
        *applied.entry(memo.to_owned()).or_default() += 1;
    }
    applied
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_with_random_faults_run_at_most_once_and_lookups_find_them() {
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy::new().with_backoff(moment, moment * 2);
    let [mut found, mut not_found] = [0, 0];
    // Each round has its own sandbox, so that the lookups read a short list.
    for round in 0..ROUNDS {
        let builder = Sandbox::builder().vendor("oneshot").items(10);
        let sandbox = builder.start().await.unwrap();
        let config = sandbox
            .client_config("oneshot")
            .unwrap()
            .retry(retry.clone());
        let client = Client::from_config(config).unwrap();
        schedule_faults(&sandbox, round);
        let fates = execute_all(&client).await;
        let applied = applied(&sandbox);
        assert!(applied.values().all(|times| *times == 1), "{applied:?}");
        for (memo, fate) in &fates {
            let was_seen = matches!(fate, ExecutionOutcome::Answered | ExecutionOutcome::Found);
            assert_eq!(applied.contains_key(memo), was_seen, "{memo}: {fate:?}");
        }
        let count =
            |wanted: &ExecutionOutcome| fates.values().filter(|fate| *fate == wanted).count();
        found += count(&ExecutionOutcome::Found);
        not_found += count(&ExecutionOutcome::NotFound);
    }
    assert!(
        found > 300 && not_found > 100,
        "{found} found, {not_found} not found"
    );
}

fn transaction_list(transactions: &[Value]) -> String {
    json!({"response": transactions, "page": 1, "pageSize": 25, "totalResults": transactions.len()})
        .to_string()
}

fn transaction(id: &str, memo: &str, wallet: &str, created: f64) -> Value {
    json!({"id": id, "memo": memo, "walletId": wallet, "created": created})
}

async fn look_up(transactions: &[Value]) -> TransactionLookup {
    let (_, client) = Scripted::always(200, transaction_list(transactions));
    let sent_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let lookup = client.find_transaction("b", "rent", sent_at).wallet_id("W");
    lookup.await.unwrap()
}

#[tokio::test]
async fn a_transaction_is_found_only_if_memo_wallet_and_time_match() {
    let wanted = transaction("t", "rent", "w", 1_000_000.5);
    let others = [
        transaction("u", "rent of May", "w", 1_000_000.5),
        transaction("v", "rent", "x", 1_000_000.5),
        transaction("y", "rent", "w", 900_000.0),
    ];
    let lookup = look_up(&others).await;
    assert!(matches!(lookup, TransactionLookup::NotFound), "{lookup:?}");
    let mut all = others.to_vec();
    all.push(wanted.clone());
    all.push(wanted); // a list that grows meanwhile repeats items
    let lookup = look_up(&all).await;
    assert!(
        matches!(&lookup, TransactionLookup::Found(found) if found.id == "t"),
        "{lookup:?}"
    );
    all.push(transaction("z", "rent", "w", 1_000_001.0));
    let lookup = look_up(&all).await;
    assert!(
        matches!(&lookup, TransactionLookup::Ambiguous(several) if several.len() == 2),
        "{lookup:?}"
    );
}

#[tokio::test]
async fn the_lookup_filters_by_memo_wallet_method_and_creation_time() {
    let (server, client) = Scripted::always(200, transaction_list(&[]));
    let sent_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let lookup = client.find_transaction("b", "a memo", sent_at);
    lookup
        .clone()
        .wallet_id("w")
        .contract_method_id("m")
        .await
        .unwrap();
    let line = &server.seen()[0].line;
    for part in [
        "GET /business/b/transactions?",
        "memo=a%20memo",
        "walletId=w",
        "contractMethodId=m",
        "createdAfter=999699", // five minutes, and one second because the bound is excluded
    ] {
        assert!(line.contains(part), "{line} lacks {part}");
    }
    lookup.with_clock_margin(Duration::ZERO).await.unwrap();
    let line = &server.seen()[1].line;
    assert!(
        line.contains("createdAfter=999999") && !line.contains("walletId"),
        "{line}"
    );
}

#[tokio::test]
async fn an_empty_memo_is_rejected_before_anything_is_sent() {
    let (server, client) = Scripted::always(200, transaction_list(&[]));
    let error = client
        .find_transaction("b", "", SystemTime::now())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the memo is empty"), "{error}");
    assert!(server.seen().is_empty());
}
