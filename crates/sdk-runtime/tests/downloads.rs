//! Responses that are files: in memory, in chunks, or saved to disk completely or not at all.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::future::{Future, poll_fn};
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};

use acme::auth::Credentials;
use acme::generated::Client;
use futures_core::Stream;
use sdk_runtime::{Download, Response};
use support::{Reply, Script, answer, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;

async fn start(reply: Reply) -> (Script, Client) {
    let script = Script::start(move |seen| {
        if seen.target == "/token" {
            json(200, TOKEN)
        } else {
            reply.clone()
        }
    })
    .await;
    let client = Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    (script, client)
}

async fn export(reply: Reply) -> (Script, Response<Download>) {
    let (script, client) = start(reply).await;
    let download = client.export_things().await.unwrap();
    (script, download)
}

fn csv(body: &str) -> Reply {
    let headers = [
        ("content-type", "text/csv"),
        ("content-disposition", "attachment; filename=\"../a b.csv\""),
    ];
    answer(200, &headers, body)
}

/// Returns a response that is shorter than its declared length.
fn cut(body: &str) -> Reply {
    let head = "HTTP/1.1 200 X\r\ncontent-type: text/csv\r\ncontent-length: 100\r\n\r\n";
    Reply::Broken(format!("{head}{body}").into_bytes())
}

/// A temporary folder, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "sdk-downloads-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn a_download_has_metadata_and_can_be_read_as_bytes_text_and_stream() {
    let (_script, download) = export(csv("a;b")).await;
    assert_eq!(
        (
            download.content_type(),
            download.length(),
            download.file_name().as_deref()
        ),
        ("text/csv", Some(3), Some("a b.csv"))
    );
    assert_eq!(download.into_inner().bytes().await.unwrap(), "a;b");
    let (_script, download) = export(csv("a;b")).await;
    assert_eq!(download.into_inner().text().await.unwrap(), "a;b");
    let (_script, download) = export(csv("a;b")).await;
    let mut stream = download.into_inner();
    let mut whole = Vec::new();
    while let Some(piece) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        whole.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(whole, b"a;b");
}

#[tokio::test]
async fn a_download_can_be_json_instead_of_a_file() {
    let (_script, download) = export(json(200, r#"{"key":"x"}"#)).await;
    assert_eq!(download.content_type(), "application/json");
    let value: serde_json::Value = download.into_inner().json().await.unwrap();
    assert_eq!(value["key"], "x");
    let (_script, download) = export(json(
        200,
        r#"{"error":{"code":"Gone","message":"No more"}}"#,
    ))
    .await;
    let error = download
        .into_inner()
        .json::<serde_json::Value>()
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("Gone"), "No more"));
    let (_script, download) = export(csv("a;b")).await;
    let error = download
        .into_inner()
        .json::<serde_json::Value>()
        .await
        .unwrap_err();
    assert!(error.is_decode() && error.status().unwrap() == 200);
}

#[tokio::test]
async fn an_html_page_instead_of_a_file_is_an_error() {
    let page = |headers: &[(&str, &str)]| answer(200, headers, "<html><h1>Down for repair</h1>");
    let (_script, client) = start(page(&[("content-type", "Text/HTML; charset=utf-8")])).await;
    let error = client.export_things().await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(
        error.to_string(),
        "export_things: 200: an HTML page arrived instead of a file (documented: text/csv, application/json); the response begins: <html><h1>Down for repair</h1>"
    );
    // If the file itself is an HTML page, the response declares it as an attachment. A generic
    // or missing type doesn't rule out a file.
    let attachment = ("content-disposition", "Attachment; filename=a.html");
    let file = page(&[("content-type", "text/html"), attachment]);
    for reply in [
        file,
        page(&[("content-type", "application/octet-stream")]),
        page(&[]),
    ] {
        let (_script, download) = export(reply).await;
        let bytes = download.into_inner().bytes().await.unwrap();
        assert!(bytes.starts_with(b"<html>"));
    }
}

