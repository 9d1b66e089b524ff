//! Tests requests and responses of the fixture `transfers`: parts, patches, pages, lines and
//! downloads.
#![allow(clippy::unwrap_used)] // A panic in a helper function fails the test.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, File, Patch, TokenSource, Variables,
    Vendor,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use transfers::types::{FileUpload, NotePatch, ThingLine, UpsertThingsMode};

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../fixtures/generate/crates/transfers-sdk/src/generated/mod.rs"]
mod transfers;

/// Credentials that provide a valid token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public, like the crate that it replaces.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &transfers::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}

/// Starts a server that sends the given responses in order. Returns a client for the server, and
/// the requests that the server receives.
async fn serve(
    answers: Vec<(&'static str, String)>,
) -> (transfers::Client, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = tokio::spawn(async move {
        let mut requests = Vec::new();
        for (head, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            requests.push(read(&mut stream).await);
            let answer = format!(
                "HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        requests
    });
    let client = transfers::Client::builder()
        .base_url(format!("http://{address}"))
        .credentials(Credentials)
        .build()
        .unwrap();
    (client, requests)
}

/// Reads one request including its body.
async fn read(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the request is incomplete: {text}");
        bytes.extend_from_slice(&buffer[..count]);
    }
}

#[tokio::test]
async fn a_file_is_uploaded_in_a_part_with_its_name_and_media_type() {
    let (client, requests) = serve(vec![(
        "201 Created\r\nlocation: /files/a/b.txt\r\nx-rate-limit-remaining: 7\r\nheader: true\r\nx-kept-until: 2026-01-02T03:04:05Z",
        String::new(),
    )])
    .await;
    let upload = FileUpload {
        documents: Some(vec![
            File::bytes("one.pdf", "1"),
            File::bytes("two.bin", "2"),
        ]),
        tags: Some(vec!["red".to_owned(), "big".to_owned()]),
        about: Some(ThingLine::new("lamp")),
        custom: Some([("shelf".to_owned(), "9".to_owned())].into()),
        ..FileUpload::new(File::bytes("photo.png", "pixels"), "A photo")
    };
    let answer = client.upload_file(upload).await.unwrap();
    use transfers::AnswerHeaders;
    assert_eq!(answer.location().as_deref(), Some("/files/a/b.txt"));
    assert_eq!(answer.x_rate_limit_remaining(), Some(7));
    assert_eq!(transfers::AnswerHeaders::header(&answer), Some(true));
    let until = answer.x_kept_until().unwrap();
    assert_eq!(until.as_str(), "2026-01-02T03:04:05Z");
    let request = requests.await.unwrap().remove(0);
    for part in [
        "name=\"file\"; filename=\"photo.png\"\r\nContent-Type: image/png\r\n",
        "name=\"documents[]\"; filename=\"one.pdf\"\r\nContent-Type: application/pdf\r\n",
        "name=\"documents[]\"; filename=\"two.bin\"\r\nContent-Type: application/octet-stream\r\n",
        "name=\"name\"\r\n\r\nA photo\r\n",
        "name=\"tags[]\"\r\n\r\nred\r\n",
        "name=\"tags[]\"\r\n\r\nbig\r\n",
        "{\"code\":\"lamp\"}\r\n",
        "name=\"custom[shelf]\"\r\n\r\n9\r\n",
    ] {
        let found = request
            .to_ascii_lowercase()
            .contains(&part.to_ascii_lowercase());
        assert!(found, "{part:?} is not in {request}");
    }
}

#[tokio::test]
async fn a_download_keeps_slashes_in_its_path_and_returns_bytes() {
    let (client, requests) = serve(vec![(
        "200 OK\r\ncontent-type: application/pdf",
        "%PDF".to_owned(),
    )])
    .await;
    let download = client.download_file("a/b c.pdf").await.unwrap();
    assert_eq!(download.into_inner().bytes().await.unwrap(), "%PDF");
    let request = requests.await.unwrap().remove(0);
    assert!(
        request.starts_with("GET /files/a/b%20c.pdf/download HTTP/1.1\r\n"),
        "{request}"
    );
}

#[test]
fn a_patch_distinguishes_omitted_null_and_set_properties() {
    let json = |patch: &NotePatch| serde_json::to_string(patch).unwrap();
    assert_eq!(json(&NotePatch::default()), "{}");
    let erase = NotePatch {
        text: Patch::Clear,
        ..NotePatch::default()
    };
    assert_eq!(json(&erase), r#"{"text":null}"#);
    let set = NotePatch {
        text: "new".into(),
        pinned: Some(true),
    };
    assert_eq!(json(&set), r#"{"text":"new","pinned":true}"#);
}

#[tokio::test]
async fn items_follow_page_links() {
    let page = |codes: [&str; 2], next: &str| {
        format!(
            r#"{{"_links":{{{next}}},"_embedded":{{"items":[{{"code":"{}"}},{{"code":"{}"}}]}}}}"#,
            codes[0], codes[1]
        )
    };
    let first = page(["a", "b"], r#""next":{"href":"/things?after=b"}"#);
    let json = "200 OK\r\ncontent-type: application/json";
    let (client, requests) = serve(vec![(json, first), (json, page(["c", "d"], ""))]).await;
    let mut items = client.list_things().limit(2).async_(true).items();
    let mut codes = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        codes.push(item.code);
    }
    assert_eq!(codes, ["a", "b", "c", "d"]);
    let requests = requests.await.unwrap();
    assert!(requests[0].starts_with("GET /things?"), "{}", requests[0]);
    assert!(
        requests[0].contains("limit=2") && requests[0].contains("async=1"),
        "{}",
        requests[0]
    );
    assert!(
        requests[1].starts_with("GET /things?after=b&limit=2&async=1 "),
        "{}",
        requests[1]
    );
}

#[tokio::test]
async fn each_line_has_a_status_and_a_truncated_response_leaves_the_rest_unknown() {
    let statuses = "{\"line\":1,\"code\":\"a\",\"status_code\":201}\n";
    let lines = "200 OK\r\ncontent-type: application/x-ndjson";
    let (client, requests) = serve(vec![(lines, statuses.to_owned())]).await;
    let mut statuses = client
        .upsert_things([ThingLine::new("a"), ThingLine::new("b")])
        .mode(UpsertThingsMode::Replace)
        .x_dry_run(true)
        .send();
    let first = statuses.try_next().await.unwrap().unwrap();
    assert_eq!(first.index, 0);
    assert_eq!(
        first.status().and_then(|status| status.status_code),
        Some(201)
    );
    let second = statuses.try_next().await.unwrap().unwrap();
    assert_eq!(second.index, 1);
    assert!(
        matches!(second.outcome, sdk_runtime::BulkOutcome::Unknown(_)),
        "{second:?}"
    );
    assert!(statuses.try_next().await.unwrap().is_none());
    let request = requests.await.unwrap().remove(0);
    assert!(
        request.starts_with("PATCH /things?mode=replace HTTP/1.1\r\n")
            && request.contains("\r\nx-dry-run: true\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("{\"code\":\"a\"}\n{\"code\":\"b\"}\n")
            || request.ends_with("{\"code\":\"a\"}\n{\"code\":\"b\"}"),
        "{request}"
    );
}
