//! Compiles the golden output of the fixtures and uses it as a caller would.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, Secret, TokenSource, Variables, Vendor,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Includes the generated code of one fixture.
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
    jobs,
    "../fixtures/generate/crates/jobs-sdk/src/generated/mod.rs"
);
fixture!(
    open,
    "../fixtures/generate/crates/open-sdk/src/generated/mod.rs"
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

/// Credentials that provide a valid token, for all fixtures.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixtures are public, like the crates that they replace.
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
fn a_struct_accepts_missing_null_and_unknown_values() {
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
        "`id` is required"
    );
}

#[test]
fn a_property_is_read_under_either_of_its_names() {
    use types::types::Thing;
    for name in ["day", "date"] {
        let thing: Thing =
            serde_json::from_value(json!({ "id": "a", name: "2026-02-03" })).unwrap();
        assert_eq!(thing.day.as_ref().unwrap().to_string(), "2026-02-03");
        assert!(thing.extra.is_empty(), "{:?}", thing.extra);
    }
}

#[test]
fn a_new_request_contains_fixed_values_and_defaults() {
    let request = types::types::ThingRequest::new("n", Vec::<String>::new());
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({
            "type": "thing", "name": "n", "mode": "fast", "share": 1.0, "level": "small_one", "note": 7, "words": []
        })
    );
}

#[test]
fn a_union_keeps_values_of_unknown_variants() {
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
    assert!(
        matches!(&page.loose, Some(Loose::List(list)) if matches!(&list[..], [Loose::Text(text)] if text == "a"))
    );
    assert!(matches!(&page.tree, Some(Tree::Branch(_))));
    let numbers = r#"[7,1.5,123456789012345678901234567890]"#;
    let Loose::List(list) = serde_json::from_str(numbers).unwrap() else {
        panic!("{numbers} is a list")
    };
    assert!(matches!(
        &list[..],
        [Loose::Integer(7), Loose::Number(1.5), Loose::Unknown(great)]
            if great.text() == "123456789012345678901234567890"
    ));
    let star = json!({"shapes": [{"kind": "circle"}]});
    let error = serde_json::from_value::<ShapePage>(star).unwrap_err();
    assert!(
        error.to_string().contains("radius"),
        "a known tag requires matching content: {error}"
    );
}

