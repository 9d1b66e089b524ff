//! The largest 256-bit value keeps all digits in every amount property of the OpenAPI document,
//! both in requests and in responses.

use std::collections::BTreeSet;

use oneshot_sdk::types::*;
use oneshot_sdk::{AnyJson, BigNumber};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::scripted::Scripted;

/// 2^256 - 1.
pub(crate) const MAX_UINT256: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

const DOCUMENT: &str = include_str!("../../openapi.json");

/// Location of an amount: the direction, and either a schema and a property, or an operation and a
/// parameter.
type Place = (&'static str, String, String);

/// Returns the amount properties and the amount parameters of the OpenAPI document.
fn documented_amounts() -> BTreeSet<Place> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut places = BTreeSet::new();
    for operation in operations(&document) {
        let mut roots = vec![("sent", &operation["requestBody"])];
        roots.push(("read", &operation["responses"]));
        for (direction, root) in roots {
            visit(
                &document,
                root,
                direction,
                &mut BTreeSet::new(),
                &mut places,
            );
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["schema"]["format"] == "big-number-string" {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let place = (text(&operation["operationId"]), text(&parameter["name"]));
                places.insert(("sent", place.0, place.1));
            }
        }
    }
    let families = document["x-sdk-webhooks"].as_array().unwrap().iter();
    for event in families.flat_map(|family| family["events"].as_array().unwrap()) {
        let name = event["payload"].as_str().unwrap();
        let root = json!({ "$ref": format!("#/components/schemas/{name}") });
        visit(&document, &root, "read", &mut BTreeSet::new(), &mut places);
    }
    places
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().unwrap().values();
    let all = paths.flat_map(|item| item.as_object().unwrap().values());
    all.filter(|operation| operation.get("operationId").is_some())
}

/// Records the amount properties of all schemas that a node refers to, directly or indirectly.
fn visit(
    document: &Value,
    node: &Value,
    direction: &'static str,
    known: &mut BTreeSet<String>,
    places: &mut BTreeSet<Place>,
) {
    match node {
        Value::Array(items) => {
            for item in items {
                visit(document, item, direction, known, places);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let target = (name == "$ref").then(|| member.as_str().unwrap());
                let Some(target) = target else {
                    visit(document, member, direction, known, places);
                    continue;
                };
                if !known.insert(target.to_owned()) {
                    continue;
                }
                let target_node = document.pointer(&target[1..]).unwrap();
                let schema = target.rsplit('/').next().unwrap();
                let properties = target_node["properties"].as_object();
                for (property, shape) in properties.into_iter().flatten() {
                    if shape["format"] == "big-number-string" {
                        places.insert((direction, schema.to_owned(), property.clone()));
                    }
                }
                visit(document, target_node, direction, known, places);
            }
        }
        _ => {}
    }
}

