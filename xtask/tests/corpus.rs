//! Compiles what the generator makes of legal but unusual documents, sends every sample, and reads answers as a caller would.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

// Samples name the crate that they were made for.
extern crate self as corpus_sdk;

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, TokenSource, Variables, Vendor,
};
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

/// A ready token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public like the crate that it stands for.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}

#[test]
fn every_operation_has_a_sample() {
    let cases = every_operation::cases();
    assert!(cases.len() >= OPERATIONS.len(), "{}", cases.len());
}

#[test]
fn properties_beside_a_choice_and_the_choice_both_survive() {
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
fn a_choice_keeps_every_list_apart() {
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
fn arguments_may_be_null_and_nest() {
    use types::{Argument, Arguments};
    let json = json!({"items": ["a", null, ["b", null]]});
    let arguments: Arguments = serde_json::from_value(json.clone()).unwrap();
    let items = arguments.items.as_ref().unwrap();
    assert!(matches!(&items[0], Some(Argument::Text(text)) if text == "a"));
    assert!(items[1].is_none());
    assert_eq!(serde_json::to_value(&arguments).unwrap(), json);
}

#[test]
fn required_counts_in_the_direction_of_the_property() {
    use types::{Directions, Login, Session};
    let mut sent = Directions::new("hush", "n");
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
    // What is only sent has no property of the server, and what is only read needs none of the caller.
    assert_eq!(
        serde_json::to_value(Login::new("u")).unwrap(),
        json!({"user": "u"})
    );
    let session: Session = serde_json::from_value(json!({"id": "s"})).unwrap();
    assert!(session.pin.is_none());
}
