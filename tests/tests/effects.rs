//! Tests calls that cost money or send messages.
//!
//! Each call takes effect once, or its error reports that the call may have taken effect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In a test, a panic is the failure report.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use motaword_sdk::types::ProjectPayment;
use oneshot_sdk::types::TransferRequest;
use sdk_conformance::ClientConfigOf;
use sdk_runtime::{
    ClientBuilder, ClientConfig, DateTime, RetryPolicy, SdkClient, VendorClient, reqwest,
};
use sdk_sandbox::{Fault, LoggedRequest, Sandbox};
use serde_json::{Value, json};
use smscx_sdk::types::SmsRequest;

const WALLET: &str = "5f0c9d3e-8b1a-4c64-9a3b-2d8f6f1e7a90";

async fn start(vendor: &str) -> Sandbox {
    Sandbox::builder().vendor(vendor).start().await.unwrap()
}

/// Returns a configuration without rate limits and with almost no delay between retries.
fn config(sandbox: &Sandbox, vendor: &str) -> ClientConfig {
    let moment = Duration::from_millis(1);
    let config = sandbox.client_config(vendor).unwrap().without_limits();
    config.retry(RetryPolicy::new().with_backoff(moment, moment * 2))
}

fn client<C: SdkClient>(sandbox: &Sandbox) -> C {
    let builder = ClientBuilder::from_config(config(sandbox, C::VENDOR.name));
    builder.unwrap().build().unwrap()
}

/// DNS resolver that simulates refused connections.
///
/// While the count is greater than 0, each lookup decrements it and returns an address without a
/// listener. After that, each lookup returns the sandbox's address.
#[derive(Clone, Default)]
struct RefusingResolver(Arc<AtomicUsize>);

impl reqwest::dns::Resolve for RefusingResolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        let host = if left.is_ok() {
            [127, 0, 0, 2]
        } else {
            [127, 0, 0, 1]
        };
        Box::pin(async move {
            let address = SocketAddr::from((host, 0));
            Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs)
        })
    }
}

/// Creates a client whose connections are refused until the resolver's count is 0.
fn client_with_refused_connections<C: SdkClient>(sandbox: &Sandbox) -> (C, RefusingResolver) {
    let refusing = RefusingResolver::default();
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(refusing.clone()))
        .build()
        .unwrap();
    let vendor = C::VENDOR.name;
    let url = sandbox
        .base_url(vendor)
        .unwrap()
        .replace("127.0.0.1", "vendor.test");
    let config = config(sandbox, vendor).base_url(url).allow_plain_http();
    let builder = ClientBuilder::from_config(config.http_client(http));
    (builder.unwrap().build().unwrap(), refusing)
}

fn text() -> SmsRequest {
    SmsRequest::new(
        vec!["+336122464".to_owned()],
        "InfoText",
        "Your table is ready.",
    )
}

/// Returns the calls to an operation that the sandbox received.
fn calls(sandbox: &Sandbox, operation: &str) -> Vec<LoggedRequest> {
    let mut requests = sandbox.requests();
    requests.retain(|request| request.operation_id.as_deref() == Some(operation));
    requests
}

fn idempotency_id(request: &LoggedRequest) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    body["idempotencyId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_message_whose_response_is_lost_is_sent_once_with_one_id() {
    let sandbox = start("smscx").await;
    let client: smscx_sdk::Client = client(&sandbox);
    sandbox
        .fault("smscx", Fault::reset().applied().on("send_sms"))
        .unwrap();
    let answer = client.send_sms(&text()).send().await.unwrap();
    let calls = calls(&sandbox, "send_sms");
    assert_eq!(calls.len(), 2);
    let id = idempotency_id(&calls[0]);
    assert_eq!(id, idempotency_id(&calls[1]));
    assert_eq!(answer.headers()["X-Idempotency-Id"], id);
    let effects = sandbox.effects();
    assert_eq!(effects.len(), 1, "{effects:?}");
    assert_eq!(effects[0].idempotency_key, Some(id));
    client.send_sms(&text()).await.unwrap();
    assert_eq!(
        sandbox.effects().len(),
        2,
        "a second call sends a second text"
    );
}

#[tokio::test]
async fn an_error_marks_a_possibly_sent_message_and_its_id_prevents_a_duplicate() {
    let sandbox = start("smscx").await;
    let client: smscx_sdk::Client = client(&sandbox);
    for fault in [Fault::reset().applied(), Fault::reset()] {
        sandbox.reset("smscx").unwrap();
        sandbox.fault("smscx", fault.on("send_sms")).unwrap();
        let id = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";
        let send = || client.send_sms(&text_with_id(id));
        let error = send().with_attempts(1).await.unwrap_err();
        assert!(error.is_transport() && error.is_maybe_applied(), "{error}");
        send().await.unwrap();
        let effects = sandbox.effects();
        assert_eq!(effects.len(), 1, "{effects:?}");
        assert_eq!(effects[0].idempotency_key.as_deref(), Some(id));
    }
}

