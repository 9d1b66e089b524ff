//! A transport that plays a script, so that the client's requests don't need a socket.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use sdk_runtime::{
    BoxFuture, Bytes, HeaderMap, ResponseBody, StatusCode, Transport, TransportError,
    TransportErrorKind, TransportRequest, TransportResponse, Url,
};

use super::{Answerer, Reply, Script, Seen};

/// Responds with the replies of a [`Script`].
#[derive(Clone)]
pub struct WithoutSocket {
    seen: Arc<Mutex<Vec<Seen>>>,
    answerer: Arc<Answerer>,
}

impl Script {
    /// Plays the script without a socket.
    ///
    /// Pass its [`transport`](Self::transport) to the client's builder.
    pub fn without_socket(answerer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        // Tokens are cached per URL, so every script has its own URL, with its own port. No
        // test server listens on these ports, and links in tests use smaller port numbers.
        static PORT: AtomicUsize = AtomicUsize::new(10_000);
        Self {
            url: format!("http://127.0.0.1:{}", PORT.fetch_add(1, Ordering::Relaxed)),
            seen: Arc::default(),
            answerer: Arc::new(answerer),
        }
    }

    /// Returns a transport that plays the script.
    pub fn transport(&self) -> WithoutSocket {
        WithoutSocket {
            seen: Arc::clone(&self.seen),
            answerer: Arc::clone(&self.answerer),
        }
    }

    /// Returns a script, and a transport that plays it.
    pub fn play(
        answerer: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> (Self, WithoutSocket) {
        let script = Self::without_socket(answerer);
        let transport = script.transport();
        (script, transport)
    }
}

impl Transport for WithoutSocket {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async move {
            let url = request.url.clone();
            let seen = seen(request).await?;
            self.seen.lock().unwrap().push(seen.clone());
            let mut reply = (self.answerer)(&seen);
            while let Reply::Held(permits, next) = reply {
                permits.acquire().await.unwrap().forget();
                reply = *next;
            }
            match reply {
                Reply::Bytes(bytes) => response(url, &bytes, false),
                Reply::Broken(bytes) => response(url, &bytes, true),
                Reply::Silence | Reply::Held(..) => std::future::pending().await,
            }
        })
    }
}

async fn seen(request: TransportRequest) -> Result<Seen, TransportError> {
    let mut target = request.url.path().to_owned();
    if let Some(query) = request.url.query() {
        target = format!("{target}?{query}");
    }
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| {
        let value = value.as_bytes().iter().copied().map(char::from).collect();
        (name.to_string(), value)
    });
    let headers = headers.collect();
    let body = request.body.read(1 << 26).await;
    let body =
        body.map_err(|error| TransportError::new(TransportErrorKind::Broken).with_source(error))?;
    Ok(Seen {
        method: request.method.to_string(),
        target,
        headers,
        body: String::from_utf8(body.into()).unwrap(),
    })
}

/// Reads an HTTP/1.1 response. `is_closed` is true if the connection ends after the response.
fn response(url: Url, bytes: &[u8], is_closed: bool) -> Result<TransportResponse, TransportError> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(TransportError::new(TransportErrorKind::Broken));
    };
    let mut lines = bytes[..end].split(|byte| *byte == b'\n');
    let status = std::str::from_utf8(lines.next().unwrap()).unwrap();
    let status: StatusCode = status.split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let line = line.trim_ascii_end();
        let colon = line.iter().position(|byte| *byte == b':').unwrap();
        headers.append(
            header_name(&line[..colon]),
            sdk_runtime::reqwest::header::HeaderValue::from_bytes(line[colon + 1..].trim_ascii())
                .unwrap(),
        );
    }
    assert!(
        !headers.contains_key("transfer-encoding"),
        "framing requires a socket: start a server for this reply"
    );
    let body = Bytes::copy_from_slice(&bytes[end + 4..]);
    let announced = headers.get("content-length");
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let is_short = announced.is_some_and(|length| body.len() < length);
    if !is_short {
        return Ok(TransportResponse::new(url, status, headers, body));
    }
    let body = ResponseBody::streamed(CutOff {
        chunks: VecDeque::from([body]),
        is_closed,
    });
    Ok(TransportResponse::new(url, status, headers, body))
}

fn header_name(name: &[u8]) -> sdk_runtime::reqwest::header::HeaderName {
    sdk_runtime::reqwest::header::HeaderName::from_bytes(name).unwrap()
}

/// A body that is shorter than declared, after which the connection breaks or falls silent.
struct CutOff {
    chunks: VecDeque<Bytes>,
    is_closed: bool,
}

impl futures_core::Stream for CutOff {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if self.is_closed => {
                Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Broken))))
            }
            None => Poll::Pending,
        }
    }
}
