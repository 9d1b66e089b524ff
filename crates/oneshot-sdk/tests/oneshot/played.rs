//! The sandbox behaves like the service.

use std::time::{Duration, SystemTime};

use oneshot_sdk::contract_methods::ExecuteContractMethod;
use oneshot_sdk::find_transaction::TransactionLookup;
use oneshot_sdk::params::Params;
use oneshot_sdk::types::*;
use oneshot_sdk::{Client, JobRun};
use sdk_conformance::ClientConfigOf;
use sdk_sandbox::Sandbox;

use crate::lookups::BUSINESS;

const OTHER_BUSINESS: &str = "00000000-0000-4000-a000-0000000000ff";

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().vendor("oneshot").start().await.unwrap();
    let client = Client::from_config(sandbox.client_config("oneshot").unwrap()).unwrap();
    (sandbox, client)
}

fn with_short_delays(wait: JobRun<ExecuteContractMethod>) -> JobRun<ExecuteContractMethod> {
    let moment = Duration::from_millis(1);
    wait.with_first_delay(moment).with_longest_delay(moment)
}

#[tokio::test]
async fn a_wallet_has_an_address_timestamps_and_on_request_a_balance() {
    let (_sandbox, client) = start().await;
    let mut request = WalletRequest::new(11_155_111, "treasury");
    request.description = Some("Pays invoices.".to_owned());
    let before = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let created = client.create_wallet(BUSINESS, &request).await.unwrap();
    let wallet = client.get_wallet(&created.id).await.unwrap();
    let address = wallet.account_address.as_deref().unwrap();
    assert!(
        address.len() == 42 && address.starts_with("0x"),
        "{address}"
    );
    assert_eq!(
        (wallet.name.as_deref(), wallet.chain_id),
        (Some("treasury"), Some(11_155_111))
    );
    assert_eq!(wallet.business_id.as_deref(), Some(BUSINESS));
    assert!(
        wallet.created.unwrap() >= before - 1.0 && wallet.updated.is_some(),
        "{wallet:?}"
    );
    assert!(wallet.account_balance_details.is_none());
    let wallet = client
        .get_wallet(&created.id)
        .include_balances(true)
        .await
        .unwrap();
    let details = wallet.account_balance_details.as_ref().unwrap();
    assert!(
        details.balance.as_ref().unwrap().parse::<u128>().is_ok(),
        "{details:?}"
    );
    assert_eq!(details.account_address, wallet.account_address);
    assert_eq!(details.chain_id, Some(11_155_111));
}

#[tokio::test]
async fn wallets_belong_to_the_business_that_created_them() {
    let (_sandbox, client) = start().await;
    let request = WalletRequest::new(1, "mine");
    let created = client.create_wallet(BUSINESS, &request).await.unwrap();
    let named = async |business: &str| -> Vec<Wallet> {
        let list = client.list_wallets(business).name("mine").items();
        list.try_collect().await.unwrap()
    };
    let own = named(BUSINESS).await;
    assert_eq!((own.len(), &own[0].id), (1, &created.id));
    assert!(named(OTHER_BUSINESS).await.is_empty());
}

#[tokio::test]
async fn a_transaction_is_found_by_memo_wallet_and_time() {
    let (_sandbox, client) = start().await;
    let wallet = client
        .create_wallet(BUSINESS, &WalletRequest::new(1, "payer"))
        .await
        .unwrap();
    let sent_at = SystemTime::now();
    let mut transfer = TransferRequest::new("0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE");
    transfer.memo = Some("rent".to_owned());
    let sent = client
        .transfer_from_wallet(&wallet.id, &transfer)
        .await
        .unwrap();
    assert_eq!(sent.wallet_id.as_ref(), Some(&wallet.id));
    let lookup = client.find_transaction(BUSINESS, "rent", sent_at);
    let found = lookup.clone().wallet_id(&wallet.id).await.unwrap();
    assert!(
        matches!(&found, TransactionLookup::Found(found) if found.id == sent.id),
        "{found:?}"
    );
    let other = lookup.wallet_id("00000000-0000-4000-a000-000000000999");
    assert!(matches!(other.await.unwrap(), TransactionLookup::NotFound));
    let later = client.find_transaction(BUSINESS, "rent", sent_at + Duration::from_secs(3600));
    assert!(matches!(later.await.unwrap(), TransactionLookup::NotFound));
    client
        .transfer_from_wallet(&wallet.id, &transfer)
        .await
        .unwrap();
    let twice = client
        .find_transaction(BUSINESS, "rent", sent_at)
        .await
        .unwrap();
    assert!(
        matches!(&twice, TransactionLookup::Ambiguous(two) if two.len() == 2),
        "{twice:?}"
    );
}

