//! Values with a special structure: recursive structs, log arguments, patches, chain ids beyond 32 bits, and both
//! versions of x402.

use oneshot_sdk::types::*;
use oneshot_sdk::{Patch, payment::PaymentError};
use serde_json::json;

use crate::scripted::Scripted;

#[tokio::test]
async fn nested_structs_are_sent_and_received() {
    let mut inner = SolidityStructParamRequest::new("maker", SolidityType::Address, 0);
    inner.description = "who".into();
    let mut middle = SolidityStructParamRequest::new("order", SolidityType::Struct, 0);
    middle.type_struct = SolidityStructRequest::new(vec![inner]).into();
    let mut outer = SolidityStructParamRequest::new("orders", SolidityType::Struct, 0);
    outer.is_array = true.into();
    outer.type_struct = SolidityStructRequest::new(vec![middle]).into();
    let address = "0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE";
    let request = ContractMethodRequest::new(
        11_297_108_109, // beyond 32 bits
        address,
        "w",
        "fill",
        "Fills orders.",
        "fill",
        StateMutability::Nonpayable,
        vec![outer],
    );
    let answer = json!({"id": "m", "chainId": 11_297_108_109_i64, "inputs": [{
        "id": "p", "name": "orders", "typeStruct": {"id": "s", "params": [{
            "id": "q", "name": "order", "typeStruct": {"id": "t", "params": [{"id": "r", "name": "maker", "new": 1}]}
        }]}
    }]});
    let (server, client) = Scripted::always(200, answer.to_string());
    let method = client.create_contract_method("b", &request).await.unwrap();
    let sent = &server.seen()[0].body;
    assert_eq!(sent["chainId"], 11_297_108_109_i64);
    let deep = "/inputs/0/typeStruct/params/0/typeStruct/params/0";
    let maker = json!({"name": "maker", "type": "address", "index": 0, "description": "who"});
    assert_eq!(sent.pointer(deep), Some(&maker));

    assert_eq!(method.chain_id, Some(11_297_108_109));
    let order = &method.inputs.as_ref().unwrap()[0]
        .type_struct
        .as_ref()
        .unwrap()
        .params
        .as_ref()
        .unwrap()[0];
    let maker = &order.type_struct.as_ref().unwrap().params.as_ref().unwrap()[0];
    assert_eq!(maker.name.as_deref(), Some("maker"));
}

#[test]
fn log_arguments_are_strings_lists_or_null() {
    let log = r#"{"name": "Transfer", "args": ["1", ["2", [null, "3"]], null]}"#;
    let log: TransactionLog = serde_json::from_str(log).unwrap();
    let args = log.args.unwrap();
    let Some(LogArgument::List(list)) = &args[1] else {
        panic!("{args:?}");
    };
    let Some(LogArgument::List(inner)) = &list[1] else {
        panic!("{list:?}");
    };
    assert!(matches!(&inner[..], [None, Some(LogArgument::Text(three))] if three == "3"));
    assert!(args[2].is_none());
}

#[tokio::test]
async fn clearing_the_callback_url_sends_null_and_keeping_it_omits_it() {
    let (server, client) = Scripted::always(200, r#"{"id": "m"}"#);
    for (url, sent) in [
        (Patch::Keep, json!({"name": "n"})),
        (Patch::Clear, json!({"name": "n", "callbackUrl": null})),
        (
            "https://example.com/".into(),
            json!({"name": "n", "callbackUrl": "https://example.com/"}),
        ),
    ] {
        let change = ContractMethodChange {
            name: Some("n".to_owned()),
            callback_url: url,
            ..ContractMethodChange::default()
        };
        client.update_contract_method("m", &change).await.unwrap();
        assert_eq!(server.seen().last().unwrap().body, sent);
    }
}

#[tokio::test]
async fn a_settlement_has_the_type_of_its_version() {
    let v1 = r#"{"x402Version": 1, "success": true, "txHash": "0x1", "networkId": "mainnet"}"#;
    let v2 = r#"{"x402Version": 2, "success": false, "errorReason": "insufficient_funds", "network": "eip155:8453"}"#;
    let v3 = r#"{"x402Version": 3, "success": true}"#;
    for (answer, version) in [(v1, 1), (v2, 2), (v3, 3)] {
        let (server, client) = Scripted::always(200, answer);
        let payment =
            X402PaymentPayload::from_json(r#"{"x402Version": 2, "payload": {"signature": "0x9"}}"#)
                .unwrap();
        let requirements = X402PaymentRequirements::default();
        let request = X402PaymentRequest::new(payment, requirements, version);
        let settlement = client.settle_x402_payment(&request).await.unwrap();
        let sent = &server.seen()[0].body;
        assert_eq!(sent["x402Version"], version);
        assert_eq!(sent["paymentPayload"]["payload"]["signature"], "0x9");
        match (version, settlement.into_inner()) {
            (1, X402Settlement::X402SettlementV1(one)) => {
                assert_eq!(one.tx_hash.as_deref(), Some("0x1"));
            }
            (2, X402Settlement::X402SettlementV2(two)) => {
                assert_eq!(two.error_reason.as_deref(), Some("insufficient_funds"));
                assert!(!two.success);
            }
            (3, X402Settlement::Unknown(body)) => assert_eq!(body["x402Version"], 3),
            (_, other) => panic!("{version}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_invalid_payment_is_a_response_and_not_an_error() {
    let (_, client) = Scripted::always(
        200,
        r#"{"isValid": false, "invalidReason": "expired", "payer": null}"#,
    );
    let payment = X402PaymentPayload::from_json("{}").unwrap();
    let request = X402PaymentRequest::new(payment, X402PaymentRequirements::default(), 1);
    let verification = client.verify_x402_payment(&request).await.unwrap();
    assert_eq!(verification.is_valid, Some(false));
    assert_eq!(verification.invalid_reason.as_deref(), Some("expired"));
    assert!(verification.payer.is_none());
    let error = X402PaymentPayload::from_header("%").unwrap_err();
    assert_eq!(error, PaymentError::Base64);
}

#[tokio::test]
async fn unknown_states_are_kept_and_unknown_properties_are_ignored() {
    let (_, client) = Scripted::always(200, r#"{"id": "t", "status": "Dropped", "new": {"a": 1}}"#);
    let transaction = client.get_transaction("t").await.unwrap();
    let status = transaction.status.as_ref().unwrap();
    assert_eq!(status.as_str(), "Dropped");
}
