//! Invalid requests, which the sandbox rejects in the vendor's error format.

use reqwest::Method;
use serde_json::{Value, json as value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::parcels::{PARCELS, Parcels, header, json, refusal, text};

#[tokio::test]
async fn an_unknown_path_returns_404_and_an_unsupported_method_405() {
    let parcels = Parcels::start().await;
    assert_eq!(
        refusal(parcels.get("/nothing").await).await,
        (404, "not_found".to_owned())
    );
    let origin = parcels
        .sandbox
        .base_url(PARCELS)
        .unwrap()
        .replace("/v2", "");
    for path in ["/", "/parcels", "/v22/parcels", "/v2"] {
        let response = parcels
            .http
            .get(format!("{origin}{path}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
    let response = parcels
        .request(Method::DELETE, "/parcels/1")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&response, "allow"), "GET, PATCH");
    assert_eq!(refusal(response).await, (405, "method".to_owned()));
}

#[tokio::test]
async fn a_body_that_violates_its_schema_is_rejected_with_an_error_for_each_field() {
    let parcels = Parcels::start().await;
    let body = value!({ "code": "much too long", "state": "lost", "extra": 1 });
    let response = parcels
        .request(Method::POST, "/parcels")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 422);
    let error = json(response).await;
    assert_eq!(error.pointer("/error/status"), Some(&value!(422)));
    let fields = error
        .pointer("/error/fields")
        .and_then(Value::as_array)
        .unwrap();
    let mut names: Vec<&str> = fields
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["", "code", "size", "state"]);
    assert!(!error.to_string().contains("much too long"), "{error}");
}

#[tokio::test]
async fn null_is_accepted_only_in_nullable_fields() {
    let parcels = Parcels::start().await;
    let create = async |body: Value| {
        parcels
            .request(Method::POST, "/parcels")
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(
        create(value!({ "code": "a", "size": 1, "note": null }))
            .await
            .status(),
        201
    );
    assert_eq!(
        create(value!({ "code": "a", "size": null })).await.status(),
        422
    );
}

#[tokio::test]
async fn malformed_missing_and_unsupported_bodies_are_rejected() {
    let parcels = Parcels::start().await;
    let create = |kind: &'static str| {
        parcels
            .request(Method::POST, "/parcels")
            .header("content-type", kind)
    };
    let deep = "[".repeat(100_000);
    for body in ["{", "", "\u{0}", r#"{"code":"a","size":1}}"#, deep.as_str()] {
        let response = create("application/json")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        assert_eq!(refusal(response).await, (400, "malformed".to_owned()));
    }
    let invalid_text = create("application/json")
        .body(vec![b'"', 0xff, b'"'])
        .send()
        .await
        .unwrap();
    assert_eq!(invalid_text.status(), 400);
    let bodiless = parcels
        .request(Method::POST, "/parcels")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(bodiless).await, (400, "malformed".to_owned()));
    let untyped = parcels
        .request(Method::POST, "/parcels")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(untyped).await, (415, "media_type".to_owned()));
    let foreign = create("text/plain").body("{}").send().await.unwrap();
    assert_eq!(refusal(foreign).await, (415, "media_type".to_owned()));
    let charset = create("application/json; charset=utf-8").body(r#"{"code":"a","size":1}"#);
    assert_eq!(charset.send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn invalid_parameters_are_rejected() {
    let parcels = Parcels::start().await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=two", "page"),
        ("size=101", "size"),
        ("since=yesterday", "since"),
        ("state%5B%5D=sent&state%5B%5D=lost", "state[].1"),
    ] {
        let response = parcels.get(&format!("/parcels?{query}")).await;
        assert_eq!(response.status(), 422, "{query}");
        assert_eq!(text(&json(response).await, "/error/fields/0/name"), field);
    }
    assert_eq!(
        parcels
            .get("/parcels?page=2&state%5B%5D=sent&since=2026-01-31&other=1")
            .await
            .status(),
        200
    );
    assert_eq!(parcels.get("/parcels/seven").await.status(), 422);
}

#[tokio::test]
async fn a_request_that_accepts_no_available_media_type_is_rejected() {
    let parcels = Parcels::start().await;
    let read = async |accept: &'static str| {
        parcels
            .request(Method::GET, "/parcels/1")
            .header("accept", accept)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(read("text/html").await, 406);
    assert_eq!(read("text/html, application/*;q=0.5").await, 200);
    assert_eq!(read("*/*").await, 200);
}

#[tokio::test]
async fn an_oversized_body_is_rejected_and_the_server_keeps_running() {
    let parcels = Parcels::start().await;
    let body = vec![b' '; 33 * 1024 * 1024];
    let request = parcels
        .request(Method::POST, "/parcels")
        .header("content-type", "application/json");
    // The server responds before it has read the whole body, so the client can also see a closed
    // connection.
    if let Ok(response) = request.body(body).send().await {
        assert_eq!(response.status(), 413);
    }
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
}

#[tokio::test]
async fn malformed_http_does_not_stop_the_server() {
    let parcels = Parcels::start().await;
    let address = parcels
        .sandbox
        .base_url(PARCELS)
        .unwrap()
        .replace("http://", "")
        .replace("/v2", "");
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"GET /v2/parcels%FF?%FF=%ZZ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
}
