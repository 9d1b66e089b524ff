//! Compiles the golden output of the fixtures and uses it as a caller would.
#![allow(clippy::unwrap_used)] // What a test's own helper unwraps fails the test.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, Secret, TokenSource, Variables, Vendor,
};
use serde_json::json;

/// The output of one fixture.
macro_rules! fixture {
    ($name:ident, $path:literal) => {
        #[rustfmt::skip]
                #[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
                #[path = $path]
        mod $name;
    };
}

fixture!(
    bodies,
    "../fixtures/generate/crates/bodies-sdk/src/generated/mod.rs"
);
fixture!(
    parameters,
    "../fixtures/generate/crates/parameters-sdk/src/generated/mod.rs"
);
fixture!(
    types,
    "../fixtures/generate/crates/types-sdk/src/generated/mod.rs"
);
fixture!(
    unions,
    "../fixtures/generate/crates/unions-sdk/src/generated/mod.rs"
);
fixture!(
    vendors,
    "../fixtures/generate/crates/vendors-sdk/src/generated/mod.rs"
);

/// A ready token, for all fixtures.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixtures are public like the crates that they stand for.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &types::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}

#[test]
fn a_struct_takes_what_is_missing_null_or_unknown() {
    use types::types::{Thing, ThingKind};
    let thing: Thing = serde_json::from_value(json!({
        "id": "a", "parent_or_null": null, "kind": "later-one", "tags": null, "children": [{"id": "b"}],
        "owner": {"name": "o", "email": "e"}, "secret_key": "hush", "news": [1]
    }))
    .unwrap();
    assert_eq!(thing.kind, Some(ThingKind::Unknown("later-one".to_owned())));
    assert_eq!(thing.children.as_ref().unwrap()[0].id, "b");
    assert_eq!(thing.owner.as_ref().unwrap().email.as_deref(), Some("e"));
    assert_eq!(thing.extra["news"], json!([1]));
    assert!(!format!("{thing:?}").contains("hush"));
    assert!(
        serde_json::from_value::<Thing>(json!({})).is_err(),
        "the key is indispensable"
    );
}

#[test]
fn a_request_fills_in_what_has_one_value_or_a_default() {
    let request = types::types::ThingRequest::new("n");
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({"type": "thing", "name": "n", "mode": "fast"})
    );
}

#[test]
fn a_union_keeps_what_it_does_not_know_and_sends_it_back_unchanged() {
    use unions::types::{Loose, Shape, ShapePage, Tree};
    let sent = json!({
        "shapes": [{"kind": "circle", "radius": 1.0}, {"kind": "box", "side": 2.0}, {"kind": "star", "points": 5}],
        "loose": ["a"],
        "tree": {"trees": ["leaf", {"trees": []}], "first": "leaf"}
    });
    let page: ShapePage = serde_json::from_value(sent.clone()).unwrap();
    assert!(matches!(page.shapes[0], Shape::Circle(_)));
    assert!(matches!(page.shapes[1], Shape::Square(_)));
    assert!(matches!(&page.shapes[2], Shape::Unknown(star) if star["points"] == 5));
    assert!(matches!(&page.loose, Some(Loose::List(list)) if list == &["a"]));
    assert!(matches!(&page.tree, Some(Tree::Branch(_))));
    let star = json!({"shapes": [{"kind": "circle"}]});
    let error = serde_json::from_value::<ShapePage>(star).unwrap_err();
    assert!(
        error.to_string().contains("radius"),
        "a known tag promises its content: {error}"
    );
}

#[test]
fn the_errors_of_a_vendor_are_one_type_with_all_their_fields() {
    let error: bodies::types::ApiError =
        serde_json::from_value(json!({"code": "c", "words": ["w"]})).unwrap();
    assert_eq!(
        (error.code.as_deref(), error.words.unwrap()),
        (Some("c"), vec!["w".to_owned()])
    );
}

#[test]
fn the_table_says_what_the_spec_says() {
    use sdk_runtime::{Effect, KeyPlace, Paging, Repeat, Scheme};
    let row = |id: &str| vendors::VENDOR.operation(id).unwrap();
    let list = row("list_things");
    assert_eq!(list.upstream_id, Some("getThings"));
    assert_eq!(list.summary, "Lists things.");
    assert_eq!(
        list.security,
        [Scheme::Bearer, Scheme::ApiKey { header: "X-Key" }]
    );
    assert!(matches!(
        list.paging,
        Some(Paging::Page {
            page: "page",
            items: "/things",
            ..
        })
    ));
    let delete = row("delete_old_things");
    assert!(delete.deprecated);
    assert_eq!(
        (delete.repeat, delete.effect),
        (Repeat::Never, Some(Effect::Money))
    );
    let note = bodies::VENDOR.operation("create_note").unwrap();
    assert_eq!(
        note.repeat,
        Repeat::Keyed(KeyPlace::Header("Idempotency-Key"))
    );
    let latest = bodies::VENDOR.operation("update_latest_note").unwrap();
    assert_eq!(latest.repeat, Repeat::Keyed(KeyPlace::Body("requestId")));
    assert!(row("get_access_token").token);
}

#[test]
fn a_server_with_variables_is_refused_until_they_are_given() {
    let builder = || vendors::Client::builder().credentials(Credentials);
    let error = builder().build().err().unwrap().to_string();
    assert!(error.contains("tenant"), "{error}");
    let server = vendors::Server::Tenant {
        tenant: "acme".to_owned(),
        area: "api".to_owned(),
    };
    let client = builder().server(server).build().unwrap();
    assert_eq!(client.base_url(), "https://acme.example.com/api");
    let client = builder().server(vendors::Server::Demo).build().unwrap();
    assert_eq!(client.base_url(), "https://demo.example.com");
}

#[test]
fn a_secret_is_taken_as_text() {
    let client = bodies::Client::builder()
        .credentials(Credentials)
        .build()
        .unwrap();
    let request = client
        .get_access_token()
        .basic_auth("id", Secret::from("hush"));
    assert!(!format!("{request:?}").contains("hush"));
}
