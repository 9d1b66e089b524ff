//! A custom transport sends every request, and its errors determine retries.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
#[path = "support/scripted.rs"]
mod scripted;
mod support;

use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::Client;
use acme::generated::things::Thing;
use scripted::{Scripted, Turn};
use sdk_runtime::{File, Method, TransportErrorKind};
use tokio::time::Instant;

fn client(transport: &Scripted) -> Client {
    Client::builder()
        .base_url("https://acme.example/v1")
        .credentials(Credentials::new("id", "s3cret"))
        .transport(transport.clone())
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_custom_transport_receives_the_request_and_provides_the_response() {
    let transport = Scripted::new([Turn::Chunks(vec![Ok("{\"items\""), Ok(""), Ok(":[]}")])]);
    let things = client(&transport).list_things("o").send().await.unwrap();
    assert!(things.items.is_empty());
    let seen = transport.last();
    assert_eq!(seen.method, "GET");
    assert_eq!(
        seen.url.as_str(),
        "https://acme.example/v1/owners/o/things?version=2"
    );
    assert_eq!(seen.headers["authorization"], "Bearer t");
    assert_eq!(
        seen.connect_until,
        Some(Instant::now() + Duration::from_secs(10))
    );
    let body = File::stream("a.bin", single_chunk("hello"), None);
    let client = client(&transport);
    client.upload_bytes("1", body).send_raw().await.unwrap();
    assert_eq!(transport.last().body.unwrap(), "hello");
}

/// Returns a stream that yields the text as one chunk.
fn single_chunk(
    text: &'static str,
) -> impl futures_core::Stream<Item = std::io::Result<sdk_runtime::Bytes>> + Send {
    struct Once(Option<&'static str>);
    impl futures_core::Stream for Once {
        type Item = std::io::Result<sdk_runtime::Bytes>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            let next = self.0.take();
            std::task::Poll::Ready(next.map(|text| Ok(text.into())))
        }
    }
    Once(Some(text))
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_retried_only_if_it_was_certainly_not_processed() {
    use TransportErrorKind::{Broken, Invalid, NotProcessed, NotSent, Redirected, TimedOut};
    for (kind, attempts, is_open) in [
        (NotSent, 2, false),
        (NotProcessed, 2, false),
        (TimedOut, 1, true),
        (Broken, 1, true),
        (Invalid, 1, false),
        (Redirected, 1, true),
    ] {
        let transport = Scripted::new([Turn::Fail(kind)]);
        let paid = client(&transport).pay(1).send().await;
        assert_eq!(transport.seen().len(), attempts, "{kind:?}");
        assert_eq!(paid.is_ok(), attempts == 2, "{kind:?}");
        if let Err(error) = paid {
            assert_eq!(error.is_maybe_applied(), is_open, "{kind:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unprocessed_request_with_a_consumed_body_is_reported_as_not_applied() {
    let transport = Scripted::new([Turn::Fail(TransportErrorKind::NotProcessed)]);
    let body = File::stream("a.bin", single_chunk("hello"), None);
    let error = client(&transport)
        .upload_bytes("1", body)
        .send_raw()
        .await
        .unwrap_err();
    assert_eq!(transport.seen().len(), 1);
    assert!(
        error.is_not_processed() && !error.is_maybe_applied(),
        "{error}"
    );
}

#[test]
fn http_client_settings_accept_the_types_reexported_by_the_vendor_crate() {
    use acme::generated::http_client::{Client as HttpClient, ClientBuilder, Proxy};
    let adjusted = Client::builder()
        .base_url("https://acme.example")
        .without_credentials()
        .proxy(Proxy::all("http://127.0.0.1:1").unwrap())
        .http(|http: ClientBuilder| http.user_agent("mine"));
    assert!(adjusted.build().is_ok());
    let own = Client::builder()
        .base_url("https://acme.example")
        .without_credentials()
        .http_client(HttpClient::new());
    assert!(own.build().is_ok());
}

#[tokio::test(start_paused = true)]
async fn http_client_adjustments_cannot_change_the_redirect_policy() {
    let script = support::Script::start(|seen| match seen.target.as_str() {
        "/status" => support::answer(302, &[("location", "/elsewhere")], ""),
        _ => support::answer(200, &[], "fine"),
    })
    .await;
    let client = Client::builder()
        .base_url(&script.url)
        .without_credentials()
        .http(|http| {
            let follow = sdk_runtime::reqwest::redirect::Policy::limited(5);
            http.redirect(follow).user_agent("mine")
        })
        .build()
        .unwrap();
    // If the transport followed the redirect by itself, its response would be rejected.
    let response = client.request(Method::Get, "/status").send_raw().await;
    assert_eq!(response.unwrap().status().as_u16(), 200);
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_failure_is_not_retried() {
    let transport = Scripted::new([Turn::FailForGood(TransportErrorKind::NotSent)]);
    let error = client(&transport)
        .list_things("o")
        .send()
        .await
        .unwrap_err();
    assert_eq!(transport.seen().len(), 1);
    assert!(error.is_connect() && !error.is_maybe_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_broken_response_body_is_retried_for_reads_and_reported_for_writes() {
    let broken = || Turn::Chunks(vec![Ok("{"), Err(TransportErrorKind::Broken)]);
    let transport = Scripted::new([broken()]);
    client(&transport).list_things("o").send().await.unwrap();
    assert_eq!(transport.seen().len(), 2);
    let transport = Scripted::new([broken()]);
    let thing: Thing = serde_json::from_str(r#"{"id":1}"#).unwrap();
    let error = client(&transport)
        .create_thing(&thing)
        .send()
        .await
        .unwrap_err();
    assert_eq!(transport.seen().len(), 1);
    assert!(error.is_transport() && error.is_maybe_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_response_from_another_url_is_rejected() {
    let transport = Scripted::new([Turn::From("https://evil.example/")]);
    let client = client(&transport);
    let read = client.request(Method::Get, "/x").send_raw().await;
    let error = read.unwrap_err();
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_remote_vendor_cannot_redirect_to_plain_http_on_loopback() {
    for to in ["http://127.0.0.1:9/x", "http://localhost/", "http://[::1]/"] {
        let transport = Scripted::new([Turn::Redirect(to)]);
        let error = client(&transport)
            .list_things("o")
            .send()
            .await
            .unwrap_err();
        assert!(error.is_configuration(), "{to}: {error}");
        assert_eq!(transport.seen().len(), 1, "{to}");
    }
    let transport = Scripted::new([Turn::Redirect("https://127.0.0.1:9/x")]);
    client(&transport).list_things("o").send().await.unwrap();
    assert_eq!(transport.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_names_the_host_of_the_redirect_target() {
    let refused = || Turn::Fail(TransportErrorKind::NotSent);
    let transport = Scripted::new([Turn::Redirect("https://files.example:8443/x"), refused()]);
    let client = client(&transport);
    let request = client.list_things("o").with_attempts(1);
    let text = request.await.unwrap_err().to_string();
    assert!(
        text.contains("no connection to files.example:8443"),
        "{text}"
    );
}