/// Checks that the property keeps all digits, whether it is read from a string or a number, and
/// adds the property to `places`.
fn read<T: DeserializeOwned>(
    places: &mut BTreeSet<Place>,
    schema: &str,
    property: &str,
    get: fn(&T) -> &Option<BigNumber>,
) {
    for amount in [format!("\"{MAX_UINT256}\""), MAX_UINT256.to_owned()] {
        let text = format!(r#"{{"id": "1", "{property}": {amount}}}"#);
        let value: T = serde_json::from_str(&text).unwrap();
        let found = get(&value).as_ref().map(BigNumber::as_str);
        assert_eq!(found, Some(MAX_UINT256), "{schema}.{property}");
    }
    places.insert(("read", schema.to_owned(), property.to_owned()));
}

/// Checks that the property is sent with all digits, and adds the property to `places`.
fn sent(places: &mut BTreeSet<Place>, schema: &str, property: &str, value: impl Serialize) {
    let text = serde_json::to_string(&value).unwrap();
    assert!(
        text.contains(&format!(r#""{property}":"{MAX_UINT256}""#)),
        "{text}"
    );
    places.insert(("sent", schema.to_owned(), property.to_owned()));
}

macro_rules! read {
    ($places:ident: $($schema:ident { $($property:literal => $field:ident),+ })+) => {$($(
        read::<$schema>(&mut $places, stringify!($schema), $property, |value| &value.$field);
    )+)+};
}

macro_rules! sent {
    ($places:ident: $($schema:ident = $new:expr, { $($property:literal => $field:ident),+ })+) => {$($(
        let mut value: $schema = $new;
        value.$field.get_or_insert_with(|| MAX_UINT256.into());
        sent(&mut $places, stringify!($schema), $property, value);
    )+)+};
}

#[tokio::test]
async fn every_documented_amount_keeps_all_digits_in_both_directions() {
    let mut places = BTreeSet::new();
    read! { places:
        Transaction {
            "gasPrice" => gas_price, "gasLimit" => gas_limit, "maxFeePerGas" => max_fee_per_gas,
            "maxPriorityFeePerGas" => max_priority_fee_per_gas, "gasUsed" => gas_used
        }
        GasFees {
            "gasPrice" => gas_price, "maxFeePerGas" => max_fee_per_gas,
            "maxPriorityFeePerGas" => max_priority_fee_per_gas
        }
        ContractMethodEstimate {
            "gasAmount" => gas_amount, "gasPrice" => gas_price, "maxFeePerGas" => max_fee_per_gas,
            "maxPriorityFeePerGas" => max_priority_fee_per_gas
        }
        AccountBalanceDetails { "balance" => balance }
        TransactionReceipt {
            "gasUsed" => gas_used, "gasPrice" => gas_price, "cumulativeGasUsed" => cumulative_gas_used,
            "blobGasPrice" => blob_gas_price, "blobGasUsed" => blob_gas_used
        }
    }
    let none = Default::default;
    sent! { places:
        ContractMethodTestRequest = ContractMethodTestRequest::new(none()), { "value" => value, "gasLimit" => gas_limit }
        ContractMethodEncodeRequest = ContractMethodEncodeRequest::new(none()), { "value" => value }
        ContractMethodEstimateRequest = ContractMethodEstimateRequest::new(none()), { "value" => value }
        ExecutionRequest = ExecutionRequest::new(none()), { "value" => value, "gasLimit" => gas_limit }
        DelegatedExecutionRequest = DelegatedExecutionRequest::new(none()), { "value" => value, "gasLimit" => gas_limit }
        BatchExecutionRequest = BatchExecutionRequest::new(Vec::new(), "w"), { "gasLimit" => gas_limit }
        DelegatedBatchExecutionRequest = DelegatedBatchExecutionRequest::new(Vec::new(), "w"), { "gasLimit" => gas_limit }
        BatchCall = BatchCall::new("m", 0, none()), { "value" => value }
        DelegatedBatchCall = DelegatedBatchCall::new("m", 0, none()), { "value" => value }
        WalletRequest = WalletRequest::new(1, "name"), { "lowBalanceThreshold" => low_balance_threshold }
        WalletChange = WalletChange::default(), { "lowBalanceThreshold" => low_balance_threshold }
        TransferRequest = TransferRequest::new("0x0"), { "transferAmount" => transfer_amount }
        SignatureRequest = SignatureRequest::default(), { "amount" => amount }
        X402PaymentRequirements = X402PaymentRequirements::default(), {
            "amount" => amount, "maxAmountRequired" => max_amount_required
        }
    }
    let authorization = Erc7702Authorization::new("0x0", MAX_UINT256, 1, "0x1");
    sent(&mut places, "Erc7702Authorization", "nonce", authorization);

    let (server, client) = Scripted::always(200, r#"{"signature": "0x1"}"#);
    let signing = client.get_wallet_signature("w", SignatureType::Permit2);
    signing.amount(MAX_UINT256).await.unwrap();
    assert!(
        server.seen()[0]
            .line
            .contains(&format!("amount={MAX_UINT256}"))
    );
    let place = (
        "sent",
        "get_wallet_signature".to_owned(),
        "amount".to_owned(),
    );
    places.insert(place);

    assert_eq!(places, documented_amounts());
}

#[test]
fn amounts_convert_to_and_from_integers() {
    let mut transfer = TransferRequest::new("0x0");
    for (amount, text) in [
        (BigNumber::from(7), "7"),
        (BigNumber::from(u64::MAX), "18446744073709551615"),
        (u128::MAX.into(), "340282366920938463463374607431768211455"),
        (MAX_UINT256.into(), MAX_UINT256),
    ] {
        transfer.transfer_amount = Some(amount);
        let sent = serde_json::to_value(&transfer).unwrap();
        assert_eq!(sent["transferAmount"], text);
    }
    let fees: GasFees = serde_json::from_str(r#"{"gasPrice": "20000000000"}"#).unwrap();
    assert_eq!(fees.gas_price.unwrap().to_u128(), Some(20_000_000_000));
}

#[tokio::test]
async fn numbers_in_arguments_and_results_keep_all_digits() {
    let result = format!(r#"{{"whole": {MAX_UINT256}, "deep": [["-{MAX_UINT256}", 1.10]]}}"#);
    let (server, client) = Scripted::always(200, result.clone());
    let argument = AnyJson::from_text(&format!("[{MAX_UINT256}]")).unwrap();
    let params = [("list".to_owned(), argument)].into();
    let request = ContractMethodReadRequest::new(params);
    let answer = client.read_contract_method("m", &request).await.unwrap();
    assert_eq!(answer.text(), result);
    assert_eq!(
        server.seen()[0].text,
        format!(r#"{{"params":{{"list":[{MAX_UINT256}]}}}}"#)
    );
}
