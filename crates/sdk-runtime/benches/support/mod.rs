//! A stub of a vendor's server on loopback, in its own thread, and functions for measurements.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // Each bench uses only some of the items.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Returns the body of every list response, which contains 50 things.
pub fn list() -> String {
    let thing = |id| format!(r#"{{"id":{id},"span":"DAY","made":"2026-11-22"}}"#);
    let things: Vec<_> = (0..50).map(thing).collect();
    format!(r#"{{"items":[{}]}}"#, things.join(","))
}

/// A server that issues tokens after a delay, and returns lists.
pub struct Server {
    pub url: String,
    pub exchanges: Arc<AtomicUsize>,
}

impl Server {
    pub fn start(exchange_takes: Duration) -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        let exchanges = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&exchanges);
        std::thread::spawn(move || {
            let runtime = runtime();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                send.send(listener.local_addr().unwrap()).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&count), exchange_takes));
                }
            });
        });
        let url = format!("http://{}", receive.recv().unwrap());
        Self { url, exchanges }
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

async fn serve(mut stream: TcpStream, exchanges: Arc<AtomicUsize>, takes: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let answer = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: abc\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let list = answer(&list());
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let whole = end + 4 + length.map_or(0, |length| length.parse().unwrap());
        while buffer.len() < whole {
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        }
        let is_exchange = buffer.starts_with(b"POST /token");
        buffer.drain(..whole);
        if is_exchange {
            let count = exchanges.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(takes).await;
            let body = format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#);
            stream.write_all(answer(&body).as_bytes()).await.ok()?;
        } else {
            stream.write_all(list.as_bytes()).await.ok()?;
        }
    }
}

/// Returns the processor time used by this thread.
pub fn thread_time() -> Duration {
    // The first number of Linux's schedstat is the time on the processor in nanoseconds.
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Returns the median of the given times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Runs a function, and returns its result and its duration.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let value = work();
    (value, started.elapsed())
}
