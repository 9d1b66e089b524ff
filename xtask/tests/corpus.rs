//! Compiles the generated code of valid but unusual documents, sends every sample, and reads
//! responses as a caller would.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.
#![allow(hidden_glob_reexports)] // The generated module replaces a crate.

// Samples refer to the crate that they were generated for.
extern crate self as corpus_sdk;

use serde_json::json;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
#[path = "../fixtures/generate/crates/corpus-sdk/src/generated/mod.rs"]
mod generated;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../fixtures/generate/crates/corpus-sdk/tests/generated/every_operation.rs"]
mod every_operation;

pub use generated::*;
use sdk_runtime::{Authenticate, BoxFuture, Exchange, Variables};

/// Credentials that provide a valid token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public, like the crate that it replaces.
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
async fn the_sandbox_accepts_every_sample_and_its_responses_are_decoded() {
    let document = include_str!("../fixtures/generate/crates/corpus-sdk/openapi.json");
    let report = sdk_conformance::call_typed_in(document, every_operation::cases()).await;
    report.unwrap().verdict().unwrap();
}

#[tokio::test]
async fn every_parameter_and_body_arrives_as_it_was_given() {
    let document = include_str!("../fixtures/generate/crates/corpus-sdk/openapi.json");
    let report = sdk_conformance::wire_trips::<Client>(document).await;
    report.unwrap().verdict().unwrap();
}

#[test]
fn a_union_and_the_properties_next_to_it_survive_a_round_trip() {
    use types::{Both, Top, TopCat};
    let json = json!({"id": "a", "lives": 9});
    let top: Top = serde_json::from_value(json.clone()).unwrap();
    assert!(matches!(&top, Top::TopCat(TopCat { id, lives: 9 }) if id == "a"));
    assert_eq!(serde_json::to_value(&top).unwrap(), json);
    let json = json!({"bark": "wow", "name": "Rex"});
    let both: Both = serde_json::from_value(json.clone()).unwrap();
    assert!(matches!(&both, Both::BothDog(dog) if dog.name.as_deref() == Some("Rex")));
    assert_eq!(serde_json::to_value(&both).unwrap(), json);
}

#[test]
fn a_union_distinguishes_lists_by_their_items() {
    use types::Lists;
    let read = |json| serde_json::from_value::<Lists>(json).unwrap();
    assert!(matches!(read(json!(["a"])), Lists::ListOfText(_)));
    assert!(matches!(read(json!([1])), Lists::ListOfInteger(_)));
    assert!(matches!(read(json!([{"id": "a"}])), Lists::ListOfThing(_)));
    assert!(matches!(Lists::from(vec!["a"]), Lists::ListOfText(_)));
    assert!(matches!(Lists::from([1, 2]), Lists::ListOfInteger(_)));
    assert!(matches!(Lists::from("a"), Lists::Text(_)));
}

#[test]
fn union_items_can_be_null_or_nested() {
    use types::{Argument, Arguments};
    let json = json!({"items": ["a", null, ["b", null]]});
    let arguments: Arguments = serde_json::from_value(json.clone()).unwrap();
    let items = arguments.items.as_ref().unwrap();
    assert!(matches!(&items[0], Some(Argument::Text(text)) if text == "a"));
    assert!(items[1].is_none());
    assert_eq!(serde_json::to_value(&arguments).unwrap(), json);
}

#[test]
fn required_applies_only_in_the_direction_of_the_property() {
    use types::{Directions, DirectionsRequest, Login, Session};
    let mut sent = DirectionsRequest::new("hush", "n");
    sent.owner = Some(types::Owner::new("key"));
    assert_eq!(
        serde_json::to_value(&sent).unwrap(),
        json!({"password": "hush", "name": "n", "owner": {"secret": "key"}})
    );
    let json = json!({"id": "a", "name": "n", "owner": {"number": 7}});
    let read: Directions = serde_json::from_value(json.clone()).unwrap();
    assert!(read.password.is_none() && read.owner.as_ref().unwrap().secret.is_none());
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
    assert!(serde_json::from_value::<Directions>(json!({"id": "a"})).is_err());
    // A request type has no read-only properties, and a response type does not require write-only
    // properties.
    assert_eq!(
        serde_json::to_value(Login::new("u")).unwrap(),
        json!({"user": "u"})
    );
    let session: Session = serde_json::from_value(json!({"id": "s"})).unwrap();
    assert!(session.pin.is_none());
}

