//! Operations that cost money or send a message are executed once per call, even if the response is lost.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

#[path = "generated/every_operation.rs"]
#[rustfmt::skip] // Generated.
mod generated;

use std::time::Duration;

use sdk_conformance::ClientConfigOf;
use sdk_sandbox::{Fault, LoggedRequest, Sandbox};
use serde_json::Value;
use smscx_sdk::types::{Recipients, SmsRequest};
use smscx_sdk::{AnswerHeaders, Client, RetryPolicy, VENDOR, VendorClient};

/// The operations that cost money, by their names in the vendor's documentation, and whether the
/// API accepts an idempotency id for each.
const BILLABLE: [(&str, bool); 15] = [
    ("sendSms", true),
    ("sendSmsCampaign", true),
    ("sendViberMessage", true),
    ("sendViberCampaign", true),
    ("sendWhatsappMessage", true),
    ("sendMultichannelMessage", true),
    ("sendMultichannelCampaign", true),
    ("sendConversationReplySms", false),
    ("sendConversationReplyViber", false),
    ("sendConversationReplyWhatsapp", false),
    ("newOtp", false),
    ("lookupNumber", false),
    ("lookupNumbers", false),
    ("rentNumber", false),
    ("renewRent", false),
];
const ID: &str = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().vendor("smscx").start().await.unwrap();
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy::new().with_backoff(moment, moment * 2);
    let config = sandbox.client_config("smscx").unwrap().retry(retry);
    let client = Client::from_config(config).unwrap();
    client.access_token().await.unwrap();
    (sandbox, client)
}

fn calls(sandbox: &Sandbox, operation: &str) -> Vec<LoggedRequest> {
    let mut requests = sandbox.requests_of("smscx").unwrap();
    requests.retain(|request| request.operation_id.as_deref() == Some(operation));
    requests
}

fn id_of(request: &LoggedRequest) -> Value {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    body["idempotencyId"].clone()
}

