//! Malicious requests: the server rejects them with bounded memory, and continues to run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the shared functions panic to fail a test"
)]

use std::time::Duration;

use reqwest::Method;
use sdk_sandbox::Sandbox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const VENDOR: &str = "parcels";

async fn sandbox() -> Sandbox {
    let document = include_str!("documents/parcels.json");
    let profile = include_str!("documents/parcels.yaml");
    Sandbox::builder()
        .document(VENDOR, document, profile)
        .start()
        .await
        .unwrap()
}

fn address(sandbox: &Sandbox) -> String {
    sandbox
        .base_url(VENDOR)
        .unwrap()
        .replace("http://", "")
        .replace("/v2", "")
}

/// Returns the status of a normal read.
async fn read_status(sandbox: &Sandbox) -> u16 {
    let url = format!("{}/boxes/box_1", sandbox.base_url(VENDOR).unwrap());
    let request = reqwest::Client::new()
        .get(url)
        .bearer_auth("parcel-standing");
    request.send().await.unwrap().status().as_u16()
}

/// Returns the peak memory of this process in MiB, or 0 if it is unknown.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    number.unwrap_or(0) / 1024
}

/// Sends a request head and the given number of MiB of zeros, and returns the status.
async fn flood(address: String, head: String, mebibytes: usize) -> Option<u16> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let length = mebibytes * 1024 * 1024;
    let head = format!(
        "{head}\r\nhost: a\r\nauthorization: Bearer parcel-standing\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    let piece = vec![0u8; 1024 * 1024];
    for _ in 0..mebibytes {
        if stream.write_all(&piece).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    text.split(' ').nth(1)?.parse().ok()
}

#[tokio::test]
async fn bodies_of_100_mib_are_handled_with_bounded_memory() {
    let sandbox = sandbox().await;
    let before = peak();
    let heads = [
        "POST /v2/boxes HTTP/1.1\r\ncontent-type: application/json",
        "PATCH /v2/boxes HTTP/1.1\r\ncontent-type: application/x-lines+json",
        "POST /v2/files HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b",
        "POST /v2/nothing HTTP/1.1\r\ncontent-type: text/plain",
    ];
    let floods: Vec<_> = heads
        .iter()
        .map(|head| tokio::spawn(flood(address(&sandbox), (*head).to_owned(), 100)))
        .collect();
    for flood in floods {
        // The response can be lost while the client still writes the body.
        if let Some(status) = flood.await.unwrap() {
            assert!((400..500).contains(&status) || status == 200, "{status}");
        }
    }
    assert!(peak() < before + 300, "{} MiB, {before} before", peak());
    assert_eq!(read_status(&sandbox).await, 200);
}

#[tokio::test]
async fn malformed_deeply_nested_and_badly_encoded_bodies_are_rejected() {
    let sandbox = sandbox().await;
    let http = reqwest::Client::new();
    let deep = |open: &str, count: usize| open.repeat(count).into_bytes();
    for (path, kind, body) in [
        ("/boxes", "application/json", b"{\"code\":".to_vec()),
        ("/boxes", "application/json", deep("[", 1_000_000)),
        ("/boxes", "application/json", deep("{\"a\":", 200_000)),
        ("/boxes", "application/json", vec![b'"', 0xff, 0xfe, b'"']),
        (
            "/boxes",
            "application/json",
            b"{\"code\":\"\\ud800\"}".to_vec(),
        ),
        ("/boxes", "application/json", b"{\"code\":1e999}".to_vec()),
        ("/boxes", "text/plain", b"{}".to_vec()),
        ("/files", "multipart/form-data", b"--b".to_vec()),
        (
            "/files",
            "multipart/form-data; boundary=b",
            b"--b\r\n\r\n\r\n".to_vec(),
        ),
        (
            "/files",
            "multipart/form-data; boundary=b",
            deep("--b\r\n", 100_000),
        ),
        (
            "/token",
            "application/x-www-form-urlencoded",
            b"%zz&&&=%ff".to_vec(),
        ),
    ] {
        let url = format!("{}{path}", sandbox.base_url(VENDOR).unwrap());
        let request = http
            .request(Method::POST, url)
            .bearer_auth("parcel-standing")
            .header("content-type", kind);
        let status = request.body(body).send().await.unwrap().status().as_u16();
        assert!((400..500).contains(&status), "{status} {path} {kind}");
    }
    assert_eq!(read_status(&sandbox).await, 200);
}

#[tokio::test]
async fn malformed_requests_do_not_stop_the_server() {
    let sandbox = sandbox().await;
    for bytes in [
        &b"GET /v2/boxes/%00%ff%2f..%2f HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"[..],
        b"GET /v2/../../etc/passwd HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        b"GET http://[::1/v2 HTTP/1.1\r\n\r\n",
        b"POST /v2/boxes HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\n",
        b"POST /v2/boxes HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v2/boxes HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \xff\xfe\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\0\0\0\0",
    ] {
        let mut stream = TcpStream::connect(address(&sandbox)).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(read_status(&sandbox).await, 200);
}
