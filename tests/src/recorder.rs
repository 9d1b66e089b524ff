//! A server on a free loopback port that sends scripted responses and records every request.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A received request as a string.
#[derive(Clone, Debug)]
pub struct RecordedRequest(String);

impl RecordedRequest {
    /// Returns the first line, such as `POST /token HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.0.split("\r\n").next().unwrap()
    }

    /// Returns the value of a header, if present.
    ///
    /// # Panics
    ///
    /// Panics if the header occurs more than once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next().unwrap();
        let values: Vec<&str> = head
            .split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect();
        assert!(values.len() < 2, "{name} occurs more than once: {values:?}");
        values.first().copied()
    }

    /// Returns the body.
    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }

    /// Returns the number of occurrences of a string in the request.
    pub fn count(&self, text: &str) -> usize {
        self.0.matches(text).count()
    }
}

/// A scripted response.
#[derive(Clone, Debug)]
pub struct ScriptedResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl ScriptedResponse {
    /// Creates a JSON response.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// Adds a header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "HTTP/1.1 {} X\r\nContent-Length: {}\r\n",
            self.status,
            self.body.len()
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{text}\r\n{}", self.body).into_bytes()
    }
}

/// A running server. It stops when the test's runtime shuts down.
#[derive(Debug)]
pub struct Recorder {
    url: String,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl Recorder {
    /// Starts a server that sends these responses in order and repeats the last one.
    pub async fn start(answers: impl IntoIterator<Item = ScriptedResponse>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<[ScriptedResponse]> = answers.into_iter().collect();
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answers)));
            }
        });
        Self { url, requests }
    }

    /// Returns the URL of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns all requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the only request.
    ///
    /// # Panics
    ///
    /// Panics if the number of requests is not one.
    #[track_caller]
    pub fn only(&self) -> RecordedRequest {
        let [request] = &self.requests()[..] else {
            panic!("expected exactly one request, got {:#?}", self.requests());
        };
        request.clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<RecordedRequest>>>,
    answers: Arc<[ScriptedResponse]>,
) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(request);
            log.len()
        };
        let answer = answers[number.min(answers.len()) - 1].bytes();
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// Reads the next request from a connection.
///
/// Returns `None` if the connection is closed or fails.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<RecordedRequest> {
    let head = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
    let length = RecordedRequest(text)
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let request: Vec<u8> = buffer.drain(..head + length).collect();
    Some(RecordedRequest(String::from_utf8(request).unwrap()))
}
