//! Log of the requests to vendors, and of the requests to the origin `elsewhere`.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::http::request::Request;

/// Name in the log for requests that don't reach a vendor.
pub(crate) const ELSEWHERE: &str = "elsewhere";

/// Maximum number of requests that are kept. The oldest ones are dropped first.
const MAX_REQUESTS: usize = 10_000;
/// Maximum total size of the bodies that are kept, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// A received request, and the status of its response.
///
/// Headers and body are as sent, including secrets, so that a test can inspect them. `Debug` hides
/// the values of credential headers and shows only the length of the body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Machine name of the vendor, or `elsewhere`.
    pub vendor: String,
    /// Operation id, if an operation matched.
    pub operation_id: Option<String>,
    /// Method in upper case.
    pub method: String,
    /// Path as sent: percent-encoded, with the base path, without the query.
    pub path: String,
    /// Query as sent, without the question mark. Empty if absent.
    pub query: String,
    /// Headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body as sent. For a multipart or NDJSON body, only the first MiB.
    pub body: Bytes,
    /// Length of the body in bytes.
    pub length: u64,
    /// Status of the response, or 0 if the connection was closed before a response was sent.
    pub status: u16,
}

impl LoggedRequest {
    pub(crate) fn new(
        vendor: &str,
        operation_id: Option<String>,
        request: &Request,
        status: u16,
    ) -> Self {
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            vendor: vendor.to_owned(),
            operation_id,
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.raw_query.clone(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: request.body.clone(),
            length: request.length,
            status,
        }
    }

    /// Returns the value of a header. The name is case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the body as a string, with replacement characters for invalid UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): &(String, String)| {
            let secret = ["authorization", "cookie", "key", "token", "secret"]
                .iter()
                .any(|part| name.contains(part));
            (
                name.clone(),
                if secret {
                    "[redacted]".to_owned()
                } else {
                    value.clone()
                },
            )
        };
        f.debug_struct("LoggedRequest")
            .field("vendor", &self.vendor)
            .field("operation_id", &self.operation_id)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field(
                "headers",
                &self.headers.iter().map(shown).collect::<Vec<_>>(),
            )
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("status", &self.status)
            .finish()
    }
}

/// Requests to a sandbox, for all vendors.
#[derive(Default)]
pub(crate) struct Log {
    entries: Mutex<Entries>,
    observer: Option<Observer>,
}

/// Callback that receives each logged request when its response is ready, or when its connection is
/// about to be reset.
pub(crate) type Observer = Arc<dyn Fn(&LoggedRequest) + Send + Sync>;

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Entries {
    requests: VecDeque<LoggedRequest>,
    bytes: usize,
}

impl Log {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        Self {
            observer,
            ..Self::default()
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, request: LoggedRequest) {
        if let Some(observer) = &self.observer {
            observer(&request);
        }
        let mut entries = self.entries();
        entries.bytes += request.body.len();
        entries.requests.push_back(request);
        while entries.requests.len() > MAX_REQUESTS
            || (entries.bytes > MAX_BODY_BYTES && entries.requests.len() > 1)
        {
            let Some(oldest) = entries.requests.pop_front() else {
                break;
            };
            entries.bytes -= oldest.body.len();
        }
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.entries().requests.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(body: Bytes) -> LoggedRequest {
        let mut request = Request::get("/a", "b=1");
        request
            .headers
            .insert("authorization", "Bearer s3cret".parse().unwrap());
        request.headers.insert("x-api-key", "k3y".parse().unwrap());
        request
            .headers
            .insert("accept", "text/plain".parse().unwrap());
        request.body = body;
        LoggedRequest::new("parcels", None, &request, 200)
    }

    #[test]
    fn debug_output_contains_no_credentials() {
        let shown = format!("{:?}", logged(Bytes::from_static(b"password=pa55")));
        for secret in ["s3cret", "k3y", "pa55"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("text/plain"), "{shown}");
    }

    #[test]
    fn the_log_is_limited_by_request_count_and_body_size() {
        let log = Log::default();
        for _ in 0..MAX_REQUESTS + 5 {
            log.add(logged(Bytes::new()));
        }
        assert_eq!(log.requests().len(), MAX_REQUESTS);
        let log = Log::default();
        for _ in 0..3 {
            log.add(logged(Bytes::from(vec![0; MAX_BODY_BYTES / 2])));
        }
        assert_eq!(log.requests().len(), 2);
    }
}
