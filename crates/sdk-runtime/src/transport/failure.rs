//! Reason for a missing or incomplete response, and how far the request got.

use std::error::Error as StdError;
use std::fmt;

/// Any error, as a cause.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// How far a failed request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was established in time, so no part of the request was sent. Always retried if
    /// the body can be opened again, unless the error is permanent.
    NotSent,
    /// The server signals that it didn't process the request. HTTP/2 uses `REFUSED_STREAM`, or a
    /// `GOAWAY` whose last stream precedes the request's stream (RFC 9113, sections 6.8 and 8.7).
    /// Always retried if the body can be opened again.
    NotProcessed,
    /// A time limit of the transport itself was exceeded after sending had started. Retried if the
    /// operation is safe to repeat.
    TimedOut,
    /// The connection broke after sending had started, or at an unknown time. Retried if the
    /// operation is safe to repeat.
    Broken,
    /// The transport can't send this request, and sent nothing. Never retried.
    Invalid,
    /// The transport followed redirects by itself, and gave up. Never retried.
    Redirected,
}

/// Reason why a [`Transport`](crate::Transport) didn't return a response, or why reading the body
/// of a response failed.
///
/// Neither `Display` nor `Debug` of a cause may show a URL, because its query may contain secrets.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    is_permanent: bool,
    is_of_proxy: bool,
    source: Option<BoxError>,
}

impl TransportError {
    /// Creates an error.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            is_permanent: false,
            is_of_proxy: false,
            source: None,
        }
    }

    /// Adds a cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Marks the error as permanent: another attempt would fail in the same way, for example
    /// because of an untrusted certificate.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.is_permanent = true;
        self
    }

    /// Records that the proxy, not the server, refused the connection.
    #[must_use]
    pub fn by_proxy(mut self) -> Self {
        self.is_of_proxy = true;
        self
    }

    /// Returns whether a proxy refused the connection.
    pub fn is_by_proxy(&self) -> bool {
        self.is_of_proxy
    }

    /// Returns how far the request got.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether another attempt would fail in the same way.
    pub fn is_permanent(&self) -> bool {
        self.is_permanent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::NotSent => "the request was not sent",
            TransportErrorKind::NotProcessed => "the server did not process the request",
            TransportErrorKind::TimedOut => "the transport timed out",
            TransportErrorKind::Broken => "the connection broke",
            TransportErrorKind::Invalid => "the transport cannot send the request",
            TransportErrorKind::Redirected => "the transport followed too many redirects",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