#[tokio::test]
async fn a_transaction_changes_state_and_the_list_shows_the_same_state() {
    let (_sandbox, client) = start().await;
    let method = first_method(&client).await;
    let mut request = ExecutionRequest::new(Params::new().into());
    request.memo = Some("moves".to_owned());
    let sent = client
        .execute_contract_method(&method, &request)
        .await
        .unwrap();
    assert_eq!(sent.status, Some(TransactionStatus::Pending));
    assert_eq!(sent.contract_method_id.as_ref(), Some(&method));
    assert_eq!(sent.contract_method_ids, Some(vec![method.clone()]));
    assert!(
        sent.completed.is_none() && sent.gas_used.is_none(),
        "{sent:?}"
    );
    let mut seen = vec![sent.status.clone().unwrap()];
    loop {
        let now = client.get_transaction(&sent.id).await.unwrap();
        let status = now.status.clone().unwrap();
        let listed = client
            .list_transactions(BUSINESS)
            .memo("moves")
            .status(status.clone());
        let listed: Vec<Transaction> = listed.items().try_collect().await.unwrap();
        assert_eq!(listed.len(), 1, "{status:?}");
        assert_eq!(listed[0].status, now.status);
        seen.push(status.clone());
        if status == TransactionStatus::Completed {
            assert!(
                now.completed.is_some() && now.failure_reason.is_none(),
                "{now:?}"
            );
            assert!(now.transaction_hash.is_some(), "{now:?}");
            break;
        }
        assert!(seen.len() < 10, "{seen:?}");
    }
    assert!(seen.contains(&TransactionStatus::Submitted), "{seen:?}");
}

#[tokio::test]
async fn a_special_memo_makes_a_transaction_fail_or_retry() {
    let (_sandbox, client) = start().await;
    let method = first_method(&client).await;
    let mut request = ExecutionRequest::new(Params::new().into());
    request.memo = Some("sandbox:fail".to_owned());
    let error = with_short_delays(client.execute_contract_method(&method, &request).run())
        .await
        .unwrap_err();
    assert!(error.is_job_failed(), "{error}");
    assert!(error.message().ends_with(": execution reverted"), "{error}");
    request.memo = Some("sandbox:retry".to_owned());
    let job = client
        .execute_contract_method(&method, &request)
        .run()
        .start()
        .await
        .unwrap();
    let id = job.answer::<Transaction>().unwrap().unwrap().id;
    let mut states = client
        .get_transaction(&id)
        .wait()
        .with_longest_delay(Duration::from_millis(1))
        .with_first_delay(Duration::from_millis(1))
        .states();
    let mut seen = Vec::new();
    while let Some(transaction) = states.try_next().await.unwrap() {
        seen.push(transaction.status.clone().unwrap());
    }
    assert!(seen.contains(&TransactionStatus::Retrying), "{seen:?}");
    assert_eq!(seen.last(), Some(&TransactionStatus::Completed));
}

async fn first_method(client: &Client) -> String {
    let mut methods = client.list_contract_methods(BUSINESS).items();
    methods.try_next().await.unwrap().unwrap().id
}

