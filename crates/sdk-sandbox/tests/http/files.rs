//! NDJSON bodies, which get one status per line, and uploaded files, which are kept unchanged or
//! only counted.

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method, Response};
use serde_json::{Value, json as value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::parcels::{PARCELS, Parcels, header, json, refusal};

async fn lines(parcels: &Parcels, body: impl Into<Body>) -> Response {
    let request = parcels.request(Method::PATCH, "/boxes");
    let request = request.header("content-type", "application/x-lines+json");
    request.body(body).send().await.unwrap()
}

async fn upload(parcels: &Parcels, content: Vec<u8>) -> Response {
    let part = Part::bytes(content)
        .file_name("my photo.png")
        .mime_str("image/png")
        .unwrap();
    let form = Form::new().text("note", "n").part("file", part);
    parcels
        .request(Method::POST, "/files")
        .multipart(form)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn every_ndjson_line_gets_a_status_in_input_order() {
    let parcels = Parcels::start().await;
    let long = format!("{{\"code\":\"{}\"}}", "x".repeat(60));
    let body = format!(
        "{{\"code\":\"a\",\"size\":1}}\n{{oops\n{long}\n{{\"code\":\"box_1\",\"size\":\"x\"}}"
    );
    let response = lines(&parcels, body).await;
    assert_eq!(
        header(&response, "content-type"),
        "application/x-lines+json"
    );
    let text = response.text().await.unwrap();
    let statuses: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told = |status: &Value| {
        (
            status["line"].clone(),
            status["code"].clone(),
            status["status_code"].clone(),
        )
    };
    let expected = [
        (value!(1), value!("a"), value!(201)),
        (value!(2), Value::Null, value!(400)),
        (value!(3), Value::Null, value!(413)),
        (value!(4), value!("box_1"), value!(422)),
    ];
    assert_eq!(statuses.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(json(parcels.get("/boxes/a").await).await["size"], 1);
    let again = lines(&parcels, "{\"code\":\"a\",\"size\":2}\n{\"size\":3}\n")
        .await
        .text()
        .await
        .unwrap();
    // The lines are compared as JSON, because the order of the keys depends on the features of
    // serde_json.
    let first: Value = serde_json::from_str(again.lines().next().unwrap()).unwrap();
    assert_eq!(first, value!({"code": "a", "line": 1, "status_code": 204}));
    assert!(again.contains("\"status_code\":422"), "{again}");
}

#[tokio::test]
async fn too_many_lines_are_rejected_before_any_is_written() {
    let parcels = Parcels::started(Parcels::builder().strict()).await;
    let body = (0..5)
        .map(|n| format!("{{\"code\":\"c{n}\"}}\n"))
        .collect::<String>();
    assert_eq!(
        refusal(lines(&parcels, body).await).await,
        (413, "too_large".to_owned())
    );
    assert_eq!(parcels.get("/boxes/c0").await.status(), 404);
}

#[tokio::test]
async fn line_statuses_are_sent_before_later_lines_are_processed() {
    let parcels = Parcels::start().await;
    let stalled = "{\"code\":\"a\"}\n{\"code\":\"b\"}\n";
    let request = parcels
        .request(Method::PATCH, "/boxes")
        .header("x-sandbox-fault", "truncated");
    let request = request
        .header("content-type", "application/x-lines+json")
        .body(stalled);
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.ends_with(b"\n"));
    let first: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(first, value!({"code": "a", "line": 1, "status_code": 201}));
    assert!(response.chunk().await.is_err());
    let page = json(parcels.get("/boxes").await).await;
    assert_eq!(page["_embedded"]["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_bulk_array_gets_one_status_per_item() {
    let parcels = Parcels::start().await;
    let send = async |body: Value| {
        parcels
            .request(Method::PATCH, "/shelves")
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    let statuses =
        json(send(value!([{ "code": "a" }, { "code": "b", "size": "x" }, { "code": "a" }])).await)
            .await;
    let told: Vec<&Value> = statuses
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["status_code"])
        .collect();
    assert_eq!(told, [201, 422, 204]);
    let many = value!([{ "code": "a" }, { "code": "b" }, { "code": "c" }, { "code": "d" }]);
    assert_eq!(send(many).await.status(), 413);
    assert_eq!(send(value!({ "code": "a" })).await.status(), 400);
}

#[tokio::test]
async fn an_uploaded_file_is_returned_unchanged_under_a_code_with_slashes() {
    let parcels = Parcels::start().await;
    let content: Vec<u8> = (0..100_000u32).map(|n| (n % 256) as u8).collect();
    let uploaded = upload(&parcels, content.clone()).await;
    assert_eq!(uploaded.status(), 201);
    let code = header(&uploaded, "x-file-code");
    assert!(
        code.contains('/') && code.ends_with("_my_photo.png"),
        "{code}"
    );
    let base = parcels.sandbox.base_url(PARCELS).unwrap();
    assert_eq!(
        header(&uploaded, "location"),
        format!("{base}/files/{code}")
    );
    let file = json(parcels.get(&format!("/files/{code}")).await).await;
    assert_eq!(file["code"], code.as_str());
    assert_eq!(
        (&file["original_filename"], &file["size"]),
        (&value!("my photo.png"), &value!(100_000))
    );
    let download = parcels.get(&format!("/files/{code}/download")).await;
    assert_eq!(header(&download, "content-type"), "image/png");
    assert_eq!(
        header(&download, "content-disposition"),
        "attachment; filename=\"my photo.png\""
    );
    assert_eq!(download.bytes().await.unwrap(), content);
}

#[tokio::test]
async fn oversized_uploads_are_rejected_and_discarded_uploads_are_only_counted() {
    let parcels = Parcels::started(Parcels::builder().memory(10_000)).await;
    let refused = upload(&parcels, vec![1; 20_000]).await;
    assert_eq!(refused.status(), 413);
    let parcels = Parcels::started(Parcels::builder().memory(10_000).discard_uploads()).await;
    let uploaded = upload(&parcels, vec![1; 20_000_000]).await;
    let code = header(&uploaded, "x-file-code");
    assert_eq!(
        json(parcels.get(&format!("/files/{code}")).await).await["size"],
        20_000_000
    );
    let logged = parcels.sandbox.requests_of(PARCELS).unwrap().remove(0);
    assert!(logged.length > 20_000_000 && logged.body.len() <= 1024 * 1024);
    assert!(parcels.sandbox.kept_bytes(PARCELS).unwrap() < 10_000);
}

#[tokio::test]
async fn a_large_chunked_upload_is_accepted() {
    let parcels = Parcels::started(Parcels::builder().discard_uploads()).await;
    let base = parcels
        .sandbox
        .base_url(PARCELS)
        .unwrap()
        .replace("http://", "");
    let mut stream = TcpStream::connect(base.trim_end_matches("/v2"))
        .await
        .unwrap();
    let head = "POST /v2/files HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer parcel-standing\r\n\
        content-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut chunk = async |bytes: &[u8]| {
        stream
            .write_all(format!("{:x}\r\n", bytes.len()).as_bytes())
            .await
            .unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    };
    chunk(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n").await;
    let piece = vec![b'\r'; 1024 * 1024];
    for _ in 0..64 {
        chunk(&piece).await;
    }
    chunk(b"\r\n--b--\r\n").await;
    chunk(b"").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
