//! Tests how calls react to HTTP/2's reports of unprocessed requests, and to dead or crowded
//! connections.
//!
//! The runtime recognizes these reports by the error type of `h2`. If it used a different version
//! of `h2` than reqwest, it would not recognize any report, and the first two tests would fail.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
#[path = "support/http2.rs"]
mod http2;

use std::time::Duration;

use acme::generated::{Client, ClientBuilder};
use http2::{Http2, Turn};
use sdk_runtime::{AccessToken, BoxFuture, Error, Exchange, Method, TokenSource};
use tokio::time::Instant;

struct Fixed;

impl TokenSource for Fixed {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("t")) })
    }
}

fn builder(server: &Http2) -> ClientBuilder {
    Client::builder()
        .base_url(&server.url)
        .token_source(Fixed)
        .http(|http| http.http2_prior_knowledge())
}

const REFUSED_STREAM: u32 = 7;
const INTERNAL_ERROR: u32 = 2;

#[tokio::test(start_paused = true)]
async fn a_payment_that_the_server_did_not_process_is_retried() {
    for turn in [Turn::Reset(REFUSED_STREAM), Turn::GoAwayBefore] {
        let server = Http2::start(move |request| match request {
            0 => turn,
            _ => Turn::Answer,
        })
        .await;
        let client = builder(&server).build().unwrap();
        let paid = client.pay(1).send().await;
        assert!(paid.is_ok(), "{turn:?}: {paid:?}");
        assert_eq!(server.connections().len(), 2, "{turn:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unprocessed_request_with_a_consumed_body_is_reported_as_not_applied() {
    let server = Http2::start(|_| Turn::Reset(REFUSED_STREAM)).await;
    let client = builder(&server).build().unwrap();
    let body = sdk_runtime::File::stream("a.bin", Once(Some("x")), None);
    let error = client.upload_bytes("1", body).send_raw().await.unwrap_err();
    assert_eq!(server.connections().len(), 1);
    assert!(
        error.is_not_processed() && !error.is_maybe_applied(),
        "{error}"
    );
}

struct Once(Option<&'static str>);

impl futures_core::Stream for Once {
    type Item = Result<sdk_runtime::Bytes, String>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(|text| Ok(text.into())))
    }
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_the_server_may_have_processed_is_not_retried() {
    for turn in [Turn::Reset(INTERNAL_ERROR), Turn::GoAwayAfter] {
        let server = Http2::start(move |_| turn).await;
        let client = builder(&server).build().unwrap();
        let error = client.pay(1).send().await.unwrap_err();
        assert_eq!(server.connections().len(), 1, "{turn:?}");
        assert!(
            error.is_transport() && error.is_maybe_applied(),
            "{turn:?}: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_after_a_timeout_uses_another_connection() {
    // The first two connections are dead.
    let server = Http2::start(|request| match request {
        0 | 1 => Turn::Dead,
        _ => Turn::Answer,
    })
    .await;
    let client = builder(&server)
        .attempt_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    client.replace(1).send().await.unwrap();
    assert_eq!(server.connections(), [0, 1, 2]);
    // The working connection stays in use.
    client.replace(1).send().await.unwrap();
    assert_eq!(server.connections(), [0, 1, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_connection_is_detected_by_a_ping() {
    let server = Http2::start(|_| Turn::Dead).await;
    let client = builder(&server).build().unwrap();
    let began = Instant::now();
    let error = client.pay(1).send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_maybe_applied(), "{error}");
    let waited = began.elapsed();
    assert!(
        waited < Duration::from_secs(30),
        "a ping must reveal the dead connection, but the call took {waited:?}"
    );
}

#[tokio::test]
async fn unread_downloads_do_not_block_other_calls() {
    const DOWNLOADS: usize = 5;
    let server = Http2::start(|request| match request {
        DOWNLOADS => Turn::Bytes(1000),
        _ => Turn::Bytes(1 << 30),
    })
    .await;
    let client = builder(&server).build().unwrap();
    let mut unread = Vec::new();
    for _ in 0..DOWNLOADS {
        let download = client
            .request(Method::Get, "/big")
            .send_raw()
            .await
            .unwrap();
        unread.push(download);
    }
    server.full(5).await;
    let small = client
        .request(Method::Get, "/small")
        .send_raw()
        .await
        .unwrap();
    let read = tokio::time::timeout(Duration::from_secs(10), small.bytes()).await;
    assert_eq!(
        read.expect("the small download is starved").unwrap().len(),
        1000
    );
    assert_eq!(server.connections(), [0; DOWNLOADS + 1]);
}
