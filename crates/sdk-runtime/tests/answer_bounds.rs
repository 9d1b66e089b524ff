//! Limits on responses: their size after decompression, the length of a line, and the time without
//! progress.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::things::Thing;
use acme::generated::{Client, ClientBuilder};
use acme::shop::{Line, LineStatus};
use sdk_runtime::{BulkOutcome, BulkStatus, Error, Method, RetryPolicy};
use support::{Reply, Script, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;
const MIB: usize = 1024 * 1024;

/// A server that sends headers and the start of a body, and then repeats one piece.
#[derive(Clone)]
struct RepeatingServer {
    head: &'static str,
    start: Vec<u8>,
    piece: Vec<u8>,
    /// Number of repetitions. `None` for an endless body.
    times: Option<usize>,
    every: Duration,
    sent: Arc<AtomicUsize>,
}

impl RepeatingServer {
    fn new(head: &'static str, start: impl Into<Vec<u8>>, piece: impl Into<Vec<u8>>) -> Self {
        Self {
            head,
            start: start.into(),
            piece: piece.into(),
            times: None,
            every: Duration::ZERO,
            sent: Arc::default(),
        }
    }

    async fn client(&self) -> ClientBuilder {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        Client::builder()
            .base_url(url)
            .credentials(Credentials::new("id", "s3cret"))
            .retry(RetryPolicy::never())
    }

    async fn serve(self, mut stream: TcpStream) -> Option<()> {
        // Nagle's algorithm would delay small pieces in real time, while the test's time is paused.
        stream.set_nodelay(true).ok()?;
        loop {
            let mut seen = Vec::new();
            while !is_complete(&seen) {
                if stream.read_buf(&mut seen).await.ok()? == 0 {
                    return None;
                }
            }
            if seen.starts_with(b"POST /token") {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
                let answer = format!("{head}content-length: {}\r\n\r\n{TOKEN}", TOKEN.len());
                stream.write_all(answer.as_bytes()).await.ok()?;
                continue;
            }
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{}\r\n", self.head);
            stream.write_all(head.as_bytes()).await.ok()?;
            stream.write_all(&self.start).await.ok()?;
            let mut left = self.times;
            while left != Some(0) {
                stream.write_all(&self.piece).await.ok()?;
                self.sent.fetch_add(self.piece.len(), Ordering::SeqCst);
                left = left.map(|left| left - 1);
                if !self.every.is_zero() {
                    tokio::time::sleep(self.every).await;
                }
            }
            return None;
        }
    }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// Returns the start of a gzip file of zeros, a piece to repeat after it, and the number of zeros
/// in that piece.
///
/// A run of 258 zeros occupies 13 bits, so 8 runs occupy 13 bytes.
fn zeros() -> (Vec<u8>, Vec<u8>, usize) {
    let mut bits = Vec::new();
    let mut push = |value: u32, count: u32| bits.extend((0..count).rev().map(|at| value >> at & 1));
    // Header of the last block, which uses fixed codes. The lowest bit of each field comes first.
    push(0b110, 3);
    // A literal zero. Each copy after it is a back-reference to the 258 bytes that begin one byte
    // back.
    push(0b0011_0000, 8);
    let copies = |push: &mut dyn FnMut(u32, u32), count: usize| {
        for _ in 0..count {
            push(0b1100_0101, 8);
            push(0, 5);
        }
    };
    // 3 + 8 + 13 bits are 24 bits, or three whole bytes.
    copies(&mut push, 1);
    let start = bits.len();
    assert_eq!(start % 8, 0);
    let mut push = |value: u32, count: u32| bits.extend((0..count).rev().map(|at| value >> at & 1));
    copies(&mut push, 8 * 1000);
    let bytes = |bits: &[u32]| -> Vec<u8> {
        let byte = |bits: &[u32]| {
            bits.iter()
                .rev()
                .fold(0, |byte, bit| byte << 1 | *bit as u8)
        };
        bits.chunks(8).map(byte).collect()
    };
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let head = [header.as_slice(), &bytes(&bits[..start])].concat();
    (head, bytes(&bits[start..]), 8 * 1000 * 258)
}

const GZIP: &str = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
const JSON: &str = "content-type: application/json\r\n";

#[track_caller]
fn assert_too_large(error: &Error, limit: usize) {
    let text = error.to_string();
    assert!(error.is_decode(), "{text:.300}");
    assert!(text.contains(&format!("{limit} bytes")), "{text:.300}");
    assert!(text.contains("max_answer_bytes"), "{text:.300}");
    assert!(text.contains("with_max_answer_bytes"), "{text:.300}");
}

#[tokio::test]
async fn a_decompression_bomb_is_cut_off_at_64_mib() {
    let (start, piece, swollen) = zeros();
    let mut bomb = RepeatingServer::new(GZIP, start, piece);
    // These are almost 80 MiB of zeros in less than 512 KiB.
    bomb.times = Some(80 * MIB / swollen);
    let client = bomb.client().await.build().unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_too_large(&error, 64 * MIB);
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn the_response_limit_can_be_set_on_the_client_and_on_the_call() {
    let body = format!(r#"{{"items":[],"rest":"{}"}}"#, "x".repeat(5000));
    let (script, transport) = Script::play(move |seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => json(200, &body),
    });
    let builder = || {
        Client::builder()
            .base_url(&script.url)
            .transport(transport.clone())
            .credentials(Credentials::new("id", "s3cret"))
    };
    let strict = builder().max_answer_bytes(5000).build().unwrap();
    let error = strict.list_things("o").await.unwrap_err();
    assert_too_large(&error, 5000);
    assert_eq!(
        script.count("/owners/o/things"),
        1,
        "the request must not be sent again"
    );
    let raw = strict.list_things("o").send_raw().await.unwrap();
    assert_too_large(&raw.bytes().await.unwrap_err(), 5000);
    strict
        .list_things("o")
        .with_max_answer_bytes(6000)
        .await
        .unwrap();
    let free = builder().build().unwrap();
    free.list_things("o").await.unwrap();
    let error = free
        .list_things("o")
        .with_max_answer_bytes(100)
        .await
        .unwrap_err();
    assert_too_large(&error, 100);
}

#[tokio::test]
async fn the_content_length_of_a_head_response_is_ignored() {
    // RFC 9110, section 8.6: the header contains the length that the body of a GET would have.
    let script = Script::start(|seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()),
    })
    .await;
    let client = Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let raw = client
        .request(Method::Head, "/things")
        .send_raw()
        .await
        .unwrap();
    assert_eq!(raw.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn an_endless_response_is_cut_off_at_the_limit() {
    let endless = RepeatingServer::new(JSON, "[", "1,".repeat(4096));
    let client = endless
        .client()
        .await
        .max_answer_bytes(MIB)
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_too_large(&error, MIB);
    let endless = RepeatingServer::new(
        "content-type: application/pdf\r\n",
        "%PDF",
        "1,".repeat(4096),
    );
    let client = endless
        .client()
        .await
        .max_answer_bytes(MIB)
        .build()
        .unwrap();
    let download = client.download_thing("a").await.unwrap().into_inner();
    let error = download.bytes().await.unwrap_err();
    assert_too_large(&error, MIB);
    assert!(error.to_string().contains("save_to"), "{error}");
}

#[tokio::test]
async fn an_unexpected_endless_body_is_ignored_beyond_the_limit() {
    let endless = RepeatingServer::new(JSON, "[", "1,".repeat(4096));
    let client = endless
        .client()
        .await
        .max_answer_bytes(8 * MIB)
        .build()
        .unwrap();
    let thing: Thing = serde_json::from_str(r#"{"id":1}"#).unwrap();
    client.create_thing(&thing).await.unwrap();
    let sent = endless.sent.load(Ordering::SeqCst);
    assert!(sent < 24 * MIB, "{sent}");
}

async fn upsert(client: &Client, count: usize) -> Vec<BulkStatus<LineStatus>> {
    let lines: Vec<Line> = (0..count)
        .map(|at| Line {
            code: at.to_string(),
            data: 1.into(),
        })
        .collect();
    let mut statuses = client.upsert_lines(lines).send();
    let mut all = Vec::new();
    while let Some(status) = statuses.try_next().await.unwrap() {
        all.push(status);
    }
    all
}

fn unknown(status: &BulkStatus<LineStatus>) -> &Error {
    match &status.outcome {
        BulkOutcome::Unknown(error) => error,
        other => panic!("{other:?}"),
    }
}

const LINES: &str = "content-type: application/vnd.akeneo.collection+json\r\n";
const FIRST: &str = "{\"line\":1,\"code\":\"0\",\"status_code\":204}\n";

#[tokio::test]
async fn a_line_of_a_bulk_response_is_limited_to_1_mib() {
    let endless = RepeatingServer::new(LINES, FIRST, "x".repeat(8192));
    let client = endless.client().await.build().unwrap();
    let statuses = upsert(&client, 2).await;
    assert!(statuses[0].status().is_some());
    let error = unknown(&statuses[1]);
    assert!(
        error.to_string().contains(&format!("{MIB} bytes")),
        "{error}"
    );
    assert!(error.is_maybe_applied());
    assert!(endless.sent.load(Ordering::SeqCst) < 16 * MIB);
}

#[tokio::test(start_paused = true)]
async fn a_trickling_bulk_response_times_out_60_s_after_the_last_status() {
    for piece in ["x", "\n", FIRST] {
        let mut trickle = RepeatingServer::new(LINES, FIRST, piece);
        trickle.every = Duration::from_secs(20);
        // Without a timeout, the response would last an hour.
        trickle.times = Some(180);
        let client = trickle.client().await.build().unwrap();
        let started = tokio::time::Instant::now();
        let statuses = upsert(&client, 2).await;
        let took = started.elapsed();
        assert!(took >= Duration::from_secs(59), "{piece:?}: {took:?}");
        assert!(took < Duration::from_secs(70), "{piece:?}: {took:?}");
        assert!(statuses[0].status().is_some());
        let error = unknown(&statuses[1]);
        assert!(error.is_timeout() && error.is_maybe_applied(), "{error}");
        assert!(error.to_string().contains("60s"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_trickling_array_of_statuses_times_out_after_60_s() {
    let mut trickle = RepeatingServer::new(JSON, "[", " ");
    trickle.every = Duration::from_secs(20);
    trickle.times = Some(180);
    let client = trickle.client().await.build().unwrap();
    let started = tokio::time::Instant::now();
    let lines = vec![Line {
        code: "0".to_owned(),
        data: 1.into(),
    }];
    let mut statuses = client.upsert_array(lines).send();
    let status = statuses.try_next().await.unwrap().unwrap();
    let took = started.elapsed();
    assert!((59..70).contains(&took.as_secs()), "{took:?}");
    assert!(unknown(&status).is_timeout(), "{status:?}");
}
