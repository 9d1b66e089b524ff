//! Runs the examples against the sandbox.
#![allow(clippy::unwrap_used, dead_code)] // An unwrap in a helper fails the test. The `main` functions read the environment, so tests do not call them.

use oneshot_sdk::params::Params;
use oneshot_sdk::types::{TransactionStatus, WalletRequest};
use oneshot_sdk::{Client, ClientConfig};
use sdk_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

#[path = "../examples/oneshot_execute_and_wait.rs"]
mod execute_and_wait;
#[path = "../examples/oneshot_execute_batch.rs"]
mod execute_batch;
#[path = "../examples/oneshot_list_wallets.rs"]
mod list_wallets;
#[path = "../examples/oneshot_read_contract.rs"]
mod read_contract;
#[path = "../examples/oneshot_verify_payment.rs"]
mod verify_payment;

const BUSINESS: &str = "00000000-0000-4000-a000-000000000001";
const ADDRESS: &str = "0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE";

async fn sandbox() -> (Sandbox, ClientConfig) {
    let builder = Sandbox::builder().vendor("oneshot").strict();
    let sandbox = builder.start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("oneshot").unwrap());
    (sandbox, config)
}

/// Returns the ids of the first two contract methods.
async fn methods(config: &ClientConfig) -> [String; 2] {
    let client = Client::from_config(config.clone()).unwrap();
    let mut methods = client.list_contract_methods(BUSINESS).items();
    let mut ids = [String::new(), String::new()];
    for id in &mut ids {
        *id = methods.try_next().await.unwrap().unwrap().id;
    }
    ids
}

fn sent(sandbox: &Sandbox, operation: &str) -> Vec<Value> {
    let mut requests = sandbox.requests_of("oneshot").unwrap();
    requests.retain(|request| request.operation_id.as_deref() == Some(operation));
    let bodies = requests.iter();
    bodies
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

#[tokio::test]
async fn every_wallet_is_listed_with_its_address_and_balance() {
    let (_sandbox, config) = sandbox().await;
    let client = Client::from_config(config.clone()).unwrap();
    let request = WalletRequest::new(11_155_111, "treasury");
    let wallet = client.create_wallet(BUSINESS, &request).await.unwrap();
    let count = client
        .list_wallets(BUSINESS)
        .await
        .unwrap()
        .total_results
        .unwrap();
    let lines = list_wallets::run(config, BUSINESS).await.unwrap();
    assert_eq!(lines.len(), usize::try_from(count).unwrap());
    let address = wallet.account_address.as_deref().unwrap();
    let own = lines.iter().find(|line| line.starts_with(address)).unwrap();
    let balance = own.split_once(": ").unwrap().1.split(' ').next().unwrap();
    assert!(balance.parse::<u128>().is_ok(), "{own}");
}

#[tokio::test]
async fn a_contract_is_read_with_the_given_arguments() {
    let (sandbox, config) = sandbox().await;
    let [method, _] = methods(&config).await;
    let params = Params::new().with("account", ADDRESS);
    read_contract::run(config, &method, params).await.unwrap();
    let sent = sent(&sandbox, "read_contract_method");
    assert_eq!(sent, [json!({"params": {"account": ADDRESS}})]);
}

#[tokio::test]
async fn the_example_waits_until_an_execution_completes() {
    let (sandbox, config) = sandbox().await;
    let [method, _] = methods(&config).await;
    let params = Params::new().with("to", ADDRESS).with("amount", 5);
    let run = execute_and_wait::run(config, BUSINESS, &method, "invoice 1", params);
    let transaction = run.await.unwrap().unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Completed));
    let sent = sent(&sandbox, "execute_contract_method");
    assert_eq!(
        sent,
        [json!({"params": {"to": ADDRESS, "amount": "5"}, "memo": "invoice 1"})]
    );
}

#[tokio::test]
async fn an_execution_without_a_response_is_looked_up_and_not_repeated() {
    let (sandbox, config) = sandbox().await;
    let [method, _] = methods(&config).await;
    let run = async |memo: &str, fault: Fault| {
        sandbox
            .fault("oneshot", fault.on("execute_contract_method"))
            .unwrap();
        execute_and_wait::run(config.clone(), BUSINESS, &method, memo, Params::new())
            .await
            .unwrap()
    };
    let transaction = run("invoice 1", Fault::reset().applied()).await.unwrap();
    assert_eq!(transaction.memo.as_deref(), Some("invoice 1"));
    assert_eq!(transaction.status, Some(TransactionStatus::Completed));
    assert!(run("invoice 2", Fault::reset()).await.is_none());
    assert_eq!(sent(&sandbox, "execute_contract_method").len(), 2);
    assert_eq!(sandbox.effects_of("oneshot").unwrap().len(), 1);
}

#[tokio::test]
async fn a_batch_is_one_transaction_with_its_calls_in_order() {
    let (sandbox, config) = sandbox().await;
    let [approve, deposit] = methods(&config).await;
    let client = Client::from_config(config.clone()).unwrap();
    let request = WalletRequest::new(1, "payer");
    let wallet = client
        .create_wallet(BUSINESS, &request)
        .await
        .unwrap()
        .id
        .clone();
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let run = execute_batch::run(config, &wallet, [&approve, &deposit], ADDRESS, most.into());
    let transaction = run.await.unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Completed));
    let sent = sent(&sandbox, "execute_contract_method_batch");
    let calls = json!([
        {"contractMethodId": approve, "executionIndex": 0, "params": {"spender": ADDRESS, "value": most}},
        {"contractMethodId": deposit, "executionIndex": 1, "params": {"amount": most}},
    ]);
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&sent[0]["contractMethods"], &sent[0]["walletId"]),
        (&calls, &json!(wallet))
    );
}

#[tokio::test]
async fn payments_of_both_versions_are_verified_against_the_price() {
    let (sandbox, config) = sandbox().await;
    // {"x402Version":1,"scheme":"exact","network":"mainnet","payload":{"signature":"0x01"}} and the same for version 2
    let headers = [
        "eyJ4NDAyVmVyc2lvbiI6MSwic2NoZW1lIjoiZXhhY3QiLCJuZXR3b3JrIjoibWFpbm5ldCIsInBheWxvYWQiOnsic2lnbmF0dXJlIjoiMHgwMSJ9fQ==",
        "eyJ4NDAyVmVyc2lvbiI6Miwic2NoZW1lIjoiZXhhY3QiLCJuZXR3b3JrIjoiZWlwMTU1OjEiLCJwYXlsb2FkIjp7InNpZ25hdHVyZSI6IjB4MDEifX0=",
    ];
    for (header, amount) in headers.into_iter().zip(["maxAmountRequired", "amount"]) {
        let run = verify_payment::run(config.clone(), header, 10_000.into(), ADDRESS, ADDRESS);
        let verified = run.await.unwrap();
        assert!(
            matches!(verified, verify_payment::PaymentVerification::Valid { .. }),
            "{verified:?}"
        );
        let sent = sent(&sandbox, "verify_x402_payment").pop().unwrap();
        assert_eq!(sent["paymentRequirements"][amount], "10000");
        assert_eq!(sent["paymentPayload"]["payload"]["signature"], "0x01");
    }
    assert!(sandbox.effects_of("oneshot").unwrap().is_empty());
}
