//! Deliveries as the service sends them: with the signature in the body, and with properties in any
//! order.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::time::{Duration, SystemTime};

use oneshot_sdk::webhooks::{DeliveryEvent, HeaderMap, WebhookError, WebhookKeys};

// The key and the signatures are from `openssl`. The signed text is the output of Node's
// `JSON.stringify` with sorted properties.
const PUBLIC_KEY: &str = "JvOH8E8094nvgdN8N8ePDWN9JKC1xG7eeuOwEoGHt3Y=";
const SUCCESS: &str = r#"{"eventName":"TransactionExecutionSuccess","data":{"businessId":"b1a7","chain":11155111,"logs":[{"name":"Transfer","signature":"Transfer(address)","topic":"0x1","args":["0xabc",["1",null]]}],"transactionExecutionId":"e1","transactionExecutionMemo":"for é / 1","transactionId":"t1","transactionReceipt":{"_type":"TransactionReceipt","hash":"0x2","blockNumber":7,"from":"0x3","gasPrice":"1000"},"userId":null},"timestamp":1795305600,"apiVersion":0,"signature":"U7At1BugEvNiatAtWZrjLj8FoHpE6WYxf35l6KYLnbaaIHwxXtcZUeA1ENcejt31A8uXUum4feoN5j1UIPz1Aw=="}"#;
const INVOICE: &str = r#"{"eventName":"InvoiceCreated","data":{"businessId":"b1a7","chain":11155111,"logs":[{"name":"Transfer","signature":"Transfer(address)","topic":"0x1","args":["0xabc",["1",null]]}],"transactionExecutionId":"e1","transactionExecutionMemo":"for é / 1","transactionId":"t1","transactionReceipt":{"_type":"TransactionReceipt","hash":"0x2","blockNumber":7,"from":"0x3","gasPrice":"1000"},"userId":null},"timestamp":1795305600,"apiVersion":0,"signature":"PAM29ZS+b+gGrrjK4j5ApQQlwxFuosyyucFhQ9YYl9C4DUmG4us46SI+GhIx3Fwcco5n0J1efSsD1Tw1BEQwDw=="}"#;
const UNKNOWN_EVENT: &str = r#"{"eventName":"SomethingNew","data":{"businessId":"b1a7","chain":11155111,"logs":[{"name":"Transfer","signature":"Transfer(address)","topic":"0x1","args":["0xabc",["1",null]]}],"transactionExecutionId":"e1","transactionExecutionMemo":"for é / 1","transactionId":"t1","transactionReceipt":{"_type":"TransactionReceipt","hash":"0x2","blockNumber":7,"from":"0x3","gasPrice":"1000"},"userId":null},"timestamp":1795305600,"apiVersion":0,"signature":"5nvgdsz10EAd5Oru6PfiwgpK4djMnvz73WiY2g6WDV8bLWYw5kRt95nWZMC6nfo1RX2jh/5+4T6a4LbDiQQuDA=="}"#;

fn receive(body: &str, after: u64) -> Result<DeliveryEvent, WebhookError> {
    let keys = WebhookKeys::new(PUBLIC_KEY);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600 + after);
    DeliveryEvent::verify_and_parse(&HeaderMap::new(), body.as_bytes(), &keys, now)
}

#[test]
fn a_transaction_delivery_is_typed() {
    let event = receive(SUCCESS, 10).unwrap();
    assert_eq!(event.event(), "TransactionExecutionSuccess");
    let DeliveryEvent::TransactionExecutionSuccess(delivery) = event else {
        panic!("{event:?}");
    };
    let data = &delivery.data;
    assert_eq!(data.transaction_id, "t1");
    assert_eq!(
        data.transaction_execution_memo.as_deref(),
        Some("for é / 1")
    );
    let receipt = data.transaction_receipt.as_ref().unwrap();
    assert_eq!(receipt.gas_price.as_deref(), Some("1000"));
    assert_eq!(
        data.logs.as_ref().unwrap()[0].name.as_deref(),
        Some("Transfer")
    );
}

#[test]
fn events_with_undocumented_data_and_unknown_events_are_kept() {
    let event = receive(INVOICE, 0).unwrap();
    assert!(
        matches!(event, DeliveryEvent::InvoiceCreated(_)),
        "{event:?}"
    );
    let event = receive(UNKNOWN_EVENT, 0).unwrap();
    let DeliveryEvent::Unknown { event, body } = event else {
        panic!("{event:?}");
    };
    assert_eq!(event, "SomethingNew");
    assert_eq!(body["data"]["chain"], 11_155_111);
}

#[test]
fn modified_or_old_deliveries_are_rejected() {
    let changed = SUCCESS.replace("for é", "for e");
    assert!(matches!(receive(&changed, 0), Err(WebhookError::Signature)));
    assert!(matches!(
        receive(SUCCESS, 301),
        Err(WebhookError::Timestamp)
    ));
}