#[tokio::test]
async fn all_ten_lists_are_read_to_the_end() {
    let builder = Sandbox::builder().vendor("oneshot").items(60);
    let sandbox = builder.start().await.unwrap();
    let client = Client::from_config(sandbox.client_config("oneshot").unwrap()).unwrap();
    let id = "00000000-0000-4000-a000-000000000003";
    macro_rules! count {
        ($list:expr) => {
            $list.items().try_collect::<Vec<_>>().await.unwrap().len()
        };
    }
    let counts = [
        count!(client.list_chains()),
        count!(client.list_contract_methods(BUSINESS)),
        count!(client.list_contract_events(BUSINESS)),
        count!(client.list_transactions(BUSINESS)),
        count!(client.list_wallets(BUSINESS)),
        count!(client.list_delegations(id)),
        count!(client.list_webhook_triggers(BUSINESS)),
        count!(client.list_webhook_endpoints(BUSINESS)),
        count!(client.list_endpoint_webhooks(id)),
        count!(client.list_webhook_delivery_attempts(id)),
    ];
    assert_eq!(counts, [60; 10]);
    let requests = sandbox.requests_of("oneshot").unwrap();
    assert_eq!(requests.len(), 31, "a token, and three pages per list");
}

/// Starts a receiver on a free port, and returns its URL and the received bodies.
#[cfg(feature = "webhooks")]
async fn receiver() -> (String, tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    let (sender, bodies) = tokio::sync::mpsc::unbounded_channel();
    let receive = move |body: axum::body::Bytes| async move { drop(sender.send(body.to_vec())) };
    let router = axum::Router::new().route("/", axum::routing::post(receive));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    (url, bodies)
}

#[cfg(feature = "webhooks")]
#[tokio::test]
async fn transaction_results_are_sent_once_and_signed_with_the_current_key() {
    use oneshot_sdk::webhooks::{DeliveryEvent, HeaderMap, WebhookKeys};
    let (sandbox, client) = start().await;
    let (url, mut bodies) = receiver().await;
    let endpoint = WebhookEndpointRequest::new(url, "payments");
    let endpoint = client
        .create_webhook_endpoint(BUSINESS, &endpoint)
        .await
        .unwrap();
    let events = vec![
        WebhookEventName::TransactionExecutionSuccess,
        WebhookEventName::TransactionExecutionFailure,
    ];
    let trigger = WebhookTriggerRequest::new(&endpoint.id, events, "payments");
    client
        .create_webhook_trigger(BUSINESS, &trigger)
        .await
        .unwrap();
    let first = endpoint.public_key.clone().unwrap();
    let rotate = client.rotate_webhook_endpoint_key(&endpoint.id);
    let method = first_method(&client).await;
    let execute = async |memo: &str| {
        let mut request = ExecutionRequest::new(Params::new().into());
        request.memo = Some(memo.to_owned());
        let execution = client.execute_contract_method(&method, &request).run();
        let _ = with_short_delays(execution).await;
        sandbox.webhooks_settled("oneshot").await.unwrap();
    };
    let read = |body: &[u8], key: &str| {
        let keys = WebhookKeys::new(key);
        DeliveryEvent::verify_and_parse(&HeaderMap::new(), body, &keys, SystemTime::now())
    };

    execute("invoice 1").await;
    let event = read(&bodies.try_recv().unwrap(), &first).unwrap();
    let DeliveryEvent::TransactionExecutionSuccess(delivery) = &event else {
        panic!("{event:?}");
    };
    let memo = delivery.data.transaction_execution_memo.as_deref();
    assert_eq!(memo, Some("invoice 1"));
    let id = &delivery.data.transaction_id;
    let transaction = client.get_transaction(id).await.unwrap();
    assert_eq!(transaction.memo.as_deref(), Some("invoice 1"));

    let second = rotate.await.unwrap().public_key.clone().unwrap();
    assert_ne!(first, second);
    execute("sandbox:fail").await;
    let body = bodies.try_recv().unwrap();
    assert!(read(&body, &first).is_err(), "signed with the old key");
    let event = read(&body, &second).unwrap();
    assert_eq!(event.event(), "TransactionExecutionFailure");
    assert!(bodies.try_recv().is_err(), "each webhook is sent once");
}