#[tokio::test]
async fn a_download_replaces_an_existing_file() {
    let folder = Folder::new();
    let path = folder.0.join("out.csv");
    std::fs::write(&path, "old and longer").unwrap();
    let (_script, download) = export(csv("new")).await;
    assert_eq!(download.into_inner().save_to(&path).await.unwrap(), 3);
    assert_eq!((read(&path).as_str(), folder.files().len()), ("new", 1));
}

#[tokio::test]
async fn an_interrupted_download_leaves_no_partial_file() {
    let folder = Folder::new();
    let path = folder.0.join("out.csv");
    let (_script, download) = export(cut("half")).await;
    let error = download.into_inner().save_to(&path).await.unwrap_err();
    assert!(
        error.is_connect() || error.to_string().contains("broke"),
        "{error}"
    );
    assert_eq!(folder.files().len(), 0);
    std::fs::write(&path, "old").unwrap();
    let (_script, download) = export(cut("half")).await;
    download.into_inner().save_to(&path).await.unwrap_err();
    assert_eq!((read(&path).as_str(), folder.files().len()), ("old", 1));
    let (_script, download) = export(cut("half")).await;
    assert!(download.into_inner().bytes().await.is_err());
}

#[tokio::test]
async fn a_dropped_save_leaves_no_partial_file() {
    let folder = Folder::new();
    let path = folder.0.join("out.csv");
    let head = "HTTP/1.1 200 X\r\ncontent-type: text/csv\r\ncontent-length: 100\r\n\r\nhalf";
    // The connection stays open, and the rest never arrives.
    let (_script, download) = export(Reply::Bytes(head.into())).await;
    {
        let saving = download.into_inner().save_to(path.clone());
        let mut saving = pin!(saving);
        while folder.files().is_empty() {
            let begun = poll_fn(|cx| std::task::Poll::Ready(saving.as_mut().poll(cx))).await;
            assert!(begun.is_pending());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(folder.files(), [] as [&str; 0]);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_reported() {
    let folder = Folder::new();
    for path in [folder.0.join("none/out.csv"), folder.0.clone()] {
        let (_script, download) = export(csv("a")).await;
        let error = download.into_inner().save_to(&path).await.unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
    assert_eq!(folder.files().len(), 0);
}

#[tokio::test]
async fn file_names_and_json_can_be_latin_1() {
    let head = b"HTTP/1.1 200 X\r\ncontent-type: text/csv\r\ncontent-length: 1\r\n\
        content-disposition: attachment; filename=\"M\xfcller.csv\"\r\n\r\nx";
    let (_script, download) = export(Reply::Bytes(head.to_vec())).await;
    assert_eq!(download.file_name().as_deref(), Some("Müller.csv"));

    let headers =
        b"content-type: application/json; charset=ISO-8859-1\r\ncontent-length: 20\r\n\r\n";
    let body = b"{\"message\":\"M\xfcller\"}";
    let reply = |status: &[u8]| Reply::Bytes([status, &headers[..], &body[..]].concat());
    let (_script, client) = start(reply(b"HTTP/1.1 200 X\r\n")).await;
    let request = client.request(sdk_runtime::Method::Get, "/x");
    let read = request.send::<serde_json::Value>().await.unwrap();
    assert_eq!(read["message"], "Müller");
    let (_script, client) = start(reply(b"HTTP/1.1 404 X\r\n")).await;
    let error = client.export_things().await.unwrap_err();
    assert_eq!(error.message(), "Müller");
}

#[cfg(unix)]
#[tokio::test]
async fn a_replaced_file_keeps_its_mode_and_symbolic_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    let (file, link) = (folder.0.join("real.csv"), folder.0.join("link.csv"));
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.csv", &link).unwrap();
    let (_script, download) = export(csv("new")).await;
    download.into_inner().save_to(&link).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    // The target of the symbolic link is missing.
    std::fs::remove_file(&file).unwrap();
    let (_script, download) = export(csv("newer")).await;
    download.into_inner().save_to(&link).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "newer");
}
