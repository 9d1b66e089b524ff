//! Content of traces, and data that they must not contain.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
#[path = "support/capture.rs"]
mod capture;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acme::auth::Credentials;
use acme::generated::Client;
use capture::{Capture, Span};
use sdk_runtime::Method;
use support::{Script, Seen, json};

const SECRET: &str = "hush";

async fn traced(statuses: &'static [u16]) -> (Vec<Span>, String) {
    let next = AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen: &Seen| {
        if seen.target == "/token" {
            return json(200, r#"{"access_token":"hush-token","expires_in":3600}"#);
        }
        let status = statuses[next.fetch_add(1, Ordering::SeqCst)];
        json(status, r#"{"items":[],"message":"hush"}"#)
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "hush-secret"))
        .header("X-Key", SECRET)
        .build()
        .unwrap();
    let capture = Capture::default();
    let guard = tracing::subscriber::set_default(capture.clone());
    let _ = client
        .list_things("hush-owner")
        .trace(SECRET)
        .with_attempts(2)
        .await;
    drop(guard);
    (capture.spans(), capture.everything())
}

fn named<'a>(spans: &'a [Span], name: &str, operation: &str) -> Vec<&'a Span> {
    spans
        .iter()
        .filter(|span| span.name == name && span.fields["operation.id"] == operation)
        .collect()
}

/// Lines of a log, kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_subscriber_from_the_readme_shows_retries() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("info,sdk_runtime=debug"))
        .with_target(true)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let (_script, transport) = Script::play(|seen| match seen.target.as_str() {
        "/token" => json(200, r#"{"access_token":"hush-token","expires_in":3600}"#),
        _ => json(503, r#"{"message":"hush"}"#),
    });
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .transport(transport)
        .credentials(Credentials::new("id", "hush-secret"))
        .build()
        .unwrap();
    client.list_things("hush-owner").await.unwrap_err();
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let retries = text.lines().filter(|line| line.contains("retry"));
    assert_eq!(retries.count(), 2, "{text}");
    assert!(
        text.contains("sdk_runtime") && !text.contains(SECRET),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_and_attempts_have_nested_spans_with_opentelemetry_names() {
    let (spans, _) = traced(&[503, 200]).await;
    let operations = named(&spans, "operation", "list_things");
    let attempts = named(&spans, "attempt", "list_things");
    assert_eq!((operations.len(), attempts.len()), (1, 2), "{spans:#?}");
    for span in operations.iter().chain(&attempts) {
        for (name, value) in [
            ("vendor", "acme"),
            ("http.request.method", "GET"),
            ("url.template", "/owners/{owner}/things"),
            ("server.address", "127.0.0.1"),
            ("otel.kind", "client"),
        ] {
            assert_eq!(span.fields[name], value, "{span:#?}");
        }
    }
    let field = |span: &Span, name: &str| span.fields.get(name).cloned();
    let said = |span: &Span| {
        [
            "http.response.status_code",
            "http.request.resend_count",
            "error.type",
        ]
        .map(|name| field(span, name))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(said(operations[0]), [text("200"), text("1"), None]);
    assert_eq!(said(attempts[0]), [text("503"), None, text("503")]);
    assert_eq!(said(attempts[1]), [text("200"), text("1"), None]);
    for attempt in attempts {
        assert_eq!(spans[attempt.parent.unwrap()].name, "operation");
    }
    assert_eq!(named(&spans, "attempt", "get_access_token").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_span_of_a_failed_call_has_the_error_type() {
    let (spans, _) = traced(&[503, 404]).await;
    let operation = named(&spans, "operation", "list_things")[0];
    assert_eq!(operation.fields["error.type"], "404");
    assert_eq!(operation.fields["http.response.status_code"], "404");
}

#[tokio::test(start_paused = true)]
async fn a_failed_connection_has_the_error_type_connect() {
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .without_credentials()
        .build()
        .unwrap();
    let capture = Capture::default();
    let guard = tracing::subscriber::set_default(capture.clone());
    client.get_status().await.unwrap_err();
    let path = client.request(Method::Get, "/hush/path").with_attempts(1);
    path.with_header("Authorization", "hush")
        .send_raw()
        .await
        .unwrap_err();
    drop(guard);
    let spans = capture.spans();
    for span in spans
        .iter()
        .filter(|span| span.fields.contains_key("vendor"))
    {
        assert_eq!(span.fields["error.type"], "connect", "{span:#?}");
    }
    assert!(
        !capture.everything().contains("hush"),
        "{}",
        capture.everything()
    );
}

#[tokio::test(start_paused = true)]
async fn traces_contain_no_arguments_secrets_or_bodies() {
    let (spans, everything) = traced(&[503, 422]).await;
    let ours: Vec<_> = spans
        .iter()
        .filter(|span| span.fields.contains_key("vendor"))
        .collect();
    assert_eq!(
        ours.len(),
        5,
        "expected a call with two attempts, and an exchange with one"
    );
    assert!(!format!("{ours:?}").contains(SECRET), "{ours:#?}");
    assert!(!everything.contains("hush-secret") && !everything.contains("hush-token"));
}

#[tokio::test(start_paused = true)]
async fn retries_and_long_waits_for_a_slot_are_events() {
    let (_, everything) = traced(&[503, 200]).await;
    for part in [
        "retry",
        "\"reason\": \"503\"",
        "\"attempt\": \"2\"",
        "delay_ms",
    ] {
        assert!(everything.contains(part), "{part}: {everything}");
    }
    let (_, everything) = traced(&[200]).await;
    assert!(!everything.contains("retry") && !everything.contains("wait_ms"));
    let (script, transport) = Script::play(|_| json(200, r#"{"items":[]}"#));
    let limits = sdk_runtime::Limits {
        requests: 1,
        per_seconds: 5,
        concurrent: None,
    };
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::api_key("hush"))
        .limits(limits)
        .build()
        .unwrap();
    let capture = Capture::default();
    let guard = tracing::subscriber::set_default(capture.clone());
    for _ in 0..2 {
        client.list_things("o").await.unwrap();
    }
    drop(guard);
    assert_eq!(capture.everything().matches("wait_ms").count(), 1);
}
