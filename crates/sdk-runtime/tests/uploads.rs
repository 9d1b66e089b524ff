//! Bodies of all kinds: the bytes that are sent, retries, and time limits.
//!
//! Tests of `Content-Length` and `Transfer-Encoding` use sockets: reqwest frames bodies, and only a
//! server can observe how.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use acme::shop::ThingParts;
use sdk_runtime::{AnyJson, Bytes, File, Method};
use support::{Reply, Script, Seen, answer, json};
use tokio::sync::Semaphore;

/// Starts a vendor that listens on a socket and can observe how bodies are framed.
async fn start(play: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Script, Client) {
    let script = Script::start(with_tokens(play)).await;
    let client = builder(&script).build().unwrap();
    (script, client)
}

/// Starts a vendor without a socket.
fn play(play: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Script, Client) {
    let script = Script::without_socket(with_tokens(play));
    let client = builder(&script).transport(script.transport());
    (script, client.build().unwrap())
}

fn builder(script: &Script) -> ClientBuilder {
    let credentials = Credentials::new("id", "s3cret");
    (Client::builder().base_url(&script.url)).credentials(credentials)
}

fn with_tokens(play: impl Fn(&Seen) -> Reply) -> impl Fn(&Seen) -> Reply {
    let tokens = AtomicUsize::new(0);
    move |seen| {
        if seen.target != "/token" {
            return play(seen);
        }
        let count = tokens.fetch_add(1, Ordering::Relaxed);
        let token = format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#);
        json(200, &token)
    }
}

fn created(_: &Seen) -> Reply {
    answer(201, &[("location", "/things/1")], "")
}

/// Rejects the first two uploads: the first as overloaded, the second as unauthorized.
fn rejects_twice() -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    let count = AtomicUsize::new(0);
    move |seen| match count.fetch_add(1, Ordering::Relaxed) {
        0 => answer(503, &[("retry-after", "0")], ""),
        1 => answer(401, &[], ""),
        _ => created(seen),
    }
}

/// A stream that yields these pieces and errors.
struct Pieces(Vec<Result<&'static str, &'static str>>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, String>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let next = (!self.0.is_empty()).then(|| self.0.remove(0));
        std::task::Poll::Ready(next.map(|piece| piece.map(Bytes::from).map_err(str::to_owned)))
    }
}

fn file_on_disk(content: &str) -> (std::path::PathBuf, Folder) {
    let folder = Folder::new();
    let path = folder.0.join("on disk.csv");
    std::fs::write(&path, content).unwrap();
    (path, folder)
}

