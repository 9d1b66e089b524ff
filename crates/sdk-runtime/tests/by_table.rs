//! Calls any operation by its id, with arguments in JSON.
#![cfg(feature = "call")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{CallAnswer, CallBody, Error, HasHeaders, VendorClient};
use serde_json::{Value, json};
use support::{Reply, Script, Seen, answer};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;

fn play(seen: &Seen) -> Reply {
    match seen.target.split('?').next().unwrap() {
        "/token" => support::json(200, TOKEN),
        "/status" => answer(200, &[("content-type", "text/plain")], "all is well"),
        "/things" => answer(204, &[], ""),
        "/lines" => answer(
            200,
            &[("content-type", "application/vnd.acme.collection+json")],
            "{\"line\":1}\n{\"line\":2}\n",
        ),
        "/owners/page/things" => answer(200, &[("content-type", "text/html")], "<html>Log in"),
        "/owners/json/things" => answer(200, &[("content-type", "text/html")], r#"{"n":1}"#),
        "/things/a/file" => answer(201, &[("location", "/x")], ""),
        _ => support::json(200, r#"{"n":123456789012345678901234567890}"#),
    }
}

async fn call(id: &str, arguments: Value) -> (Script, Result<CallAnswer, Error>) {
    let (script, transport) = Script::play(play);
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let client: &dyn VendorClient = &client;
    let outcome = client.call(id, arguments).await;
    (script, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_read_with_truncated_json_is_retried() {
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen| {
        let is_read = seen.target.starts_with("/owners/o/things");
        match is_read && reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            true => Reply::Broken(
                b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{\"n\""
                    .to_vec(),
            ),
            false => play(seen),
        }
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let client: &dyn VendorClient = &client;
    let answer = client.call("list_things", json!({"owner": "o"})).await;
    assert!(answer.unwrap().body.json().is_some());
    assert_eq!(script.count("/owners/o/things"), 2);
}

#[tokio::test]
async fn an_operation_can_be_called_with_json_arguments() {
    let arguments = json!({"owner": "o/1", "tags[]": ["a", 2], "archived": true, "search": {"a": 1}, "X-Trace": "t", "span": null});
    let (script, outcome) = call("list_things", arguments).await;
    let found = outcome.unwrap();
    assert_eq!(
        script.last().target,
        "/owners/o%2F1/things?tags%5B%5D=a&tags%5B%5D=2&archived=1&search=%7B%22a%22%3A1%7D&version=2"
    );
    assert_eq!(script.last().header("x-trace"), Some("t"));
    assert_eq!(
        (
            found.status.as_u16(),
            found.header::<String>("x-request-id").as_deref()
        ),
        (200, Some("abc"))
    );
    assert_eq!(
        found.body.json().unwrap().text(),
        r#"{"n":123456789012345678901234567890}"#
    );
    let (_script, outcome) = call("get_status", json!({})).await;
    let text = outcome.unwrap().body.into_download().unwrap().text().await;
    assert_eq!(text.unwrap(), "all is well");
    let (script, outcome) = call("create_thing", json!({"body": {"id": 1}})).await;
    assert!(matches!(outcome.unwrap().body, CallBody::Empty));
    assert_eq!(script.last().body, r#"{"id":1}"#);
    let (script, outcome) = call("get_access_token", Value::Null).await;
    assert_eq!(
        outcome.unwrap().body.json().unwrap()["access_token"],
        "token-1"
    );
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn lines_files_and_parts_can_be_sent_with_json_arguments() {
    let (script, outcome) = call(
        "upsert_lines",
        json!({"body": [{"code": "a"}, {"code": "b"}]}),
    )
    .await;
    assert_eq!(
        *outcome.unwrap().body.json().unwrap(),
        json!([{"line": 1}, {"line": 2}])
    );
    assert_eq!(script.last().body, "{\"code\":\"a\"}\n{\"code\":\"b\"}");
    let file = json!({"base64": "JVBERg==", "name": "a.pdf"});
    let arguments = json!({"path.id": "a", "body": {"note": "n", "list": [1, 2], "meta": {"a": 1}, "file": file}});
    let (script, outcome) = call("upload_thing", arguments).await;
    outcome.unwrap();
    let body = script.last().body;
    for part in [
        "name=\"note\"\r\n\r\nn\r\n",
        "name=\"list\"\r\n\r\n2\r\n",
        "name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n",
        "name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    for (media, content) in [
        ("application/octet-stream", json!({"text": "x"})),
        ("application/octet-stream", json!("x")),
        ("text/plain", json!("x")),
    ] {
        let arguments =
            json!({"path.id": "a", "query.id": 3, "content_type": media, "body": content});
        let (script, outcome) = call("upload_thing", arguments).await;
        outcome.unwrap();
        let last = script.last();
        assert_eq!(
            (last.body.as_str(), last.header("content-type")),
            ("x", Some(media))
        );
        assert_eq!(last.target, "/things/a/file?id=3");
    }
}

#[tokio::test]
async fn invalid_arguments_are_explained_and_nothing_is_sent() {
    for (id, arguments, expected) in [
        (
            "list_thing",
            json!({}),
            "acme has no operation `list_thing`; did you mean `list_things`",
        ),
        ("xyzzy", json!({}), "acme has no operation `xyzzy`"),
        ("list_things", json!({}), "missing: `owner`"),
        (
            "list_things",
            json!([]),
            "the arguments are a list, not an object",
        ),
        (
            "list_things",
            json!({"owner": "o", "spam": 1}),
            "there is no parameter `spam`; did you mean `span`?",
        ),
        (
            "list_things",
            json!({"owner": {}}),
            "the parameter `owner`: expected a string, got an object",
        ),
        (
            "list_things",
            json!({"owner": "o", "tags[]": "a"}),
            "expected a list, got a string",
        ),
        (
            "list_things",
            json!({"owner": "o", "tags[]": [[]]}),
            "an item of the list is a list",
        ),
        (
            "list_things",
            json!({"owner": "o", "archived": "yes"}),
            "expected true or false",
        ),
        (
            "list_things",
            json!({"owner": "o", "body": {}}),
            "the operation does not accept a body",
        ),
        ("create_thing", json!({}), "missing: `body`"),
        ("upload_thing", json!({"body": "x"}), "missing: `path.id`"),
        (
            "upload_thing",
            json!({"id": "x", "body": "x"}),
            "more than one location: use `path.id` or `query.id`",
        ),
        (
            "upload_thing",
            json!({"path.id": "x", "query.id": 1.5, "body": "x"}),
            "expected a whole number, got a fraction",
        ),
        (
            "upload_thing",
            json!({"path.id": "x", "content_type": "a/b", "body": "x"}),
            "the operation does not accept a body of type a/b",
        ),
        (
            "upload_thing",
            json!({"path.id": "x", "body": {"f": {"base64": "?"}}}),
            "the part `f`: `base64` of a file is not valid base64",
        ),
        (
            "upsert_lines",
            json!({"body": {}}),
            "expected a list, got an object",
        ),
    ] {
        let (script, outcome) = call(id, arguments.clone()).await;
        let error = outcome.unwrap_err();
        assert!(
            error.to_string().contains(expected),
            "{id} {arguments}: {error}"
        );
        assert_eq!(
            (script.seen().len(), error.kind()),
            (0, sdk_runtime::ErrorKind::Request)
        );
    }
}

#[tokio::test]
async fn html_instead_of_json_is_an_error_but_json_labeled_as_html_is_accepted() {
    let owner = |name: &str| json!({ "owner": name, "archived": true });
    let (_script, outcome) = call("list_things", owner("page")).await;
    let error = outcome.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(error.to_string().contains("Log in"), "{error}");
    let (_script, outcome) = call("list_things", owner("json")).await;
    assert_eq!(outcome.unwrap().body.json().unwrap()["n"], 1);
}

#[tokio::test]
async fn the_operation_table_is_available_through_the_trait() {
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .without_credentials()
        .build()
        .unwrap();
    let client: &dyn VendorClient = &client;
    let listed = client
        .operations()
        .iter()
        .find(|known| known.id == "list_things")
        .unwrap();
    assert_eq!(
        (listed.path, listed.parameters.len()),
        ("/owners/{owner}/things", 7)
    );
}

#[tokio::test]
async fn debug_output_of_a_response_hides_its_content() {
    let (_script, outcome) = call("get_access_token", Value::Null).await;
    let answer = outcome.unwrap();
    let printed = format!("{answer:?} {:?}", answer.body);
    assert!(
        printed.contains("200") && printed.contains("Json") && !printed.contains("token-1"),
        "{printed}"
    );
    assert!(
        !printed.contains("abc"),
        "headers may contain cookies: {printed}"
    );
}
