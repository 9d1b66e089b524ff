//! A request that was read, and the answer it gets.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

use crate::http::body_reader::{Intake, Line};
use crate::http::multipart::{Part, Trouble};
use crate::http::outgoing_body::Flow;
use crate::state::store::File;

/// A request, body included.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent: percent-encoded, with the base path.
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// As sent; of a long body with files only the beginning.
    pub(crate) body: Bytes,
    /// How long the body was.
    pub(crate) length: u64,
    /// The parts of a multipart body.
    pub(crate) parts: Option<Vec<Part>>,
    /// The lines of a body of lines.
    pub(crate) lines: Option<Vec<Line>>,
    /// What kept the body from being read.
    pub(crate) trouble: Option<Trouble>,
}

impl Request {
    pub(crate) fn head(parts: &http::request::Parts) -> Self {
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: serde_urlencoded::from_str(&raw_query).unwrap_or_default(),
            raw_query,
            headers: parts.headers.clone(),
            ..Self::default()
        }
    }

    /// Adds the body that was read.
    pub(crate) fn fill(&mut self, intake: Intake) {
        self.body = intake.bytes;
        self.length = intake.length;
        self.parts = intake.parts;
        self.lines = intake.lines;
        self.trouble = intake.trouble;
    }

    /// The files of a multipart body that came under a name.
    pub(crate) fn files(&self, name: &str) -> Vec<File> {
        let parts = self.parts.iter().flatten();
        parts
            .filter(|part| part.name == name)
            .filter_map(Part::file)
            .collect()
    }

    /// A header as text, if there is one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type of the body, in lower case and without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let text = self.header("content-type")?;
        Some(
            text.split(';')
                .next()
                .unwrap_or(text)
                .trim()
                .to_ascii_lowercase(),
        )
    }

    #[cfg(test)]
    pub(crate) fn get(path: &str, query: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            raw_query: query.to_owned(),
            query: serde_urlencoded::from_str(query).unwrap(),
            ..Self::default()
        }
    }
}

/// An answer that is ready to be sent.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// A body that is made while it is sent, in place of the other.
    pub(crate) flow: Option<Flow>,
}

impl Clone for Reply {
    /// A body that is made while it is sent is made once, so a copy has none.
    fn clone(&self) -> Self {
        Self {
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.clone(),
            flow: None,
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

    /// The whole body at once.
    pub(crate) fn settled(mut self) -> Self {
        if let Some(mut flow) = self.flow.take() {
            let pieces: Vec<Bytes> = std::iter::from_fn(&mut flow).collect();
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

    /// Sets a header, in place of one of the same name.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
