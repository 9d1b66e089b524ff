//! Results of calls without a documented success response.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::Client;
use acme::generated::things::Thing;
use sdk_runtime::{Error, FieldError, RetryPolicy};
use support::{Reply, Script, answer, json};

const TOKEN: &str = r#"{"access_token":"s3cret-token","expires_in":3600}"#;

async fn start(reply: Reply) -> (Script, Client) {
    let (script, transport) = Script::play(move |seen| {
        if seen.target == "/token" {
            json(200, TOKEN)
        } else {
            reply.clone()
        }
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    (script, client)
}

async fn list(reply: Reply) -> Error {
    let (_script, client) = start(reply).await;
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.operation(), Some("list_things"));
    error
}

async fn exchange(reply: Reply) -> Error {
    let (script, transport) = Script::play(move |_| reply.clone());
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let direct = client.get_access_token().await.unwrap_err();
    let cached = client.list_things("o").await.unwrap_err();
    assert_eq!(
        (direct.is_auth(), direct.status()),
        (cached.is_auth(), cached.status())
    );
    direct
}

#[tokio::test]
async fn an_error_contains_the_details_from_the_vendor() {
    let body = r#"{"code":"not_found","message":"No such owner","errors":[{"property":"owner","message":"unknown"}]}"#;
    let error = list(json(404, body)).await;
    assert!(error.is_not_found() && !error.is_auth() && !error.is_decode());
    assert_eq!(
        (
            error.code(),
            error.message(),
            error.request_id(),
            error.attempts()
        ),
        (Some("not_found"), "No such owner", Some("abc"), 1)
    );
    assert_eq!(
        error.fields(),
        [FieldError {
            field: "owner".to_owned(),
            message: "unknown".to_owned()
        }]
    );
    assert_eq!(
        error.to_string(),
        r#"list_things: 404 not_found: "No such owner"; owner: unknown (request id abc)"#
    );
    assert_eq!(error.body(), Some(body.as_bytes()));
    assert_eq!(error.headers().unwrap()["x-request-id"], "abc");
    assert_eq!(
        error.vendor::<serde_json::Value>().unwrap()["code"],
        "not_found"
    );
}

#[tokio::test]
async fn each_error_status_matches_its_predicate() {
    type Predicate = fn(&Error) -> bool;
    let cases: [(u16, Predicate); 12] = [
        (400, Error::is_validation),
        (401, Error::is_auth),
        (403, Error::is_auth),
        (403, Error::is_permission),
        (404, Error::is_not_found),
        (408, Error::is_timeout),
        (409, Error::is_conflict),
        (410, Error::is_not_found),
        (422, Error::is_validation),
        (429, Error::is_rate_limited),
        (500, Error::is_server),
        (503, Error::is_server),
    ];
    for (status, predicate) in cases {
        let error = list(json(status, "{}")).await;
        assert!(
            predicate(&error) && error.status().unwrap() == status,
            "{status}: {error}"
        );
        assert!(!error.is_configuration() && !error.is_connect() && !error.is_decode());
    }
}

#[tokio::test]
async fn an_error_for_an_html_response_shows_its_start() {
    let error = list(answer(
        200,
        &[("content-type", "text/html"), ("request-id", "r-1")],
        "<html>\n<h1>Log in</h1>",
    ))
    .await;
    assert!(error.is_decode());
    assert_eq!(
        error.to_string(),
        "list_things: 200: the response (text/html) is not JSON: expected value at line 1 column 1 (request id r-1); the response begins: <html> <h1>Log in</h1>"
    );
    assert_eq!(error.json_path(), Some("$"));
    let gateway = list(answer(
        502,
        &[("content-type", "text/html")],
        "<h1>Bad Gateway</h1>",
    ))
    .await;
    assert!(gateway.is_server());
    assert_eq!(
        gateway.to_string(),
        "list_things: 502 Bad Gateway; the response begins: <h1>Bad Gateway</h1>"
    );
}

#[tokio::test]
async fn a_type_mismatch_in_the_response_is_reported_with_its_json_path() {
    let error = list(json(200, r#"{"items":[{"id":1},{"id":2},{"id":"three"}]}"#)).await;
    assert!(error.is_decode());
    assert_eq!(error.json_path(), Some("$.items[2].id"));
    let text = error.to_string();
    assert!(text.starts_with(r#"list_things: 200: the response cannot be read at $.items[2].id: invalid type: string "three", expected i64"#), "{text}");
    assert!(
        text.contains("(request id abc); the response begins: {\"items\":"),
        "{text}"
    );
    assert_eq!(
        list(json(200, r#"{"list":[]}"#)).await.json_path(),
        Some("$")
    );
    assert_eq!(list(json(200, "null")).await.json_path(), Some("$"));
    assert_eq!(list(json(200, "[]")).await.json_path(), Some("$"));
}

#[tokio::test]
async fn the_error_says_that_a_response_is_empty_or_truncated() {
    let empty = list(answer(200, &[("x-correlation-id", "c-1")], "")).await;
    assert!(empty.is_decode());
    assert_eq!(
        empty.to_string(),
        "list_things: 200: the response is empty, but JSON is expected (request id c-1)"
    );
    let cut = list(json(200, r#"{"items":[{"id":1"#)).await;
    assert!(
        cut.is_decode() && cut.to_string().contains("ends in the middle"),
        "{cut}"
    );
    let trailing = list(json(200, r#"{"items":[]} and more"#)).await;
    assert!(
        trailing.is_decode() && trailing.to_string().contains("is not JSON"),
        "{trailing}"
    );
}

#[tokio::test]
async fn an_undocumented_status_is_an_error() {
    for status in [202, 299, 304, 418] {
        let error = list(json(status, r#"{"items":[]}"#)).await;
        assert_eq!(
            (error.status().unwrap().as_u16(), error.is_decode()),
            (status, status < 300),
            "{error}"
        );
    }
    let error = list(json(299, r#"{"items":[]}"#)).await;
    assert_eq!(
        error.to_string(),
        r#"list_things: 299: the status is not documented (documented: 200) (request id abc); the response begins: {"items":[]}"#
    );
}

#[tokio::test]
async fn an_operation_without_a_response_body_accepts_any_success_status() {
    for reply in [
        answer(200, &[], "whatever"),
        answer(201, &[], ""),
        json(204, ""),
    ] {
        let (_script, client) = start(reply).await;
        client
            .create_thing(&Thing {
                id: 1,
                span: None,
                made: None,
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_error_body_with_a_success_status_is_an_error() {
    let error = list(json(
        200,
        r#"{"error":{"code":"Broken","message":"it did not work"}}"#,
    ))
    .await;
    assert!(!error.is_decode());
    assert_eq!(
        (error.code(), error.status().unwrap().as_u16()),
        (Some("Broken"), 200)
    );
    assert_eq!(
        error.to_string(),
        r#"list_things: 200 Broken: "it did not work" (request id abc)"#
    );
    let (_script, client) = start(json(200, r#"{"error":{"code":"Broken"}}"#)).await;
    assert_eq!(
        client.download_thing("a").await.unwrap_err().code(),
        Some("Broken")
    );
}

#[tokio::test]
async fn a_rejected_token_exchange_is_an_authentication_error() {
    for status in [400, 401, 403, 422] {
        let error = exchange(json(status, r#"{"code":"x","message":"no"}"#)).await;
        assert!(error.is_auth(), "{status}");
        assert_eq!(error.is_validation(), status == 400, "{status}");
    }
    let wrapped = exchange(json(
        200,
        r#"{"error":{"code":"InvalidClient","message":"no"}}"#,
    ))
    .await;
    assert!(wrapped.is_auth() && wrapped.code() == Some("InvalidClient"));
    assert!(!exchange(json(500, "{}")).await.is_auth());
}

#[tokio::test]
async fn an_unreadable_token_response_never_reveals_the_token() {
    for body in [
        r#"{"access_token":12345678,"hush":1}"#,
        r#"{"token":{"access_token":"hush-1"}}"#,
        r#""hush-hush""#,
        "hush",
        r#"{"access_token":"hush"#,
    ] {
        let error = exchange(json(200, body)).await;
        let printed = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(
            error.is_decode() && !printed.contains("hush") && !printed.contains("12345678"),
            "{printed}"
        );
    }
}

#[tokio::test]
async fn the_error_for_a_token_response_without_a_token_says_what_is_missing() {
    let error = exchange(json(200, r#"{"status":"invalid_client"}"#)).await;
    assert!(
        error.is_decode() && error.to_string().contains("missing field `access_token`"),
        "{error}"
    );
    let (script, transport) = Script::play(|_| json(200, r#"{"access_token":""}"#));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"));
    let error = client.build().unwrap().list_things("o").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "list_things: could not obtain an access token: get_access_token: 200: the issued access token is empty \
         (request id abc); the response begins: (not shown: it may contain a token)"
    );
}

#[tokio::test]
async fn a_byte_order_mark_before_json_is_ignored() {
    let marked = |body: &str| json(200, &format!("\u{feff}{body}"));
    let (_script, client) = start(marked(r#"{"items":[{"id":1}]}"#)).await;
    assert_eq!(client.list_things("o").await.unwrap().items.len(), 1);
    let (script, transport) = Script::play(move |_| marked(TOKEN));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"));
    client.build().unwrap().access_token().await.unwrap();
    let error = list(json(
        404,
        "\u{feff}{\"code\":\"gone\",\"message\":\"No such owner\"}",
    ))
    .await;
    assert_eq!(error.code(), Some("gone"));
    let error = list(json(200, "\u{feff}{\"items\":[{\"id\":\"x\"}]}")).await;
    assert_eq!(error.json_path(), Some("$.items[0].id"));
}

#[tokio::test]
async fn a_secret_echoed_by_the_vendor_is_redacted() {
    let body = r#"{"code":"x","message":"the token s3cret-token is unknown","refresh_token":"hush","password":["hush"]}"#;
    let error = list(json(500, body)).await;
    let printed = format!("{error} {error:?}");
    assert!(
        !printed.contains("s3cret-token") && !printed.contains("hush"),
        "{printed}"
    );
    assert_eq!(error.message(), "the token [redacted] is unknown");
    let error = list(json(
        200,
        r#"{"items":[{"id":1,"span":{"password":"hush"}}]}"#,
    ))
    .await;
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[tokio::test]
async fn a_huge_error_body_is_truncated() {
    let error = list(json(500, &"x".repeat(1_000_000))).await;
    assert_eq!(error.body().unwrap().len(), 64 * 1024);
    assert!(error.to_string().chars().count() < 500);
}

#[tokio::test]
async fn broken_connections_are_distinguished_from_failed_connects() {
    let before = list(Reply::Broken(Vec::new())).await;
    assert!(
        before.is_transport() && !before.is_connect() && !before.is_timeout(),
        "{before}"
    );
    let within = list(Reply::Broken(
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec(),
    ))
    .await;
    assert!(within.is_transport(), "{within}");
    // The socket is bound but doesn't listen: connections are refused, and no other test uses the
    // port.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .credentials(Credentials::api_key("k"))
        .build()
        .unwrap();
    let none = client.list_things("o").await.unwrap_err();
    assert!(none.is_connect() && !none.is_transport(), "{none}");
    assert!(
        none.to_string()
            .starts_with(&format!("list_things: no connection to {address}: ")),
        "{none}"
    );
}

#[tokio::test]
async fn a_missing_response_is_a_timeout() {
    let (script, client) = start(Reply::Silence).await;
    client.access_token().await.unwrap();
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let error = client
        .list_things("o")
        .with_timeout(Duration::from_secs(7))
        .await
        .unwrap_err();
    assert!(
        error.is_timeout() && started.elapsed() >= Duration::from_secs(7),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "list_things: no complete response within 7s: deadline has elapsed"
    );
    let error = client.list_things("o").await.unwrap_err();
    assert!(
        error.is_timeout() && error.attempts() == 1 && error.to_string().contains("60s"),
        "{error}"
    );
    assert_eq!(script.count("/owners/o/things"), 2);
}

#[tokio::test]
async fn an_invalid_request_is_not_sent() {
    let (script, client) = start(json(200, r#"{"items":[]}"#)).await;
    for owner in ["", ".", ".."] {
        let error = client.list_things(owner).await.unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains("`owner`"),
            "{error}"
        );
    }
    let error = client.list_things("o").trace("a\nb").await.unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("`X-Trace`"),
        "{error}"
    );
    let error = client
        .list_things("o")
        .with_header("a b", "c")
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
    let error = client
        .get_access_token()
        .basic_auth("a:b", "c")
        .await
        .unwrap_err();
    assert!(error.is_request() && error.attempts() == 0, "{error}");
    assert_eq!(script.seen().len(), 0);
}

#[tokio::test]
async fn only_raw_calls_can_omit_a_required_body() {
    use acme::generated::table::CREATE_THING;
    use sdk_runtime::{Call, Reading, SdkClient};

    let (script, client) = start(json(400, r#"{"code":"empty"}"#)).await;
    let error = client
        .core()
        .call(Call::new(&CREATE_THING), Reading::Whole)
        .await
        .unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("a body is required"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 0);
    let raw = client
        .core()
        .call(Call::new(&CREATE_THING), Reading::Untouched)
        .await
        .unwrap();
    assert_eq!(raw.status(), 400);
    // The content type is set, so that the vendor complains about the missing body and not about
    // the type.
    assert_eq!(
        script.last().header("content-type"),
        Some("application/json")
    );
    client.get_access_token().send_raw().await.unwrap();
    assert_eq!(script.last().header("content-type"), None);
}
