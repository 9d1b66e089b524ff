//! A server that computes its responses with a function. It does not use a socket.

use std::sync::{Arc, Mutex};

use oneshot_sdk::{Client, Credentials};
use sdk_runtime::{
    BoxFuture, Bytes, HeaderMap, StatusCode, Transport, TransportError, TransportRequest,
    TransportResponse,
};
use serde_json::{Value, json};

type Answer = Box<dyn FnMut(&RecordedRequest) -> (u16, String) + Send>;

/// A request, as the server received it.
#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    /// Method, path below the server's URL, and query.
    pub(crate) line: String,
    /// The body, or null if it is not JSON.
    pub(crate) body: Value,
    pub(crate) text: String,
}

/// State of the server.
#[derive(Clone)]
pub(crate) struct Scripted {
    answer: Arc<Mutex<Answer>>,
    seen: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl Scripted {
    /// Creates a server, and a client that sends its requests to this server.
    pub(crate) fn start(
        answer: impl FnMut(&RecordedRequest) -> (u16, String) + Send + 'static,
    ) -> (Self, Client) {
        let server = Self {
            answer: Arc::new(Mutex::new(Box::new(answer))),
            seen: Arc::default(),
        };
        let client = Client::builder()
            .credentials(Credentials::new("key", "secret"))
            .transport(server.clone())
            .build()
            .unwrap();
        (server, client)
    }

    /// Creates a server that sends the same response to all calls, and a client for this server.
    pub(crate) fn always(status: u16, body: impl Into<String>) -> (Self, Client) {
        let body = body.into();
        Self::start(move |_| (status, body.clone()))
    }

    /// Returns all requests so far except token exchanges.
    pub(crate) fn seen(&self) -> Vec<RecordedRequest> {
        self.seen.lock().unwrap().clone()
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async move {
            let url = request.url.clone();
            let bytes = request.body.read(1 << 20).await.unwrap();
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let path = url.path().trim_start_matches("/v0");
            let query = url.query().map(|query| format!("?{query}"));
            let seen = RecordedRequest {
                line: format!("{} {path}{}", request.method, query.unwrap_or_default()),
                body: serde_json::from_str(&text).unwrap_or_default(),
                text,
            };
            let (status, body) = if path == "/token" {
                (
                    200,
                    json!({"access_token": "t", "expires_in": 3600}).to_string(),
                )
            } else {
                self.seen.lock().unwrap().push(seen.clone());
                (self.answer.lock().unwrap())(&seen)
            };
            let mut headers = HeaderMap::new();
            headers.insert("content-type", "application/json".parse().unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            Ok(TransportResponse::new(
                url,
                status,
                headers,
                Bytes::from(body),
            ))
        })
    }
}