#[test]
fn amounts_accept_integers_and_keep_every_digit() {
    use types::{Amount, AmountRequest};
    let sent = AmountRequest::new(u128::MAX);
    let json = json!({"value": "340282366920938463463374607431768211455"});
    assert_eq!(serde_json::to_value(&sent).unwrap(), json);
    let digits = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let read: Amount = serde_json::from_str(&format!(r#"{{"value":{digits},"fee":"1"}}"#)).unwrap();
    assert_eq!(read.value, digits);
    assert_eq!(read.fee.unwrap().to_u128(), Some(1));
}

#[test]
fn a_discriminator_without_choices_selects_the_schemas_that_extend_it() {
    use types::Pet;
    let read = |json| serde_json::from_value::<Pet>(json).unwrap();
    let parrot = read(json!({"kind": "parrot", "name": "P", "words": 3}));
    assert!(matches!(parrot, Pet::Parrot(parrot) if parrot.words == Some(3)));
    assert!(matches!(
        read(json!({"kind": "Fish", "depth": 2})),
        Pet::Fish(_)
    ));
    assert!(matches!(read(json!({"kind": "cat"})), Pet::Unknown(_)));
}

#[test]
fn values_with_colliding_names_stay_distinct() {
    use types::{Comparison, Odd, Order, Unit, Vote};
    assert_eq!(Unit::from("m³"), Unit::MCubed);
    assert_eq!(Comparison::GreaterEqual.as_str(), ">=");
    assert_eq!(Vote::from("-1"), Vote::Minus1);
    assert_eq!(Order::from("ASC"), Order::AscUpper);
    for text in [
        "", " ", "*", "Unknown", "self", "Self", "100%", "1st", "日本", "a\"b",
    ] {
        let odd = Odd::from(text);
        assert_eq!(odd.as_str(), text);
        // The value `Unknown` in the spec becomes the variant `Unknown_`. All of these values are
        // known.
        assert!(!matches!(odd, Odd::Unknown(_)), "{text}");
    }
    let json = json!({"+1": 1, "-1": 2, "startTime": "a", "start_time": "b", "StartTime": "c", "StartTime<": "d"});
    let same: types::Same = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&same).unwrap(), json);
}

#[test]
fn a_file_is_a_file_in_multipart_and_text_in_json() {
    use types::{Upload, UploadMultipart};
    assert_eq!(
        serde_json::to_value(Upload::new("text")).unwrap(),
        json!({"data": "text"})
    );
    let _ = UploadMultipart::new(sdk_runtime::File::bytes("a.txt", "text"));
}

#[test]
fn media_types_are_recognized_regardless_of_case_and_parameters() {
    // These three operations decode `Thing`. If one of them were a download, this test would not
    // compile.
    fn answers<Op: sdk_runtime::TypedOperation<Answer = sdk_runtime::Json<types::Thing>>>() {}
    answers::<main::GetCharset>();
    answers::<main::GetUpper>();
    answers::<main::GetSuffix>();
}

#[test]
fn an_operation_per_path_value_has_its_own_response_and_path() {
    fn answers<
        Op: sdk_runtime::TypedOperation<Answer = sdk_runtime::Json<T>>,
        T: serde::de::DeserializeOwned + Send + 'static,
    >() -> &'static str {
        Op::OPERATION.path
    }
    assert_eq!(
        answers::<main::GetReportByLand, types::LandReport>(),
        "/reports/land"
    );
    assert_eq!(
        answers::<main::GetReportByDay, types::DayReport>(),
        "/reports/day"
    );
}

#[test]
fn the_vendor_error_includes_fields_of_union_variants() {
    let error: types::ApiError = serde_json::from_value(json!({"existing": "a"})).unwrap();
    assert_eq!(error.existing.as_deref(), Some("a"));
}
