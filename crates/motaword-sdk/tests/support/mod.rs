//! A server that computes its responses with a function, records every request, and can delay the end of a body.
#![allow(dead_code, unreachable_pub)] // Each test file uses only some of these items.

use std::sync::{Arc, Mutex};

use motaword_sdk::{Client, Credentials};
use sdk_runtime::Url;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A request as the server received it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub content: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Returns the value of a query parameter.
    pub fn query(&self, name: &str) -> Option<String> {
        let url = Url::parse(&format!("http://vendor.test{}", self.target)).unwrap();
        let mut pairs = url.query_pairs();
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        Some(value.into_owned())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the parts of a multipart body, in order.
    pub fn parts(&self) -> Vec<Part> {
        let media = self.header("content-type").unwrap();
        let boundary = media
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap_or_else(|| panic!("not multipart: {media}"));
        let body = format!("\r\n{}", String::from_utf8_lossy(&self.body));
        let delimiter = format!("\r\n--{}", boundary.trim_matches('"'));
        let parts = body.split(&delimiter);
        parts
            .filter_map(|part| part.split_once("\r\n\r\n"))
            .map(|(head, content)| Part {
                name: quoted(head, "; name=\"").unwrap(),
                file_name: quoted(head, "; filename=\""),
                content: content.to_owned(),
            })
            .collect()
    }
}

fn quoted(head: &str, before: &str) -> Option<String> {
    let (_, rest) = head.split_once(before)?;
    Some(rest.split('"').next()?.to_owned())
}

/// A response.
#[derive(Debug, Clone)]
pub struct Reply {
    head: String,
    body: Vec<u8>,
    /// The second half of the body is sent when this semaphore has a permit.
    gate: Option<Arc<Semaphore>>,
}

impl Reply {
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        Self {
            head: format!("{head}\r\n"),
            body,
            gate: None,
        }
    }

    pub fn json(status: u16, body: &Value) -> Self {
        let headers = [("content-type", "application/json")];
        Self::new(status, &headers, body.to_string())
    }

    pub fn gated(mut self, gate: &Arc<Semaphore>) -> Self {
        self.gate = Some(Arc::clone(gate));
        self
    }

    pub async fn write(self, stream: &mut TcpStream) -> std::io::Result<()> {
        let half = match self.gate {
            Some(_) => self.body.len() / 2,
            None => self.body.len(),
        };
        // Write everything in one call: a second write would wait for the acknowledgement of the first, and the paused
        // clock would advance.
        let start = [self.head.as_bytes(), &self.body[..half]].concat();
        stream.write_all(&start).await?;
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
            stream.write_all(&self.body[half..]).await?;
        }
        Ok(())
    }
}

/// Returns the response to a token exchange.
pub fn token() -> Reply {
    let body =
        serde_json::json!({"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600});
    Reply::json(200, &body)
}

type Answerer = dyn Fn(&Seen) -> Reply + Send + Sync;

/// A running server. It stops when the test's runtime shuts down.
pub struct Script {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    /// Starts the server on a free loopback port. The server responds to token exchanges with a token, and to other
    /// requests with the result of the function.
    pub async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Self, Client) {
        let script = Self::start_whole(move |seen| match seen.path() {
            "/token" => token(),
            _ => answer(seen),
        });
        let script = script.await;
        let client = script.client(Credentials::new("client-id", "client-secret"));
        (script, client)
    }

    /// Starts the server with a function that also responds to token exchanges.
    pub async fn start_whole(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer): (_, Arc<Answerer>) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answer)));
            }
        });
        Self { url, seen }
    }

    pub fn client(&self, credentials: Credentials) -> Client {
        let client = Client::builder().base_url(&self.url);
        client.credentials(credentials).build().unwrap()
    }

    /// Returns all requests so far except token exchanges.
    pub fn seen(&self) -> Vec<Seen> {
        let mut seen = self.all();
        seen.retain(|seen| seen.path() != "/token");
        seen
    }

    /// Returns all requests so far.
    pub fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the last request.
    pub fn last(&self) -> Seen {
        self.all().pop().unwrap()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Answerer>,
) -> Option<()> {
    let mut buffer = Vec::new();
    while let Some(seen) = request(&mut stream, &mut buffer).await {
        log.lock().unwrap().push(seen.clone());
        answer(&seen).write(&mut stream).await.ok()?;
    }
    Some(())
}

/// Reads the next request of a connection; returns `None` at the end of the connection.
pub async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let head = loop {
        if let Some(end) = position_of(buffer, b"\r\n\r\n") {
            break end;
        }
        read_more(stream, buffer).await?;
    };
    let text = String::from_utf8(buffer[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut seen = Seen {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        ..Seen::default()
    };
    let headers = lines.filter_map(|line| line.split_once(": "));
    seen.headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    buffer.drain(..head + 4);
    if seen.header("transfer-encoding") == Some("chunked") {
        loop {
            let line = loop {
                if let Some(end) = position_of(buffer, b"\r\n") {
                    break end;
                }
                read_more(stream, buffer).await?;
            };
            let length = std::str::from_utf8(&buffer[..line]).unwrap();
            let length = usize::from_str_radix(length, 16).unwrap();
            buffer.drain(..line + 2);
            fill(stream, buffer, length + 2).await?;
            seen.body.extend(buffer.drain(..length));
            buffer.drain(..2);
            if length == 0 {
                return Some(seen);
            }
        }
    }
    let length = seen.header("content-length");
    let length = length.map_or(0, |length| length.parse().unwrap());
    fill(stream, buffer, length).await?;
    seen.body.extend(buffer.drain(..length));
    Some(seen)
}

fn position_of(buffer: &[u8], bytes: &[u8]) -> Option<usize> {
    buffer
        .windows(bytes.len())
        .position(|window| window == bytes)
}

async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> Option<()> {
    while buffer.len() < length {
        read_more(stream, buffer).await?;
    }
    Some(())
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    (stream.read_buf(buffer).await.ok()? > 0).then_some(())
}
