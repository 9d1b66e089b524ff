//! Checks the lifetime of a token if the response does not contain a valid `expiresIn`.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::time::Duration;

use metquay_sdk::{Client, Credentials, MemoryStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_missing_or_unreadable_lifetime_defaults_to_15_minutes() {
    for lifetime in [
        "",
        r#","expiresIn":null"#,
        r#","expiresIn":1e400"#,
        r#","expiresIn":"soon""#,
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            let body = format!(r#"{{"accessToken":"token","tokenType":"bearer"{lifetime}}}"#);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let store = MemoryStore::new();
        let start = || {
            let credentials = Credentials::new("key", "secret");
            let client = Client::builder().base_url(&url).credentials(credentials);
            client.token_store(store.clone()).build().unwrap()
        };
        let token = start().access_token().await.unwrap();
        assert_eq!(
            token.lifetime(),
            Some(Duration::from_secs(900)),
            "{lifetime}"
        );
        // The token comes from the store, because the server responds only once.
        let shared = start().access_token().await.unwrap();
        assert_eq!(
            shared.lifetime(),
            Some(Duration::from_secs(900)),
            "{lifetime}"
        );
    }
}
