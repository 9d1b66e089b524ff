//! Strings from a vendor are bounded: processing them takes little time, they fit on a line of
//! 1 KiB, and truncating them never reveals a secret.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::time::{Duration, Instant};

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{Error, RetryPolicy};
use support::{Reply, Script, answer, json};

/// A secret whose spelling differs in Base64, JSON and URLs.
const SECRET: &str = "s3cr3t/+\\\"%41 & more of it, which is long enough to be cut anywhere";
/// Maximum size in bytes of each vendor string in an error.
const MAX_TEXT_BYTES: usize = 1024;
/// Time limit that is much longer than a debug build needs, and much shorter than quadratic work
/// takes.
const TIME_LIMIT: Duration = Duration::from_secs(4);

async fn client(exchange: Reply, reply: Reply) -> Client {
    let (script, transport) = Script::play(move |seen| match seen.target.as_str() {
        "/token" => exchange.clone(),
        _ => reply.clone(),
    });
    Client::builder()
        .base_url(script.url)
        .transport(transport)
        .credentials(Credentials::new("id", SECRET))
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

/// Returns the error for a response, and the time needed to create and print it.
async fn list(reply: Reply) -> (Error, Duration) {
    let token = r#"{"access_token":"t0ken-1","expires_in":3600}"#;
    let client = client(json(200, token), reply).await;
    client.access_token().await.unwrap();
    let started = Instant::now();
    let error = client.list_things("o").await.unwrap_err();
    let _ = error.to_string();
    (error, started.elapsed())
}

/// Returns the error of a token exchange whose response may echo the secret.
async fn exchange(reply: Reply) -> Error {
    let client = client(reply, Reply::Silence).await;
    client.get_access_token().await.unwrap_err()
}

fn with_message(message: &str) -> Reply {
    json(422, &serde_json::json!({ "message": message }).to_string())
}

#[tokio::test]
async fn hostile_strings_are_processed_quickly() {
    let wrapped = (0..13).fold("boom \"quoted\"".to_owned(), |inner, _| {
        serde_json::json!({ "message": inner }).to_string()
    });
    let backslashes = "\\".repeat(64 * 1024);
    for (name, reply) in [
        ("backslashes", answer(422, &[], &backslashes)),
        ("escaped backslashes", with_message(&backslashes)),
        ("wrapped", json(422, &wrapped)),
        (
            "percent",
            with_message(&format!("%{}", "25".repeat(32 * 1024))),
        ),
        ("references", with_message(&"&amp;".repeat(13_000))),
        ("names", with_message(&"token=bearer ".repeat(5000))),
        (
            "fields",
            json(
                422,
                &format!(
                    r#"{{"errors":{{"{}":[{}""]}}}}"#,
                    "f".repeat(16 * 1024),
                    r#""x","#.repeat(12_000)
                ),
            ),
        ),
    ] {
        let (error, took) = list(reply).await;
        assert!(took < TIME_LIMIT, "{name}: {took:?}");
        let printed = error.to_string();
        assert!(printed.len() < 256 * 1024, "{name}: {}", printed.len());
        assert!(error.message().len() <= MAX_TEXT_BYTES, "{name}");
    }
}

#[tokio::test]
async fn a_huge_string_in_place_of_a_number_is_truncated() {
    let long = "9x".repeat(4 * 1024 * 1024);
    let body = format!(r#"{{"items":[{{"id":"{long}"}}]}}"#);
    let (error, took) = list(json(200, &body)).await;
    assert!(error.is_decode());
    assert_eq!(error.json_path(), Some("$.items[0].id"));
    assert!(took < TIME_LIMIT, "{took:?}");
    let printed = format!("{error} {error:?}");
    assert!(printed.len() < 8 * MAX_TEXT_BYTES, "{}", printed.len());
    assert!(
        std::error::Error::source(&error).is_none_or(|it| it.to_string().len() <= MAX_TEXT_BYTES)
    );
}

#[tokio::test]
async fn every_vendor_string_is_cut_to_one_line_of_1_kib() {
    let long = "long \r\n\u{1b}[31m\u{202e}\u{0} é ".repeat(100);
    let body = serde_json::json!({
        "code": long, "message": long, "errors": [{ "property": long, "message": long }],
    });
    let id = "i".repeat(5000);
    let reply = answer(422, &[("x-request-id", &id)], &body.to_string());
    let (error, _) = list(reply).await;
    let field = error.fields().first().unwrap();
    for text in [
        error.code().unwrap(),
        error.message(),
        error.request_id().unwrap(),
        &field.field,
        &field.message,
    ] {
        assert!(
            (MAX_TEXT_BYTES / 2..=MAX_TEXT_BYTES).contains(&text.len()),
            "{}",
            text.len()
        );
        assert!(
            !text.contains(|c: char| c.is_control() || c == '\u{202e}'),
            "{text:?}"
        );
        assert!(text.ends_with('…'), "{text}");
    }
    assert!(
        error.message().starts_with("long [31m é long"),
        "{}",
        error.message()
    );
    assert!(!error.to_string().contains('\n'));
}

#[tokio::test]
async fn at_most_100_field_errors_are_kept() {
    let body = serde_json::json!({ "errors": vec!["too long"; 5000] });
    assert_eq!(
        list(json(422, &body.to_string())).await.0.fields().len(),
        100
    );
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn unicode(text: &str) -> String {
    let units = text.encode_utf16();
    units.map(|unit| format!("\\u{unit:04x}")).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[tokio::test]
async fn a_secret_in_hex_code_units_or_multiline_base64_is_redacted() {
    let lines = |end: &str| -> String {
        let text = base64(&format!("id:{SECRET}"));
        let lines: Vec<&str> = (0..text.len())
            .step_by(20)
            .map(|at| &text[at..text.len().min(at + 20)])
            .collect();
        lines.join(end)
    };
    for spelled in [
        hex(SECRET),
        hex(SECRET).to_uppercase(),
        unicode(SECRET),
        percent(&percent(SECRET)),
        unicode(&percent(SECRET)),
        lines("\n"),
        lines("\r\n  "),
    ] {
        for reply in [
            with_message(&format!("what is {spelled}?")),
            answer(400, &[], &format!("what is {spelled}?")),
        ] {
            let error = exchange(reply).await;
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("what is"), "{shown}");
            assert!(shown.contains("[redacted]"), "{spelled}: {shown}");
            let middle = spelled.len() / 2;
            for part in [&spelled[20..28], &spelled[middle - 4..middle + 4]] {
                assert!(!shown.contains(part), "{part}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_secret_at_a_truncation_boundary_does_not_leak() {
    for spelled in [
        SECRET.to_owned(),
        percent(SECRET),
        unicode(SECRET),
        hex(SECRET),
        base64(&format!("id:{SECRET}")),
    ] {
        // All substrings of six bytes, except those near the start and the end of the secret.
        let parts: Vec<&str> = (6..spelled.len() - 6)
            .filter_map(|at| spelled.get(at..at + 6))
            .collect();
        let from = MAX_TEXT_BYTES - spelled.len().min(MAX_TEXT_BYTES);
        for filler in (from..MAX_TEXT_BYTES + 300).step_by(37) {
            // Redacted values shorten the text, so that more of it is shown.
            for start in [
                "x".repeat(filler),
                "password=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ".repeat(filler / 45),
            ] {
                let text = format!("{start}{spelled}{}", "y".repeat(4000));
                let error = exchange(with_message(&text)).await;
                let shown = error.message();
                assert!(shown.len() <= MAX_TEXT_BYTES);
                let leaked = parts.iter().find(|part| shown.contains(**part));
                assert_eq!(leaked, None, "{filler}: {shown}");
            }
        }
    }
}
