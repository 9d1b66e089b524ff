//! A scripted server that records requests.
#![allow(unreachable_pub)] // Each test is its own crate.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that records requests, and sends the responses of its script. It repeats the last
/// response.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(script: &[(u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&requests);
        let mut script: Vec<(u16, String)> = script
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()))
            .collect();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut text = String::new();
                while !is_complete(&text) {
                    let mut piece = vec![0; 4096];
                    let length = stream.read(&mut piece).await.unwrap();
                    assert_ne!(length, 0, "a request was cut off: {text}");
                    text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
                }
                kept.lock().unwrap().push(text);
                let (status, body) = match script.len() {
                    1 => script[0].clone(),
                    _ => script.remove(0),
                };
                let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
                let answer = match status {
                    204 => format!("{head}\r\n"),
                    _ => format!(
                        "{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                        body.len()
                    ),
                };
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|text| Request(text.clone())).collect()
    }

    pub fn only(&self) -> Request {
        let [only] = &self.requests()[..] else {
            panic!("not one request: {:?}", self.requests())
        };
        Request(only.0.clone())
    }
}

fn is_complete(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<usize>().unwrap())
    });
    lengths
        .next_back()
        .is_none_or(|length| body.len() >= length)
}

/// A request as received.
#[derive(Debug)]
pub struct Request(String);

impl Request {
    pub fn line(&self) -> &str {
        self.0.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }
}
