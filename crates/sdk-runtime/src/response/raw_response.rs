//! A raw response with any status.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::error::kind::ErrorKind;
use crate::error::redactor::Redactor;
use crate::error::{Answer, Error, ResponseParts};
use crate::json::pluck::{Plucked, pluck};
use crate::response::body_stream::Incoming;
use crate::response::known_secrets::KnownSecrets;
use crate::response::request_id::request_id;
use crate::table::method::Method;
use crate::table::operation::Operation;
use crate::table::vendor::Vendor;
use crate::transport::response::TransportResponse;

/// A raw response with any status. Its body might not have been read yet.
///
/// Boxed, because all stages of a call move it, and their futures store it.
pub struct RawResponse(Box<Inner>);

struct Inner {
    vendor: &'static Vendor,
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
    url: Url,
    payload: Payload,
    /// Whether the response is from the vendor. False after a redirect to another origin.
    is_from_vendor: bool,
    /// Kept so that errors can redact secrets that the vendor echoes.
    known: KnownSecrets,
    /// Redactor for the known secrets, created on first use.
    redactor: OnceLock<Arc<Redactor>>,
    /// The part of the response that its errors share.
    kept: OnceLock<Arc<Answer>>,
    /// Maximum number of body bytes to read into memory, counted after decompression.
    most: usize,
    /// Whether the call may have been applied if a success response can't be read.
    is_possibly_applied_if_unread: bool,
    attempts: u32,
    watch: Option<Watch>,
}

/// Limits for reading a body, and the consequence if reading fails.
#[derive(Clone, Copy)]
pub(crate) struct ReadRules {
    /// Maximum time between two chunks.
    pub(crate) idle: Duration,
    /// Maximum number of bytes to read into memory, counted after decompression.
    pub(crate) most: usize,
    /// Whether the call may have been applied if a success response can't be read.
    pub(crate) is_possibly_applied_if_unread: bool,
}

/// JSON pointers whose values are collected during decoding, which saves a second pass.
struct Watch {
    pointers: [Option<&'static str>; 2],
    found: Option<[Plucked; 2]>,
}

enum Payload {
    Whole(Bytes),
    Stream(Incoming),
}

impl RawResponse {
    pub(crate) fn new(
        vendor: &'static Vendor,
        operation: &'static Operation,
        response: TransportResponse,
        is_from_vendor: bool,
        known: KnownSecrets,
        rules: ReadRules,
    ) -> Self {
        Self(Box::new(Inner {
            vendor,
            operation,
            status: response.status,
            headers: response.headers,
            url: response.url,
            payload: Payload::Stream(Incoming::new(
                response.body,
                operation,
                rules.idle,
                rules.is_possibly_applied_if_unread,
            )),
            is_from_vendor,
            known,
            redactor: OnceLock::new(),
            kept: OnceLock::new(),
            most: rules.most,
            is_possibly_applied_if_unread: rules.is_possibly_applied_if_unread,
            attempts: 1,
            watch: None,
        }))
    }

    /// Configures the decoder to collect the values at these pointers.
    pub(crate) fn watched(mut self, pointers: [Option<&'static str>; 2]) -> Self {
        self.0.watch = Some(Watch {
            pointers,
            found: None,
        });
        self
    }

    /// Returns the pointers whose values the decoder collects.
    pub(crate) fn watch(&self) -> Option<[Option<&'static str>; 2]> {
        self.0.watch.as_ref().map(|watch| watch.pointers)
    }

    pub(crate) fn set_signs(&mut self, signs: [Plucked; 2]) {
        if let Some(watch) = &mut self.0.watch {
            watch.found = Some(signs);
        }
    }

    /// Returns the values at the pointers. Searches the body if the decoder didn't collect them.
    pub(crate) fn signs(&mut self) -> [Plucked; 2] {
        match self.0.watch.take() {
            Some(Watch {
                found: Some(found), ..
            }) => found,
            Some(Watch { pointers, .. }) => pluck(&self.whole(), pointers),
            None => [const { Plucked::Nothing }; 2],
        }
    }

    pub(crate) fn is_from_vendor(&self) -> bool {
        self.0.is_from_vendor
    }

    pub(crate) fn set_attempts(&mut self, attempts: u32) {
        self.0.attempts = attempts;
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the vendor's id for the request.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.headers)
    }

    /// Returns the `Content-Type`, or an empty string.
    pub fn content_type(&self) -> &str {
        self.0
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection breaks or stalls before the end, or if the body exceeds
    /// the call's limit. The default limit is 64 MiB after decompression. To change it, use
    /// `max_answer_bytes` on the builder or `with_max_answer_bytes` on the call.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        self.read().await?;
        Ok(self.whole())
    }

    /// Returns the next chunk of the body, or `None` at its end.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection breaks or stalls before the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        match &mut self.0.payload {
            Payload::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Payload::Whole(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Payload::Stream(incoming) => incoming.poll_chunk(cx),
        }
    }

    /// Reads the body into memory.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection breaks or stalls, or if the body exceeds the limit. A
    /// body that exceeds the limit is dropped, so that the rest isn't received.
    pub(crate) async fn read(&mut self) -> Result<(), Error> {
        if matches!(self.0.payload, Payload::Whole(_)) {
            return Ok(());
        }
        let most = self.0.most as u64;
        if self.announced().is_some_and(|length| length > most) {
            return Err(self.reject_oversized());
        }
        let mut whole = self.chunk().await?.unwrap_or_default();
        // A single chunk is not copied.
        if whole.len() <= self.0.most
            && let Some(second) = self.chunk().await?
        {
            let mut joined = BytesMut::from(whole);
            joined.extend_from_slice(&second);
            while joined.len() <= self.0.most
                && let Some(chunk) = self.chunk().await?
            {
                joined.extend_from_slice(&chunk);
            }
            whole = joined.freeze();
        }
        if whole.len() > self.0.most {
            return Err(self.reject_oversized());
        }
        self.set_whole(whole);
        Ok(())
    }

