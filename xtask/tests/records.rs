//! Tests the golden output of the fixture `records`: which properties of a record are sent and
//! received, and how a caller reads, changes and writes a record.
#![allow(clippy::unwrap_used)] // A panic in a helper function fails the test.

use records::main::{
    Lamp, LampChange, LampReplacement, LampRequest, Part, Shelf, ShelfChange, Socket,
    SocketReplacement,
};
use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, Patch, TokenSource, Variables, Vendor,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../fixtures/generate/crates/records-sdk/src/generated/mod.rs"]
mod records;

/// Credentials that provide a valid token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public, like the crate that it replaces.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &records::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}

/// Returns the request line and the body of the request that a call sends.
async fn sent<F>(call: impl FnOnce(records::Client) -> F) -> (String, Value)
where
    F: Future<Output = ()>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = records::Client::builder()
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .credentials(Credentials)
        .build()
        .unwrap();
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        let (head, body) = loop {
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer).await.unwrap();
            text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        };
        let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        (head, body)
    });
    call(client).await;
    let (head, body) = request.await.unwrap();
    let line = head.lines().next().unwrap().to_owned();
    (line, serde_json::from_str(&body).unwrap_or(Value::Null))
}

fn lamp(more: Value) -> Lamp {
    let mut lamp = json!({ "id": 7, "code": "arc", "place": null, "price": "9.90" });
    let (Some(known), Some(more)) = (lamp.as_object_mut(), more.as_object()) else {
        unreachable!();
    };
    known.extend(more.clone());
    serde_json::from_value(lamp).unwrap()
}

#[test]
fn a_write_only_property_is_optional_in_a_response() {
    let lamp = lamp(json!({}));
    assert_eq!(lamp.key, None);
    assert_eq!(lamp.id, 7);
}

#[tokio::test]
async fn a_constructor_takes_required_values_and_null_is_the_default_if_allowed() {
    let code = "arc".to_owned();
    let lamp = LampRequest::new(&code, "9.90", "hush");
    let (_, body) = sent(async |client| drop(client.create_lamp(&lamp).await.unwrap())).await;
    assert_eq!(
        body,
        json!({ "code": "arc", "place": null, "price": "9.90", "key": "hush" })
    );
    let lamp = LampRequest::new("arc", 9, "hush").with_place("hall");
    let (_, body) = sent(async |client| drop(client.create_lamp(&lamp).await.unwrap())).await;
    assert_eq!(
        body,
        json!({ "code": "arc", "place": "hall", "price": 9, "key": "hush" })
    );
}

#[tokio::test]
async fn an_optional_nullable_property_is_omitted_sent_as_null_or_set() {
    for (color, wanted) in [
        (Patch::Keep, json!({ "code": "arc" })),
        (Patch::Clear, json!({ "code": "arc", "color": null })),
        ("red".into(), json!({ "code": "arc", "color": "red" })),
    ] {
        let mut lamp = LampReplacement::new("arc");
        lamp.color = color;
        let (_, body) =
            sent(async |client| drop(client.replace_lamp("arc", &lamp).await.unwrap())).await;
        assert_eq!(body, wanted);
    }
}

#[tokio::test]
async fn a_read_only_property_of_a_shared_type_is_stored_but_not_sent() {
    let part: Part = serde_json::from_value(json!({ "name": "rod", "weight": 3 })).unwrap();
    assert_eq!(part.weight, Some(3));
    // Programs that store records also store this property.
    let kept = serde_json::to_value(&part).unwrap();
    assert_eq!(kept, json!({ "name": "rod", "weight": 3 }));
    let change = LampChange {
        parts: Some(vec![part]),
        ..LampChange::default()
    };
    let (_, body) =
        sent(async |client| drop(client.update_lamp("arc", &change).await.unwrap())).await;
    assert_eq!(body, json!({ "parts": [{ "name": "rod" }] }));
}

#[test]
fn a_change_created_from_a_response_contains_the_writable_properties() {
    let read = lamp(json!({
        "color": "red",
        "parts": [{ "name": "rod", "weight": 3, "note": null }],
        "made_at": "2026-11-22T10:15:30+02:00",
        "serial_number": "S-1",
    }));
    let change = LampChange::from(&read);
    // The format of `made_at` and the name of `serial` differ from those in the response.
    assert_eq!(
        serde_json::to_value(&change).unwrap(),
        json!({
            "code": "arc",
            "color": "red",
            "price": "9.90",
            "parts": [{ "name": "rod", "weight": 3, "note": null }],
            "made_at": "11-22-2026 10:15:30",
            "serial": "S-1",
        })
    );
}

#[test]
fn properties_missing_from_a_response_stay_absent_in_a_change() {
    let change = LampChange::from(&lamp(json!({})));
    assert_eq!(
        serde_json::to_value(&change).unwrap(),
        json!({ "code": "arc", "price": "9.90" })
    );
}

#[test]
fn converting_a_response_without_a_required_property_fails_with_its_name() {
    let socket: Socket = serde_json::from_value(json!({ "volts": 230 })).unwrap();
    let error = SocketReplacement::try_from(&socket).unwrap_err();
    assert_eq!(error.property(), "kind");
    assert_eq!(
        error.to_string(),
        "this Socket has no `kind`, which SocketReplacement requires; create it with SocketReplacement::new"
    );
    let socket: Socket = serde_json::from_value(json!({ "kind": "E27" })).unwrap();
    let replacement = SocketReplacement::try_from(&socket).unwrap();
    assert_eq!(replacement, SocketReplacement::new("E27"));
}

#[test]
fn a_nested_object_with_a_single_property_is_converted() {
    let shelf = json!({ "code": "a", "label": "b", "size": { "width": 40, "area": 1200 } });
    let shelf: Shelf = serde_json::from_value(shelf).unwrap();
    assert_eq!(
        serde_json::to_value(ShelfChange::from(&shelf)).unwrap(),
        json!({ "code": "a", "label": "b", "size": { "width": 40 } })
    );
}

#[test]
fn records_are_compared_by_value() {
    assert_eq!(lamp(json!({})), lamp(json!({})));
    assert_ne!(lamp(json!({})), lamp(json!({ "color": "red" })));
}

#[tokio::test]
async fn a_list_parameter_accepts_any_iterator() {
    let numbers = [1, 2].iter().copied();
    let (line, _) = sent(async |client| {
        let request = client.list_lamps().states(["on", "off"]).numbers(numbers);
        // The response has no body, so the client can't read a list.
        drop(request.await.unwrap_err());
    })
    .await;
    assert_eq!(
        line,
        "GET /lamps?states=on&states=off&numbers=1&numbers=2 HTTP/1.1"
    );
    let words = vec!["bright".to_owned()];
    let lamp = LampRequest {
        words: Some(words),
        ..LampRequest::new("arc", 9, "hush")
    };
    assert_eq!(lamp.words.unwrap().len(), 1);
}

#[test]
fn the_crate_exposes_its_openapi_document() {
    let document: Value = serde_json::from_str(records::OPENAPI).unwrap();
    assert_eq!(document["info"]["title"], "Records");
}
