//! A reply that is ready to send.

use std::fmt;

use bytes::Bytes;

use crate::http::outgoing_body::Pieces;

/// A reply that is ready to send.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// Streamed body, used instead of `body`.
    pub(crate) pieces: Option<Pieces>,
}

impl Clone for Reply {
    /// A streamed body can be produced only once, so the copy doesn't contain it.
    fn clone(&self) -> Self {
        Self {
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.clone(),
            pieces: None,
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Reply {
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self {
            status,
            ..Self::default()
        }
        .with_body("application/json", body.to_string())
    }

    pub(crate) fn with_body(mut self, media: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.with_header("Content-Type", media)
    }

    /// Collects a streamed body into `body`.
    pub(crate) fn settled(mut self) -> Self {
        if let Some(mut pieces) = self.pieces.take() {
            let pieces: Vec<Bytes> = std::iter::from_fn(&mut pieces).collect();
            self.body = pieces.concat().into();
        }
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Sets a header, and replaces an existing header of the same name.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