#[tokio::test]
async fn each_billable_operation_takes_effect_once_if_its_response_is_lost() {
    let mut marked: Vec<_> = VENDOR
        .operations
        .iter()
        .filter(|operation| operation.effect.is_some())
        .map(|operation| operation.upstream_id.unwrap_or(operation.id))
        .collect();
    marked.sort_unstable();
    let mut listed = BILLABLE.map(|(name, _)| name);
    listed.sort_unstable();
    assert_eq!(marked, listed);

    let (sandbox, client) = start().await;
    let lost: [fn() -> Fault; 4] = [
        Fault::reset,
        || Fault::status(502),
        || Fault::status(503).header("Retry-After", "0"),
        Fault::truncated,
    ];
    let cases = generated::cases();
    for (name, is_keyed) in BILLABLE {
        let mut operations = VENDOR.operations.iter();
        let named = operations.find(|known| known.upstream_id.unwrap_or(known.id) == name);
        let operation = named.unwrap();
        let case = cases
            .iter()
            .find(|case| case.operation() == operation.id)
            .unwrap();
        for fault in lost {
            sandbox.reset("smscx").unwrap();
            sandbox
                .fault("smscx", fault().applied().on(operation.id))
                .unwrap();
            let before = calls(&sandbox, operation.id).len();
            let answer = case.call(&client).await;
            let calls = &calls(&sandbox, operation.id)[before..];
            let effects = sandbox.effects_of("smscx").unwrap();
            assert_eq!(effects.len(), 1, "{name}: {effects:?}");
            if is_keyed {
                answer.unwrap();
                assert_eq!(calls.len(), 2, "{name}");
                assert_eq!(id_of(&calls[0]), id_of(&calls[1]), "{name}");
                assert!(id_of(&calls[0]).is_string(), "{name}");
            } else {
                let error = answer.unwrap_err();
                assert!(error.is_maybe_applied(), "{name}: {error:?}");
                assert_eq!((error.attempts(), calls.len()), (1, 1), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn an_estimate_is_retried_and_has_no_effect() {
    let (sandbox, client) = start().await;
    let estimates: Vec<_> = VENDOR
        .operations
        .iter()
        .filter(|operation| operation.path.ends_with("/estimate"))
        .collect();
    assert_eq!(estimates.len(), 7);
    for operation in estimates {
        sandbox
            .fault("smscx", Fault::status(503).applied().on(operation.id))
            .unwrap();
        let arguments = sandbox.sample_arguments("smscx", operation.id).unwrap();
        client.call(operation.id, arguments).await.unwrap();
        assert_eq!(calls(&sandbox, operation.id).len(), 2, "{}", operation.id);
    }
    assert_eq!(sandbox.effects_of("smscx").unwrap(), []);
}

#[tokio::test]
async fn each_call_has_its_own_idempotency_id_and_the_response_echoes_it() {
    let (sandbox, client) = start().await;
    let (_sandbox, other) = start().await;
    let text = SmsRequest::new("+336122464", "InfoText", "Your table is ready.");
    let mut ids = Vec::new();
    for client in [&client, &client, &other] {
        let answer = client.send_sms(&text).send().await.unwrap();
        ids.push(answer.x_idempotency_id().unwrap());
    }
    let sent: Vec<_> = calls(&sandbox, "send_sms").iter().map(id_of).collect();
    assert_eq!(sent, ids[..2]);
    for id in &ids {
        assert_eq!(
            (id.len(), &id[14..15]),
            (36, "4"),
            "{id} must be a UUID of version 4"
        );
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);

    let answer = client
        .send_sms(&text)
        .with_idempotency_key(ID)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.x_idempotency_id().as_deref(), Some(ID));
    let effects = sandbox.effects_of("smscx").unwrap().len();
    client
        .send_sms(&text)
        .with_idempotency_key(ID)
        .await
        .unwrap();
    assert_eq!(
        sandbox.effects_of("smscx").unwrap().len(),
        effects,
        "a repeated id must not send another message"
    );
}

#[tokio::test]
async fn an_idempotency_id_that_is_not_a_uuid_is_rejected_before_sending() {
    let (sandbox, client) = start().await;
    let before = sandbox.requests_of("smscx").unwrap().len();
    let text = SmsRequest::new("+336122464", "InfoText", "Your table is ready.");
    for id in [
        "order-7",
        "2f1c1a52-7c0e-4f1e-9a43",
        "2f1c1a527c0e4f1e9a435a1f0f3f9b11",
    ] {
        let error = client
            .send_sms(&text)
            .with_idempotency_key(id)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("not a UUID"), "{error}");
        let mut own = text.clone();
        own.idempotency_id = Some(id.to_owned());
        let error = client.send_sms(&own).await.unwrap_err();
        assert!(
            !error.is_maybe_applied() && error.attempts() == 0,
            "{error:?}"
        );
    }
    assert_eq!(sandbox.requests_of("smscx").unwrap().len(), before);
}

#[tokio::test]
async fn recipients_can_be_one_number_or_a_list() {
    let (sandbox, client) = start().await;
    let one = SmsRequest::new("+336122464", "InfoText", "Hello");
    let many = SmsRequest::new(["+336122464", "+336122465"], "InfoText", "Hello");
    let own: Vec<String> = vec!["+336122464".into()];
    let owned = SmsRequest::new(own, "InfoText", "Hello");
    assert!(matches!(one.to, Recipients::Text(_)));
    for (text, expected, count) in [
        (&one, serde_json::json!("+336122464"), 1),
        (&many, serde_json::json!(["+336122464", "+336122465"]), 2),
        (&owned, serde_json::json!(["+336122464"]), 1),
    ] {
        let answer = client.send_sms(text).await.unwrap();
        let body = calls(&sandbox, "send_sms").pop().unwrap().text();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["to"], expected);
        assert_eq!(answer.data.as_ref().unwrap().len(), count);
    }
}

#[tokio::test]
async fn a_phone_number_in_a_path_keeps_its_plus_sign() {
    let (sandbox, client) = start().await;
    client.lookup_number("+33612424105").await.unwrap();
    client.validate_number("+33612424105").await.unwrap();
    client.lookup_number("33612424105").await.unwrap();
    let paths: Vec<_> = sandbox
        .requests_of("smscx")
        .unwrap()
        .into_iter()
        .skip(1)
        .map(|request| request.path)
        .collect();
    let decoded = |path: &str| path.replace("%2B", "+");
    assert_eq!(decoded(&paths[0]), "/numbers/lookup/+33612424105");
    assert_eq!(decoded(&paths[1]), "/numbers/validate/+33612424105");
    assert_eq!(paths[2], "/numbers/lookup/33612424105");
}
