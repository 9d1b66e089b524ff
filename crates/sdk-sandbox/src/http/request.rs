//! A received request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;

use crate::http::body_error::BodyError;
use crate::http::body_reader::ReceivedBody;
use crate::http::multipart::Part;
use crate::http::ndjson::NdjsonLine;
use crate::http::uploaded_file::File;
use crate::openapi::media_type::essence;

/// A received request, including its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path as sent: percent-encoded, with the base path.
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// Body as sent. For a multipart or NDJSON body, only the first MiB.
    pub(crate) body: Bytes,
    /// Length of the body in bytes.
    pub(crate) length: u64,
    /// Parts of a multipart body.
    pub(crate) parts: Option<Vec<Part>>,
    /// Lines of an NDJSON body.
    pub(crate) lines: Option<Vec<NdjsonLine>>,
    /// Reason why the body could not be read.
    pub(crate) body_error: Option<BodyError>,
    /// Job states that a fault assigns to the job that the call starts.
    pub(crate) job_states: Vec<String>,
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

    /// Adds the received body to the request.
    pub(crate) fn fill(&mut self, received: ReceivedBody) {
        self.body = received.bytes;
        self.length = received.length;
        self.parts = received.parts;
        self.lines = received.lines;
        self.body_error = received.body_error;
    }

    /// Returns the files with the given field name in a multipart body.
    pub(crate) fn files(&self, name: &str) -> Vec<File> {
        let parts = self.parts.iter().flatten();
        parts
            .filter(|part| part.name == name)
            .filter_map(Part::file)
            .collect()
    }

    /// Returns the value of a header, or `None` if it is absent or contains non-ASCII characters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the media type of the body in lower case, without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let text = self.header("content-type")?;
        Some(essence(text).to_ascii_lowercase())
    }

    /// Returns the token from the `Authorization: Bearer` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    }

    /// Returns the user name and password from the `Authorization: Basic` header.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let (scheme, text) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = STANDARD.decode(text.trim()).ok()?;
        let (id, secret) = std::str::from_utf8(&bytes)
            .ok()?
            .split_once(':')
            .map(|(i, s)| (i.to_owned(), s.to_owned()))?;
        Some((id, secret))
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