fn text_with_id(id: &str) -> SmsRequest {
    let mut text = text();
    text.idempotency_id = Some(id.to_owned());
    text
}

#[tokio::test]
async fn a_message_sent_through_the_operation_table_has_an_idempotency_id() {
    let sandbox = start("smscx").await;
    let client: smscx_sdk::Client = client(&sandbox);
    sandbox
        .fault(
            "smscx",
            Fault::status(502).applied().on("send_sms_campaign"),
        )
        .unwrap();
    let body = json!({ "groups": [1], "from": "InfoText", "text": "We are open." });
    let arguments = json!({ "body": body });
    client.call("send_sms_campaign", arguments).await.unwrap();
    let calls = calls(&sandbox, "send_sms_campaign");
    assert_eq!(calls.len(), 2);
    assert_eq!(idempotency_id(&calls[0]), idempotency_id(&calls[1]));
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test]
async fn a_message_is_retried_after_refused_connections_and_sent_once() {
    let sandbox = start("smscx").await;
    let (client, refusing): (smscx_sdk::Client, _) = client_with_refused_connections(&sandbox);
    client.access_token().await.unwrap();
    refusing.0.store(2, Ordering::SeqCst);
    let answer = client.send_sms(&text()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        refusing.0.load(Ordering::SeqCst),
        0,
        "both connections were refused"
    );
    assert_eq!(calls(&sandbox, "send_sms").len(), 1);
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test]
async fn a_scheduled_message_can_be_deleted_once() {
    let sandbox = start("smscx").await;
    let client: smscx_sdk::Client = client(&sandbox);
    let mut text = text();
    text.scheduled_date = Some(DateTime::new("2099-12-24 18:00:00"));
    let sent = client.send_sms(&text).await.unwrap();
    let id = &sent.data.as_ref().unwrap()[0].msg_id;
    let deleted = client.delete_scheduled_sms(id).await.unwrap();
    assert_eq!(deleted.info.msg_id, *id);
    let error = client.delete_scheduled_sms(id).await.unwrap_err();
    assert!(error.is_not_found() && !error.is_maybe_applied(), "{error}");
}

#[tokio::test]
async fn a_transfer_whose_response_is_lost_is_reported_and_not_retried() {
    let sandbox = start("oneshot").await;
    let client: oneshot_sdk::Client = client(&sandbox);
    let transfer = TransferRequest::new("0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE");
    for (fault, effects) in [(Fault::reset().applied(), 1), (Fault::reset(), 0)] {
        sandbox.reset("oneshot").unwrap();
        sandbox
            .fault("oneshot", fault.on("transfer_from_wallet"))
            .unwrap();
        let call = client.transfer_from_wallet(WALLET, &transfer);
        let error = call.await.unwrap_err();
        assert!(error.is_transport() && error.is_maybe_applied(), "{error}");
        assert_eq!(error.attempts(), 1);
        assert_eq!(sandbox.effects().len(), effects);
    }
}

#[tokio::test]
async fn a_transfer_is_retried_after_refused_connections_and_made_once() {
    let sandbox = start("oneshot").await;
    let (client, refusing): (oneshot_sdk::Client, _) = client_with_refused_connections(&sandbox);
    client.access_token().await.unwrap();
    refusing.0.store(2, Ordering::SeqCst);
    let transfer = TransferRequest::new("0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE");
    client
        .transfer_from_wallet(WALLET, &transfer)
        .await
        .unwrap();
    assert_eq!(
        refusing.0.load(Ordering::SeqCst),
        0,
        "both connections were refused"
    );
    let effects = sandbox.effects();
    assert_eq!(effects.len(), 1, "{effects:?}");
    assert_eq!(effects[0].kind, "money");
}

#[tokio::test]
async fn a_launch_that_may_have_succeeded_is_reported_and_not_retried() {
    let sandbox = start("motaword").await;
    let client: motaword_sdk::Client = client(&sandbox);
    sandbox
        .fault(
            "motaword",
            Fault::status(503).applied().on("launch_project"),
        )
        .unwrap();
    let payment = ProjectPayment::default();
    let launch = || client.launch_project(7).body(&payment);
    let error = launch().await.unwrap_err();
    assert!(error.is_server() && error.is_maybe_applied(), "{error}");
    assert_eq!((error.attempts(), sandbox.effects().len()), (1, 1));
    launch().await.unwrap();
    assert_eq!(
        sandbox.effects().len(),
        2,
        "the second launch is a separate call"
    );
}