/// A temporary folder, removed on drop.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "sdk-uploads-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn parts_are_resent_in_every_attempt() {
    let (script, client) = start(rejects_twice()).await;
    let (path, _folder) = file_on_disk("a;b");
    let parts = ThingParts {
        note: Some("ü".to_owned()),
        sizes: vec![1, 2],
        meta: Some(AnyJson::from_text(r#"{"n":123456789012345678901234567890}"#).unwrap()),
        files: vec![
            File::path(path),
            File::bytes("b.bin", vec![b'x'; 3]).with_media_type("image/x"),
        ],
    };
    let response = client.upload_parts("t", parts).send().await.unwrap();
    assert_eq!(response.headers()["location"], "/things/1");
    let sent: Vec<Seen> = script
        .seen()
        .into_iter()
        .filter(|seen| seen.target != "/token")
        .collect();
    assert_eq!(sent.len(), 3);
    let boundary = sent[0]
        .header("content-type")
        .unwrap()
        .split_once("boundary=")
        .unwrap()
        .1;
    let expected = [
        "Content-Disposition: form-data; name=\"note\"\r\n\r\nü",
        "Content-Disposition: form-data; name=\"sizes[]\"\r\n\r\n1",
        "Content-Disposition: form-data; name=\"sizes[]\"\r\n\r\n2",
        "Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"n\":123456789012345678901234567890}",
        "Content-Disposition: form-data; name=\"files[]\"; filename=\"on disk.csv\"\r\nContent-Type: text/csv\r\n\r\na;b",
        "Content-Disposition: form-data; name=\"files[]\"; filename=\"b.bin\"\r\nContent-Type: image/x\r\n\r\nxxx",
    ]
    .map(|part| format!("--{boundary}\r\n{part}\r\n"))
    .concat();
    for seen in &sent {
        assert_eq!(seen.body, format!("{expected}--{boundary}--\r\n"));
        assert_eq!(
            seen.header("content-length"),
            Some(&*seen.body.len().to_string())
        );
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("PUT", "/things/t/file")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_strings_and_files_are_sent_unchanged() {
    let (script, client) = start(rejects_twice()).await;
    let (path, _folder) = file_on_disk("from disk");
    client.upload_bytes("t", File::path(path)).await.unwrap();
    client.upload_bytes("t", vec![b'a', b'b']).await.unwrap();
    client.upload_bytes("t", "text").await.unwrap();
    let sent: Vec<Seen> = script
        .seen()
        .into_iter()
        .filter(|seen| seen.target != "/token")
        .collect();
    let bodies: Vec<&str> = sent.iter().map(|seen| seen.body.as_str()).collect();
    assert_eq!(
        bodies,
        ["from disk", "from disk", "from disk", "ab", "text"]
    );
    for seen in &sent {
        assert_eq!(
            seen.header("content-type"),
            Some("application/octet-stream")
        );
        assert_eq!(
            seen.target, "/things/t/file?id=7",
            "one name in two locations"
        );
        assert!(seen.header("content-length").is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_sent_only_once_and_the_error_keeps_the_status() {
    for status in [401, 429, 503] {
        let (script, client) = start(move |_| answer(status, &[("retry-after", "0")], "")).await;
        let file = File::stream("s.txt", Pieces(vec![Ok("one "), Ok("two")]), None);
        let error = client.upload_bytes("t", file).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(script.count("/things/t/file"), 1);
        assert_eq!(script.last().body, "one two");
        assert_eq!(script.last().header("transfer-encoding"), Some("chunked"));
    }
    let (script, client) = start(created).await;
    let file = File::stream("s.txt", Pieces(vec![Ok("one "), Ok("two")]), Some(7));
    client
        .upload_parts(
            "t",
            ThingParts {
                files: vec![file],
                ..ThingParts::default()
            },
        )
        .await
        .unwrap();
    assert!(script.last().header("content-length").is_some());
}

#[tokio::test]
async fn a_token_rejected_during_a_stream_upload_is_not_reused() {
    let (script, client) = play(|seen| {
        let stale = seen.header("authorization") == Some("Bearer token-0");
        answer(if stale { 401 } else { 201 }, &[], "")
    });
    let stream = || File::stream("s.txt", Pieces(vec![Ok("one")]), None);
    let error = client.upload_bytes("t", stream()).await.unwrap_err();
    assert!(error.is_auth() && script.count("/token") == 1, "{error}");
    client.upload_bytes("t", stream()).await.unwrap();
    assert_eq!(script.count("/token"), 2);
}

#[tokio::test]
async fn an_unreadable_body_is_a_request_error() {
    let (script, client) = play(created);
    let missing = client
        .upload_bytes("t", File::path("/nowhere/x.pdf"))
        .await
        .unwrap_err();
    assert!(
        missing
            .to_string()
            .contains("/nowhere/x.pdf cannot be read"),
        "{missing}"
    );
    assert_eq!(missing.kind(), sdk_runtime::ErrorKind::Request);
    for (pieces, length, why) in [
        (
            vec![Ok("one "), Err("the disk is on fire")],
            None,
            "the disk is on fire",
        ),
        (
            vec![Ok("one ")],
            Some(7),
            "ended 3 bytes before its declared length",
        ),
        (
            vec![Ok("one two three")],
            Some(7),
            "longer than its declared length",
        ),
    ] {
        let file = File::stream("s.txt", Pieces(pieces), length);
        let error = client.upload_bytes("t", file).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(error.kind(), sdk_runtime::ErrorKind::Request);
    }
    assert_eq!(script.count("/things/t/file"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_upload_has_a_longer_default_timeout() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let (_script, client) =
        play(move |seen| Reply::Held(Arc::clone(&held), Box::new(created(seen))));
    let (path, _folder) = file_on_disk("slow");
    let late = async {
        tokio::time::advance(Duration::from_secs(20 * 60)).await;
        gate.add_permits(1);
    };
    let (uploaded, ()) = tokio::join!(client.upload_bytes("t", File::path(&path)).send(), late);
    uploaded.unwrap();
    let limited = client
        .upload_bytes("t", File::path(path))
        .with_timeout(Duration::from_secs(5))
        .await;
    assert!(limited.unwrap_err().is_timeout());
}

#[tokio::test]
async fn different_success_statuses_share_one_response_type() {
    for status in [201, 202, 304] {
        let (_script, client) = play(move |_| answer(status, &[], ""));
        let response = client.upload_bytes("t", "x").await.unwrap();
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn a_write_with_an_empty_body_has_content_length_0() {
    let (script, client) = start(created).await;
    let length = |script: &Script| script.last().header("content-length").map(str::to_owned);
    for method in [Method::Post, Method::Put, Method::Patch] {
        let request = client.request(method, "/things");
        request.send_raw().await.unwrap();
        assert_eq!(length(&script).as_deref(), Some("0"), "{method:?}");
        let request = client.request(method, "/things").bytes("text/plain", "");
        request.send_raw().await.unwrap();
        assert_eq!(length(&script).as_deref(), Some("0"), "{method:?}");
    }
    client.upload_bytes("1", "").send_raw().await.unwrap();
    assert_eq!(length(&script).as_deref(), Some("0"));
    let (path, _folder) = file_on_disk("");
    let upload = client.upload_bytes("1", File::path(&path));
    upload.send_raw().await.unwrap();
    assert_eq!(length(&script).as_deref(), Some("0"));
    for method in [Method::Get, Method::Head, Method::Delete, Method::Options] {
        let request = client.request(method, "/things");
        request.send_raw().await.unwrap();
        assert_eq!(length(&script), None, "{method:?}");
    }
}

/// A stream that yields one piece and then stalls.
struct Stalling(bool);

impl futures_core::Stream for Stalling {
    type Item = Result<Bytes, String>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        if std::mem::replace(&mut self.0, true) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(Some(Ok(Bytes::from_static(b"x"))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_stalled_upload_ends_with_the_idle_timeout() {
    let (_script, client) = play(created);
    client.access_token().await.unwrap();
    let began = tokio::time::Instant::now();
    let body = File::stream("a.bin", Stalling(false), None);
    let upload = client.upload_bytes("1", body).send_raw().await;
    let error = upload.unwrap_err();
    assert!(error.is_timeout() && error.is_maybe_applied(), "{error}");
    assert!(error.to_string().contains("the upload stalled"), "{error}");
    assert_eq!(
        began.elapsed().as_secs(),
        30,
        "the upload must not take an hour"
    );
}

#[tokio::test(start_paused = true)]
async fn a_response_slower_than_the_idle_timeout_is_not_a_stalled_upload() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let (_script, client) =
        play(move |seen| Reply::Held(Arc::clone(&held), Box::new(created(seen))));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(120)).await;
        permits.add_permits(1);
    });
    let body = File::stream("a.bin", Pieces(vec![Ok("x")]), None);
    client.upload_bytes("1", body).send_raw().await.unwrap();
}
