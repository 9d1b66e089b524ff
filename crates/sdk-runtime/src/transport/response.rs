//! A response, as returned by a transport.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use http_body::Body;
use url::Url;

use crate::transport::failure::{TransportError, TransportErrorKind};

/// One HTTP response: complete headers and a streamed body.
#[non_exhaustive]
pub struct TransportResponse {
    /// Final status of any class, never an interim one (1xx).
    pub status: StatusCode,
    /// Headers of the response.
    pub headers: HeaderMap,
    /// Body of the response.
    pub body: ResponseBody,
    /// URL of the response. It is the request's URL, unless the transport followed redirects by
    /// itself.
    pub url: Url,
}

impl TransportResponse {
    /// Creates a response for the request's URL.
    pub fn new(
        url: Url,
        status: StatusCode,
        headers: HeaderMap,
        body: impl Into<ResponseBody>,
    ) -> Self {
        Self {
            status,
            headers,
            body: body.into(),
            url,
        }
    }
}

impl fmt::Debug for TransportResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportResponse")
            .field("status", &self.status.as_u16())
            .finish_non_exhaustive()
    }
}

/// Body of a [`TransportResponse`]. If you drop the body before its end, the rest isn't received.
pub struct ResponseBody(Content);

enum Content {
    BuiltIn(reqwest::Body),
    Bytes(Bytes),
    /// The lock is never contended. It exists because a stream might not be `Sync`.
    Chunks(Mutex<Chunks>),
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

impl ResponseBody {
    /// Creates a body from a stream of chunks. An error ends the body.
    pub fn streamed(
        chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        Self(Content::Chunks(Mutex::new(Box::pin(chunks))))
    }

    pub(super) fn built_in(body: reqwest::Body) -> Self {
        Self(Content::BuiltIn(body))
    }

    /// Returns the next chunk, which is never empty, or `None` at the end.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            let chunk = match &mut self.0 {
                Content::BuiltIn(body) => match ready!(Pin::new(body).poll_frame(cx)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(chunk) => Some(Ok(chunk)),
                        // Trailers are ignored.
                        Err(_) => continue,
                    },
                    Some(Err(error)) => {
                        let kind = if error.is_timeout() {
                            TransportErrorKind::TimedOut
                        } else {
                            TransportErrorKind::Broken
                        };
                        Some(Err(
                            TransportError::new(kind).with_source(error.without_url())
                        ))
                    }
                    None => None,
                },
                Content::Bytes(bytes) => {
                    let bytes = std::mem::take(bytes);
                    (!bytes.is_empty()).then_some(Ok(bytes))
                }
                Content::Chunks(chunks) => {
                    let chunks = chunks.get_mut().unwrap_or_else(PoisonError::into_inner);
                    ready!(chunks.as_mut().poll_next(cx))
                }
            };
            if !matches!(&chunk, Some(Ok(chunk)) if chunk.is_empty()) {
                return Poll::Ready(chunk);
            }
        }
    }
}

impl<B: Into<Bytes>> From<B> for ResponseBody {
    fn from(bytes: B) -> Self {
        Self(Content::Bytes(bytes.into()))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
