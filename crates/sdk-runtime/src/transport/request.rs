//! A request, as passed to a transport.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;
use url::Url;

use crate::transport::failure::BoxError;

/// One HTTP request, including credentials.
#[non_exhaustive]
pub struct TransportRequest {
    /// HTTP method.
    pub method: Method,
    /// URL: `https`, or `http` if the client allows it.
    pub url: Url,
    /// All headers except connection headers, such as `Host`, and headers that frame the body. The
    /// client sets `Content-Length` only for an empty body.
    pub headers: HeaderMap,
    /// Body of the request.
    pub body: TransportBody,
    /// Deadline for the connection. `None` if the call has no connect deadline.
    pub connect_until: Option<Instant>,
    /// Time at which an attempt of the same call last timed out, if any did. A connection that
    /// existed at that time may be dead, so use another connection.
    pub silent_at: Option<Instant>,
    /// Whether `connect_until` is earlier than the client's own limit, which the built-in
    /// transport enforces anyway.
    pub(crate) is_hurried: bool,
}

impl TransportRequest {
    /// Creates a request without headers or body, for example for testing a transport.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: TransportBody::EMPTY,
            connect_until: None,
            silent_at: None,
            is_hurried: false,
        }
    }
}

impl fmt::Debug for TransportRequest {
    /// Shows only the host of the URL, and no headers, because the rest of the URL and the headers
    /// may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportRequest")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Body of a [`TransportRequest`]: empty, bytes, or chunks that are read while they are sent.
///
/// It implements [`http_body::Body`], which hyper and related libraries accept. Add its errors to
/// the sources of the [`TransportError`](crate::TransportError).
pub struct TransportBody(pub(super) Content);

pub(super) enum Content {
    Empty,
    Bytes(Bytes),
    Chunks(Chunks),
}

pub(super) type Chunks = Pin<Box<dyn Body<Data = Bytes, Error = BoxError> + Send + Sync>>;

impl TransportBody {
    /// An empty body.
    pub const EMPTY: Self = Self(Content::Empty);

    /// Creates a body that is read while it is sent.
    pub fn streamed(
        body: impl Body<Data = Bytes, Error = Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Content::Chunks(Box::pin(body)))
    }

    /// Returns the bytes of a body in memory, or `None` for a streamed body.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Content::Empty => Some(&[]),
            Content::Bytes(bytes) => Some(bytes),
            Content::Chunks(_) => None,
        }
    }

    /// Reads the body into memory, for recorders and tests.
    ///
    /// # Errors
    ///
    /// Returns an error if the body can't be read, or if it exceeds `most` bytes.
    pub async fn read(
        mut self,
        most: usize,
    ) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
        let mut read = BytesMut::new();
        while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await
        {
            if let Ok(chunk) = frame?.into_data() {
                if read.len() + chunk.len() > most {
                    return Err(format!("the body is larger than {most} bytes").into());
                }
                read.extend_from_slice(&chunk);
            }
        }
        Ok(read.freeze())
    }
}

impl From<Bytes> for TransportBody {
    fn from(bytes: Bytes) -> Self {
        Self(Content::Bytes(bytes))
    }
}

impl Body for TransportBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Content::Empty => Poll::Ready(None),
            Content::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Content::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Content::Chunks(chunks) => chunks.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Empty => true,
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::Chunks(chunks) => chunks.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Empty => SizeHint::with_exact(0),
            Content::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Chunks(chunks) => chunks.size_hint(),
        }
    }
}

impl fmt::Debug for TransportBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBody")
            .field("length", &self.size_hint().exact())
            .finish_non_exhaustive()
    }
}