    /// Reads the body up to its end or the call's limit, and keeps only its start.
    pub(crate) async fn drain(&mut self, kept: usize) -> Result<(), Error> {
        let mut start = BytesMut::new();
        let mut read = 0;
        while read < self.0.most
            && let Some(chunk) = self.chunk().await?
        {
            read += chunk.len();
            let room = kept - start.len();
            start.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        }
        self.set_whole(start.freeze());
        Ok(())
    }

    /// Reads the start of the body, and drops the rest without receiving it.
    pub(crate) async fn read_up_to(&mut self, most: usize) -> Result<(), Error> {
        let mut start = BytesMut::new();
        while start.len() < most
            && let Some(chunk) = self.chunk().await?
        {
            start.extend_from_slice(&chunk);
        }
        start.truncate(most);
        self.set_whole(start.freeze());
        Ok(())
    }

    /// Returns the length of the body according to the headers.
    ///
    /// Ignores `Content-Length` in a response to `HEAD`: it is the length that the body of a `GET`
    /// would have (RFC 9110, section 8.6).
    pub(crate) fn announced(&self) -> Option<u64> {
        if self.0.operation.method == Method::Head {
            return None;
        }
        let length = self.0.headers.get(http::header::CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    }

    /// Returns the maximum number of body bytes to read into memory.
    pub(crate) fn most(&self) -> usize {
        self.0.most
    }

    /// Drops the body, and returns an error about its size.
    fn reject_oversized(&mut self) -> Error {
        self.set_whole(Bytes::new());
        self.too_large("")
    }

    /// Returns the error for a body that exceeds the limit. `instead` describes an alternative to a
    /// higher limit.
    pub(crate) fn too_large(&self, instead: &str) -> Error {
        let text = format!(
            "the response is larger than the limit of {} bytes (after decompression): raise it with \
             .max_answer_bytes(…) on the builder or .with_max_answer_bytes(…) on the call{instead}",
            self.0.most
        );
        self.error_with(ErrorKind::Decode, text, &Bytes::new(), &OnceLock::new())
    }

    /// Reads the start of an error response's body for a limited time.
    ///
    /// Ignores failures, because the status is more important than a complete body.
    pub(crate) async fn read_start(&mut self, limit: usize, until: Instant) {
        let mut start = BytesMut::new();
        while start.len() < limit
            && let Ok(Ok(Some(chunk))) = timeout_at(until, self.chunk()).await
        {
            start.extend_from_slice(&chunk);
        }
        start.truncate(limit);
        self.set_whole(start.freeze());
    }

    /// Returns the body, or no bytes if it hasn't been read.
    pub(crate) fn whole(&self) -> Bytes {
        match &self.0.payload {
            Payload::Whole(bytes) => bytes.clone(),
            Payload::Stream(_) => Bytes::new(),
        }
    }

    /// Returns the URL of the response.
    pub(crate) fn url(&self) -> &Url {
        &self.0.url
    }

    pub(crate) fn set_whole(&mut self, bytes: Bytes) {
        self.0.payload = Payload::Whole(bytes);
        self.0.kept = OnceLock::new();
    }

    /// Moves the body into a copy of the response.
    pub(crate) fn take_body(&mut self) -> Self {
        let payload = std::mem::replace(&mut self.0.payload, Payload::Whole(Bytes::new()));
        Self(Box::new(Inner {
            headers: self.0.headers.clone(),
            url: self.0.url.clone(),
            payload,
            known: self.0.known.clone(),
            redactor: self.0.redactor.clone(),
            kept: OnceLock::new(),
            watch: None,
            ..*self.0
        }))
    }

    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(&mut self.0.headers)
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    pub(crate) fn vendor(&self) -> &'static Vendor {
        self.0.vendor
    }

    /// Creates an error from this response, whose body has been read.
    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        self.error_with(kind, text, &self.whole(), &self.0.kept)
            .with_attempts(self.0.attempts)
    }

    fn error_with(
        &self,
        kind: ErrorKind,
        text: impl Into<String>,
        body: &Bytes,
        kept: &OnceLock<Arc<Answer>>,
    ) -> Error {
        let parts = ResponseParts {
            vendor: self.0.vendor,
            operation: self.0.operation,
            status: self.0.status,
            headers: &self.0.headers,
            request_id: self.request_id(),
            body,
            redactor: self.redactor(),
            kept,
        };
        let error = Error::answer(kind, text, &parts);
        if self.0.is_possibly_applied_if_unread
            && kind == ErrorKind::Decode
            && self.0.status.is_success()
        {
            return error.with_maybe_applied();
        }
        error
    }

    /// Returns the redactor for the secrets of this call.
    pub(crate) fn redactor(&self) -> &Redactor {
        self.0.redactor.get_or_init(|| {
            let secrets = self.0.known.secrets();
            let secrets: Vec<&str> = secrets.iter().map(|secret| &**secret).collect();
            Arc::new(Redactor::new(&secrets))
        })
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("operation", &self.0.operation.id)
            .field("status", &self.0.status.as_u16())
            .field(
                "request_id",
                &self
                    .request_id()
                    .map(|id| self.redactor().without_known(id)),
            )
            .finish_non_exhaustive()
    }
}
