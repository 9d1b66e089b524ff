//! Compiles what the generator makes of names, positions and types that few documents have. The vendor's folder begins with a digit
//! and has a hyphen.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

// Samples name the crate that they were made for.
extern crate self as x2nd_corpus_sdk;

use serde_json::json;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
#[path = "../fixtures/generate/crates/x2nd-corpus-sdk/src/generated/mod.rs"]
mod generated;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../fixtures/generate/crates/x2nd-corpus-sdk/tests/generated/every_operation.rs"]
mod every_operation;

pub use generated::*;

/// A ready token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public like the crate that it stands for.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(
        &'a self,
        _: Exchange<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, sdk_runtime::Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static sdk_runtime::Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, sdk_runtime::Error> {
        Ok(Self)
    }
}

#[test]
fn every_operation_has_a_sample() {
    let cases = every_operation::cases();
    assert!(cases.len() >= OPERATIONS.len(), "{}", cases.len());
}

#[tokio::test]
async fn the_sandbox_takes_every_sample_and_its_answers_are_read() {
    let document = include_str!("../fixtures/generate/crates/x2nd-corpus-sdk/openapi.json");
    let report = sdk_conformance::call_typed_in(document, every_operation::cases()).await;
    report.unwrap().verdict().unwrap();
}

#[tokio::test]
async fn every_parameter_and_body_arrives_as_it_was_given() {
    let document = include_str!("../fixtures/generate/crates/x2nd-corpus-sdk/openapi.json");
    let report = sdk_conformance::wire_trips::<Client>(document).await;
    report.unwrap().verdict().unwrap();
}

#[test]
fn properties_of_any_name_keep_their_values() {
    let names = [
        "self",
        "Self",
        "type",
        "$ref",
        "",
        " ",
        "😀",
        "r#type",
        "1",
        "1st",
        "a-b",
        "a_b",
        "aB",
        "A_B",
        "ß",
        "日本",
        "value",
        "deserializer",
        "NAMES",
    ];
    let object: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(name)))
        .collect();
    let json = serde_json::Value::Object(object);
    let read: types::OddProperties = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
}

#[test]
fn children_of_children_are_told_by_a_discriminator() {
    let read = |json| serde_json::from_value::<types::Vehicle>(json).unwrap();
    assert!(matches!(
        read(json!({"kind": "car", "doors": 3})),
        types::Vehicle::Car(_)
    ));
    let truck = read(json!({"kind": "truck", "load": 1.5}));
    assert!(matches!(&truck, types::Vehicle::Truck(truck) if truck.load == 1.5));
    let pickup = json!({"kind": "Pickup", "load": 1, "open": true});
    assert!(matches!(read(pickup), types::Vehicle::Pickup(_)));
}

#[test]
fn methods_of_one_path_stand_in_the_files_of_their_tags() {
    fn tag<Op: sdk_runtime::TypedOperation>() -> (&'static str, &'static str) {
        (Op::OPERATION.tag, Op::OPERATION.path)
    }
    assert_eq!(tag::<main::GetTwoTags>(), ("main", "/two-tags"));
    assert_eq!(tag::<exports::CreateTwoTags>(), ("exports", "/two-tags"));
}

#[test]
fn keywords_are_operations_too() {
    let client = Client::builder().credentials(Credentials).build().unwrap();
    let requests = [
        format!("{:?}", client.move_()),
        format!("{:?}", client.use_()),
        format!("{:?}", client.test()),
    ];
    assert!(requests.iter().all(|request| !request.is_empty()));
}
