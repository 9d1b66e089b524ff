//! A request that was read, and the answer it gets.

use bytes::Bytes;
use http::HeaderMap;

/// A request, body included.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent: percent-encoded, with the base path.
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(parts: &http::request::Parts, body: Bytes) -> Self {
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: serde_urlencoded::from_str(&raw_query).unwrap_or_default(),
            raw_query,
            headers: parts.headers.clone(),
            body,
        }
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
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
}

/// An answer that is ready to be sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
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
