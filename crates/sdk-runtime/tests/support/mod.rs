//! A vendor with scripted responses: as a transport without a socket, or as a server in the test's
//! runtime.
//!
//! The server must run in the test's runtime. With paused time, a server on another thread would
//! seem silent, and every timeout would fire immediately.
#![allow(dead_code, unreachable_pub)] // Each test file uses only some of the items.

mod without_socket;

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A request as the vendor received it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Reaction of the vendor to a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Writes these bytes.
    Bytes(Vec<u8>),
    /// Writes these bytes and closes the connection.
    Broken(Vec<u8>),
    /// Never responds.
    Silence,
    /// Sends the inner reply once the semaphore has a permit.
    Held(Arc<Semaphore>, Box<Reply>),
}

/// A response with a status, headers and a body.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    Reply::Bytes(format!("{text}\r\n{body}").into_bytes())
}

/// A JSON response with the request id `abc`.
pub fn json(status: u16, body: &str) -> Reply {
    answer(
        status,
        &[
            ("content-type", "application/json"),
            ("x-request-id", "abc"),
        ],
        body,
    )
}

type Answerer = dyn Fn(&Seen) -> Reply + Send + Sync;

/// A running script, which a server or a transport plays.
pub struct Script {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answerer: Arc<Answerer>,
}

impl Script {
    /// Starts a server on a free loopback port.
    pub async fn start(answerer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answerer: Arc<Answerer> = Arc::new(answerer);
        let (log, answers) = (Arc::clone(&seen), Arc::clone(&answerer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answers)));
            }
        });
        Self {
            url,
            seen,
            answerer,
        }
    }

    /// Returns all requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the last request.
    pub fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    /// Returns the number of requests to a path.
    pub fn count(&self, path: &str) -> usize {
        self.seen()
            .iter()
            .filter(|seen| seen.target.split('?').next() == Some(path))
            .count()
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<Seen>>>, answerer: Arc<Answerer>) {
    let mut buffer = Vec::new();
    while let Some(seen) = request(&mut stream, &mut buffer).await {
        log.lock().unwrap().push(seen.clone());
        let mut reply = answerer(&seen);
        while let Reply::Held(permits, next) = reply {
            permits.acquire().await.unwrap().forget();
            reply = *next;
        }
        match reply {
            Reply::Bytes(bytes) => stream.write_all(&bytes).await.unwrap_or_default(),
            Reply::Broken(bytes) => return stream.write_all(&bytes).await.unwrap_or_default(),
            Reply::Silence | Reply::Held(..) => std::future::pending().await,
        }
    }
}

async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let head = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(buffer[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut seen = Seen {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        ..Seen::default()
    };
    seen.headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    buffer.drain(..head + 4);
    let mut body = Vec::new();
    if seen.header("transfer-encoding") == Some("chunked") {
        loop {
            let line = loop {
                if let Some(end) = buffer.windows(2).position(|two| two == b"\r\n") {
                    break end;
                }
                if stream.read_buf(buffer).await.ok()? == 0 {
                    return None;
                }
            };
            let length = std::str::from_utf8(&buffer[..line]).unwrap();
            let length = usize::from_str_radix(length, 16).unwrap();
            fill(stream, buffer, line + 2 + length + 2).await?;
            body.extend_from_slice(&buffer[line + 2..line + 2 + length]);
            buffer.drain(..line + 2 + length + 2);
            if length == 0 {
                break;
            }
        }
    } else {
        let length: usize = seen
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        fill(stream, buffer, length).await?;
        body.extend(buffer.drain(..length));
    }
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}

async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> Option<()> {
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}
