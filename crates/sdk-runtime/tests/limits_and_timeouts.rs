//! Rate limits, concurrency limits and timeouts.
//!
//! Four tests use sockets, because they test the behavior of reqwest: the connect timeout,
//! decompression, proxies, and `Duration::MAX` as a timeout of the HTTP client.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::{AccessToken, BoxFuture, Error, Exchange, Limits, RetryPolicy, TokenSource};
use support::{Reply, Script, Seen, answer, json};
use tokio::sync::Semaphore;
use tokio::time::Instant;

const TOKEN: &str = r#"{"access_token":"t","expires_in":36000}"#;
const LIST: &str = r#"{"items":[]}"#;

fn builder(script: &Script) -> ClientBuilder {
    builder_with_socket(script).transport(script.transport())
}

fn builder_with_socket(script: &Script) -> ClientBuilder {
    Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", "s3cret"))
}

fn limits(requests: u32, per_seconds: u32, concurrent: Option<u32>) -> Limits {
    Limits {
        requests,
        per_seconds,
        concurrent,
    }
}

async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

fn play(reply: Reply) -> impl Fn(&Seen) -> Reply {
    move |seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => reply.clone(),
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_limit_is_respected_and_token_exchanges_do_not_count() {
    let script = Script::without_socket(play(json(200, LIST)));
    let client = builder(&script)
        .limits(limits(2, 10, None))
        .build()
        .unwrap();
    let started = Instant::now();
    for seconds in [0, 0, 10, 10, 20] {
        client.list_things("o").await.unwrap();
        assert_eq!(started.elapsed().as_secs(), seconds);
        client.renew_access_token().await.unwrap();
        client.get_access_token().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_concurrency_limit_is_respected_and_aborted_calls_free_their_slots() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Reply::Held(Arc::clone(&permits), Box::new(json(200, LIST)));
    let script = Script::without_socket(play(held));
    let client = builder(&script)
        .limits(limits(0, 0, Some(2)))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { client.list_things("o").await.map(drop) }
            })
        })
        .collect();
    settle().await;
    assert_eq!(script.count("/owners/o/things"), 2);
    calls[0].abort();
    calls[3].abort();
    settle().await;
    assert_eq!(script.count("/owners/o/things"), 3);
    permits.add_permits(6);
    let mut finished = 0;
    for call in calls {
        finished += usize::from(call.await.is_ok_and(|outcome| outcome.is_ok()));
    }
    assert_eq!(finished, 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_waiting_for_a_renewal_does_not_hold_a_slot() {
    let exchanges = AtomicUsize::new(0);
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let script = Script::without_socket(move |seen: &Seen| {
        if seen.target == "/token" {
            let first = exchanges.fetch_add(1, Ordering::SeqCst) == 0;
            let reply = json(200, &format!(r#"{{"access_token":"t-{first}"}}"#));
            return if first {
                reply
            } else {
                Reply::Held(Arc::clone(&held), Box::new(reply))
            };
        }
        if seen.target == "/status" {
            return json(200, "well");
        }
        let stale = seen.header("authorization") == Some("Bearer t-true");
        json(if stale { 401 } else { 200 }, LIST)
    });
    let client = builder(&script)
        .limits(limits(0, 0, Some(1)))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    let refused = tokio::spawn({
        let client = client.clone();
        async move { client.list_things("o").await.map(drop) }
    });
    while script.count("/token") < 2 {
        tokio::task::yield_now().await;
    }
    // The only slot is free, although the rejected call has not finished.
    client.get_status().await.unwrap();
    gate.add_permits(1);
    refused.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expired_in_the_queue_is_not_sent() {
    let exchanges = AtomicUsize::new(0);
    let script = Script::without_socket(move |seen: &Seen| {
        if seen.target == "/token" {
            let count = exchanges.fetch_add(1, Ordering::SeqCst);
            return json(
                200,
                &format!(r#"{{"access_token":"t-{count}","expires_in":10}}"#),
            );
        }
        json(200, LIST)
    });
    let client = builder(&script)
        .limits(limits(1, 20, None))
        .build()
        .unwrap();
    client.list_things("o").await.unwrap();
    client.list_things("o").await.unwrap();
    assert_eq!(script.last().header("authorization"), Some("Bearer t-1"));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_slot_counts_only_toward_an_explicit_timeout() {
    let script = Script::without_socket(play(json(200, LIST)));
    let client = builder(&script)
        .limits(limits(1, 100, None))
        .build()
        .unwrap();
    let started = Instant::now();
    let calls = (0..4).map(|number| {
        let client = client.clone();
        tokio::spawn(async move { client.create(number).await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(started.elapsed().as_secs(), 300);

    let error = client
        .create(5)
        .with_timeout(Duration::from_secs(99))
        .await
        .unwrap_err();
    assert_eq!(
        started.elapsed().as_secs(),
        300,
        "a known outcome must be returned immediately"
    );
    assert!(
        error.is_rate_limited() && !error.is_maybe_applied() && !error.is_timeout(),
        "{error}"
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(100)));
    assert_eq!(
        error.to_string(),
        "create: rate limited locally: next slot in 100 s, after the deadline (limit: 1 request per 100 s); \
         nothing was sent (try again in 100 s)"
    );
    assert_eq!((error.attempts(), script.count("/create")), (0, 4));
    let free = builder(&script).without_limits().build().unwrap();
    free.create(3).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_unresponsive_vendor_times_out_after_the_wait_for_a_slot() {
    let count = AtomicUsize::new(0);
    let script = Script::without_socket(move |seen: &Seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ if count.fetch_add(1, Ordering::SeqCst) == 0 => json(200, LIST),
        _ => Reply::Silence,
    });
    let client = builder(&script)
        .limits(limits(1, 100, None))
        .build()
        .unwrap();
    client.create(1).await.unwrap();
    let started = Instant::now();
    let error = client.create(2).await.unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 160);
    assert!(error.is_timeout() && error.is_maybe_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_is_not_free_in_time_is_an_error_and_nothing_is_sent() {
    let script = Script::without_socket(play(Reply::Silence));
    let client = builder(&script)
        .limits(limits(0, 0, Some(1)))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.create(1).await.map(drop) }
    });
    settle().await;
    let request = client.create(2).with_timeout(Duration::from_secs(10));
    let error = request.await.unwrap_err();
    assert!(error.is_timeout() && !error.is_maybe_applied(), "{error}");
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert_eq!(script.count("/create"), 1);
    first.abort();
}

struct Fixed;

impl TokenSource for Fixed {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("t")) })
    }
}

/// Returns a URL that doesn't accept connections, and the sockets that must stay open to block
/// them.
async fn server_with_full_backlog() -> (String, tokio::net::TcpListener, Vec<tokio::net::TcpStream>)
{
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let connect = || tokio::net::TcpStream::connect(address);
    while let Ok(stream) = tokio::time::timeout(Duration::from_secs(1), connect()).await {
        waiting.push(stream.unwrap());
    }
    (format!("http://{address}"), listener, waiting)
}

#[tokio::test(start_paused = true)]
async fn a_write_without_a_connection_in_time_was_not_sent() {
    let (url, _listener, _waiting) = server_with_full_backlog().await;
    let client = Client::builder()
        .base_url(&url)
        .token_source(Fixed)
        .build()
        .unwrap();
    let seconds = Duration::from_secs;
    for (request, took) in [
        (client.create(1).with_timeout(seconds(2)), 2),
        (client.create(1).with_attempts(1), 10),
        (
            client
                .create(1)
                .with_attempts(1)
                .with_connect_timeout(seconds(3)),
            3,
        ),
        (
            client
                .create(1)
                .with_attempts(1)
                .with_attempt_timeout(seconds(4)),
            4,
        ),
    ] {
        let started = Instant::now();
        let error = request.await.unwrap_err();
        assert!(error.is_connect() && !error.is_maybe_applied(), "{error:?}");
        assert_eq!(started.elapsed().as_secs(), took, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_with_a_stalled_body_is_reported_by_its_status() {
    let script = Script::without_socket(|seen: &Seen| {
        match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => Reply::Bytes(
            b"HTTP/1.1 404 X\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"mess"
                .to_vec(),
        ),
    }
    });
    let client = builder(&script).build().unwrap();
    client.access_token().await.unwrap();
    let seconds = Duration::from_secs;
    for (limit, took) in [(60, 5), (2, 2)] {
        for request in [
            client.create(1).with_timeout(seconds(limit)),
            client.create(1).with_attempt_timeout(seconds(limit)),
        ] {
            let started = Instant::now();
            let error = request.await.unwrap_err();
            assert_eq!(started.elapsed().as_secs(), took, "{error}");
            assert!(error.is_not_found() && !error.is_maybe_applied(), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_have_their_own_timeout_if_a_retry_is_possible() {
    let script = Script::without_socket(play(Reply::Silence));
    let client = builder(&script)
        .retry(RetryPolicy::new().with_backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    let started = Instant::now();
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!((error.attempts(), started.elapsed().as_secs()), (2, 60));
    let started = Instant::now();
    let error = client.pay(1).await.unwrap_err();
    assert_eq!((error.attempts(), started.elapsed().as_secs()), (1, 60));
    assert!(error.is_timeout() && error.is_maybe_applied());
    let started = Instant::now();
    let error = client
        .pay(1)
        .with_attempt_timeout(Duration::from_secs(3))
        .await
        .unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 3);
    assert!(error.is_timeout() && error.is_maybe_applied());
    let quick = builder(&script)
        .attempt_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(12))
        .build()
        .unwrap();
    quick.access_token().await.unwrap();
    let started = Instant::now();
    let error = quick.list_things("o").await.unwrap_err();
    assert!(
        error.attempts() >= 2 && started.elapsed().as_secs() <= 12,
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stalled_download_times_out() {
    let script = Script::without_socket(|seen: &Seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => Reply::Bytes(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\ncontent-length: 99\r\n\r\n%PDF"
                .to_vec(),
        ),
    });
    let client = builder(&script)
        .idle_timeout(Duration::from_secs(9))
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    for (request, seconds) in [
        (client.download_thing("x"), 9),
        (
            client
                .download_thing("x")
                .with_idle_timeout(Duration::from_secs(4)),
            4,
        ),
    ] {
        let mut file = request.await.unwrap().into_inner();
        assert_eq!(file.chunk().await.unwrap().unwrap(), "%PDF");
        let started = Instant::now();
        let error = file.chunk().await.unwrap_err();
        assert!(
            error.is_timeout() && error.to_string().contains("no data arrived for"),
            "{error}"
        );
        assert_eq!(started.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn gzip_is_decoded_and_client_headers_are_sent_with_every_request() {
    // "hush" in gzip, stored without compression.
    let mut zipped = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 4, 0, 0xfb, 0xff];
    zipped.extend(b"hush");
    zipped.extend([0x0f, 0x05, 0xea, 0xba, 4, 0, 0, 0]);
    let crc = crc32(b"hush").to_le_bytes();
    let end = zipped.len();
    zipped[end - 8..end - 4].copy_from_slice(&crc);
    let mut text = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", zipped.len()).into_bytes();
    text.extend(zipped);
    let script = Script::start(play(Reply::Bytes(text))).await;
    let client = builder_with_socket(&script)
        .header("X-Team", "blue")
        .build()
        .unwrap();
    assert_eq!(*client.get_status().await.unwrap(), "hush");
    client.access_token().await.unwrap();
    for seen in script.seen() {
        assert_eq!(seen.header("x-team"), Some("blue"));
        let agent = format!("{}/{}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
        assert!(seen.header("accept-encoding").unwrap().contains("gzip"));
    }
    let agent = builder_with_socket(&script)
        .user_agent("me/1")
        .build()
        .unwrap();
    agent.get_status().await.unwrap();
    assert_eq!(script.last().header("user-agent"), Some("me/1"));
    let error = builder_with_socket(&script)
        .header("bad name", "x")
        .build()
        .unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("bad name"));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn requests_use_the_configured_proxy() {
    let proxy = Script::start(play(json(200, "by proxy"))).await;
    let proxied = sdk_runtime::reqwest::Proxy::all(&proxy.url).unwrap();
    let client = Client::builder()
        .base_url("http://acme.test")
        .allow_plain_http()
        .proxy(proxied)
        .without_credentials()
        .build()
        .unwrap();
    assert_eq!(*client.get_status().await.unwrap(), "by proxy");
    assert_eq!(proxy.last().target, "http://acme.test/status");
}

#[tokio::test]
async fn timeouts_can_be_set_to_the_maximum_duration() {
    let script = Script::start(|seen: &Seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        "/lines" => json(200, "{}"),
        _ => json(200, LIST),
    })
    .await;
    let client = builder_with_socket(&script)
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX)
        .retry(RetryPolicy::new().with_total_time(Duration::MAX))
        .build()
        .unwrap();
    client.list_things("o").await.unwrap();
    let mut statuses = client
        .upsert_lines([acme::shop::Line {
            code: "a".to_owned(),
            data: 1.into(),
        }])
        .send();
    assert!(statuses.try_next().await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_stalled_body_does_not_time_out_without_an_idle_timeout() {
    let stall = || {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 4\r\n\r\nab";
        Reply::Bytes(head.to_vec())
    };
    let script = Script::without_socket(play(stall()));
    let client = builder(&script)
        .idle_timeout(Duration::MAX)
        .build()
        .unwrap();
    let file = client.export_things().await.unwrap().into_inner();
    let waited = tokio::time::timeout(Duration::from_secs(3600), file.bytes()).await;
    assert!(waited.is_err(), "the download must not end by itself");
}

#[tokio::test(start_paused = true)]
async fn a_retry_without_a_slot_in_time_does_not_claim_that_nothing_was_sent() {
    let refusal = answer(429, &[("retry-after", "1")], "{}");
    let script = Script::without_socket(play(refusal));
    let client = builder(&script)
        .limits(limits(1, 100, None))
        .build()
        .unwrap();
    let request = client.create(1).with_timeout(Duration::from_secs(50));
    let error = request.await.unwrap_err();
    assert!(
        error.is_rate_limited() && error.status().is_none(),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("the request was not sent again") && !text.contains("nothing was sent"),
        "{text}"
    );
    assert_eq!((error.attempts(), script.count("/create")), (1, 1));
}