#[test]
fn unknown_values_keep_every_digit() {
    use open::types::{Chest, Counts, Either, Tagged};
    for value in [
        "1e400",
        "123456789012345678901234567890",
        "1.10",
        r#"{"deep":[18446744073709551616,null]}"#,
    ] {
        let places = [
            r#""new":_"#,
            r#""chest":{"label":"b","new":_}"#,
            r#""heir":{"size":1,"extra":"e","new":_}"#,
            r#""tagged":{"kind":"crate","planks":1,"new":_}"#,
            r#""tagged":{"kind":"barrel","new":_}"#,
            r#""either":{"kind":"crate","planks":1,"new":_}"#,
            r#""either":[_]"#,
            r#""maps":{"a":{"b":_}}"#,
            r#""list":["x",_]"#,
        ];
        for place in places {
            let json = format!(r#"{{"label":"a",{}}}"#, place.replace('_', value));
            let read: Chest = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
    }
    let json = r#"{"label":"a","tagged":{"kind":"crate","planks":1},"either":"text"}"#;
    let read: Chest = serde_json::from_str(json).unwrap();
    assert!(matches!(read.tagged, Some(Tagged::Crate(_))));
    assert!(matches!(read.either, Some(Either::Text(_))));
    let json = r#"{"total":3,"red":1,"largest":{"weight":1.10}}"#;
    let counts: Counts = serde_json::from_str(json).unwrap();
    assert_eq!(counts.extra_properties["red"], 1);
    assert_eq!(counts.largest.unwrap().extra["weight"].text(), "1.10");
}

/// Starts a server that sends one response. Returns its URL and the request that it reads.
async fn answer(status: &str, body: &str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (url, request)
}

#[tokio::test]
async fn a_decoding_error_in_an_open_object_has_a_json_path() {
    let body = r#"{"new":1,"label":"a","chest":{"new":2,"label":{}}}"#;
    let (url, _) = answer("200 OK", body).await;
    let builder = open::Client::builder().base_url(url);
    let client = builder.credentials(Credentials).build().unwrap();
    let error = client.get_chest().await.unwrap_err();
    assert_eq!(error.json_path(), Some("$.chest.label"), "{error}");
}

#[tokio::test]
async fn parameters_with_the_same_name_are_sent_in_their_own_locations() {
    use parameters::types::FileStatus;
    let (url, request) = answer("200 OK", "[]").await;
    let builder = parameters::Client::builder().base_url(url);
    let client = builder.credentials(Credentials).build().unwrap();
    let call = client
        .list_files(7, "a/b", "x")
        .type_("t")
        .header_type(true);
    let states = [FileStatus::Unknown_, FileStatus::from("later")];
    call.status(states).await.unwrap();
    let request = request.await.unwrap();
    let line = request.lines().next().unwrap();
    assert!(line.contains("type=t") && line.contains("status%5B%5D=unknown&status%5B%5D=later"));
    assert!(request.contains("\r\ntype: true\r\n"), "{request}");
}

#[tokio::test]
async fn an_empty_success_is_none_if_other_successes_have_a_body() {
    let (url, _) = answer("204 No Content", "").await;
    let builder = bodies::Client::builder().base_url(url);
    let client = builder.credentials(Credentials).build().unwrap();
    let note = client.update_latest_note().await.unwrap();
    assert!(note.into_inner().is_none());
}

#[test]
fn a_union_without_a_discriminator_selects_the_matching_object() {
    use unions::types::{Key, ShapePage};
    let read = |key: serde_json::Value| {
        let page = json!({"shapes": [], "key": key, "weight": u64::MAX});
        let page: ShapePage = serde_json::from_value(page).unwrap();
        assert_eq!(page.weight, Some(u64::MAX));
        page.key.unwrap()
    };
    let by_name = read(json!({"kind": "name", "value": "v"}));
    assert!(matches!(by_name, Key::ByName(_)));
    let by_code = read(json!({"kind": "code", "value": "v", "new": 1}));
    assert!(matches!(by_code, Key::ByCode(key) if key.value.as_deref() == Some("v")));
    assert!(matches!(read(json!({"reason": "r"})), Key::Unknown_(_)));
    assert!(matches!(read(json!([1])), Key::Unknown(_)));
}

#[test]
fn the_vendor_error_type_combines_the_fields_of_its_errors() {
    let error: bodies::types::ApiError =
        serde_json::from_value(json!({"code": "c", "words": ["w"]})).unwrap();
    assert_eq!(
        (error.code.as_deref(), error.words.unwrap()),
        (Some("c"), vec!["w".to_owned()])
    );
}

#[test]
fn the_operation_table_matches_the_spec() {
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
    assert_eq!(
        latest.repeat,
        Repeat::Keyed(KeyPlace::UuidBody("requestId"))
    );
    assert!(row("get_access_token").token);
}

#[test]
fn a_server_with_variables_requires_their_values() {
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
fn basic_auth_accepts_a_secret_and_debug_output_redacts_it() {
    let client = bodies::Client::builder()
        .credentials(Credentials)
        .build()
        .unwrap();
    let request = client
        .get_access_token()
        .basic_auth("id", Secret::from("hush"));
    assert!(!format!("{request:?}").contains("hush"));
}

#[cfg(feature = "webhooks")]
#[test]
fn a_webhook_is_parsed_as_its_event() {
    use jobs::webhooks::{HeaderMap, OpenCallEvent, SignedBodyEvent, WebhookError, WebhookKeys};
    let parse =
        |body: serde_json::Value| OpenCallEvent::parse(body.to_string().as_bytes()).unwrap();
    let done = parse(json!({"event": "job_done", "job": {"key": "k"}, "new": 1}));
    let OpenCallEvent::JobDone(call) = &done else {
        panic!("{done:?}");
    };
    assert_eq!(call.extra["new"], json!(1));
    let failed = parse(json!({"event": "job_done", "job": {"key": "k", "why": "late"}}));
    assert!(matches!(failed, OpenCallEvent::JobFailed(_)), "{failed:?}");
    let other = parse(json!({"event": "job_lost", "n": 1}));
    assert_eq!(other.event(), "job_lost");
    let OpenCallEvent::Unknown { body, .. } = other else {
        panic!("{other:?}");
    };
    assert_eq!(body["n"], 1);

    let keys = WebhookKeys::new("JvOH8E8094nvgdN8N8ePDWN9JKC1xG7eeuOwEoGHt3Y=");
    let now = std::time::SystemTime::UNIX_EPOCH;
    let body = br#"{"event":"job_done","at":0,"signature":"AAAA"}"#;
    let refused = SignedBodyEvent::verify_and_parse(&HeaderMap::new(), body, &keys, now);
    assert!(matches!(refused, Err(WebhookError::Signature)));
}
