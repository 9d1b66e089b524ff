//! A request to any path of the vendor.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::core::ClientCore;
use crate::error::Error;
use crate::request::call::Call;
use crate::response::decode::{Decode, Json};
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::typed::Response;
use crate::table::method::Method;
use crate::table::operation::{Operation, Repeat};
use crate::table::path_match::operation_of;

const fn operation(method: Method, repeat: Repeat) -> Operation {
    Operation {
        id: "request",
        method,
        repeat,
        ..Operation::EMPTY
    }
}

/// Reads, which may be repeated.
static GET: Operation = operation(Method::Get, Repeat::Safe);
static HEAD: Operation = operation(Method::Head, Repeat::Safe);
static OPTIONS: Operation = operation(Method::Options, Repeat::Safe);
/// Writes, which may be repeated only if the table or the caller permits it.
static PUT: Operation = operation(Method::Put, Repeat::Never);
static DELETE: Operation = operation(Method::Delete, Repeat::Never);
static POST: Operation = operation(Method::Post, Repeat::Never);
static PATCH: Operation = operation(Method::Patch, Repeat::Never);
/// Reads with side effects, according to the table.
static GET_WITH_EFFECTS: Operation = operation(Method::Get, Repeat::Never);

/// A request to any path of the vendor, with the client's token and limits.
///
/// If the method and the path match an operation, the rules of that operation apply. They determine
/// which credential is sent, and whether the request may be repeated. The path is compared after
/// percent-decoding, and the most literal template wins: `/me` before `/{id}`.
///
/// For a path without an operation, reads are repeated in the same way as the reads of operations.
/// **A write isn't repeated if it may have taken effect**, unless [`repeatable`](Self::repeatable)
/// declares that repeating the write is harmless.
#[must_use = "a request does nothing until it is sent"]
pub struct PathRequest<'c> {
    core: &'c ClientCore,
    call: Call,
}

impl<'c> PathRequest<'c> {
    /// Creates a request.
    ///
    /// The path must start with a slash and be percent-encoded. It is relative to the base URL, and
    /// may contain a query.
    pub fn new(core: &'c ClientCore, method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        let rules = rules(core, method, &path);
        let operation = match method {
            Method::Get if rules.is_some_and(Operation::is_write) => &GET_WITH_EFFECTS,
            Method::Get => &GET,
            Method::Head => &HEAD,
            Method::Options => &OPTIONS,
            Method::Put => &PUT,
            Method::Delete => &DELETE,
            Method::Post => &POST,
            Method::Patch => &PATCH,
        };
        let mut call = Call::new(operation);
        call.path = Some(path);
        call.rules = rules;
        Self { core, call }
    }

    /// Declares that sending the request twice has the same effect as sending it once.
    ///
    /// The request is then repeated like a read: after timeouts and broken connections, and after
    /// the statuses 408, 429, 500, 502, 503 and 504. Use this for a write to a path without an
    /// operation.
    ///
    /// If the path belongs to an operation that must not be repeated, the request fails and
    /// nothing is sent.
    pub fn repeatable(mut self) -> Self {
        match self.call.rules {
            Some(rules) if rules.repeat == Repeat::Never => {
                let text = format!(
                    "the path belongs to `{}`, which must not be repeated: remove .repeatable()",
                    rules.id
                );
                self.call.fail(Error::request(self.call.operation, text));
            }
            Some(_) => {}
            None => self.call.repeat = Some(Repeat::Safe),
        }
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.call.query(name, value);
        self
    }

    /// Sets the body, which is sent as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.call.json_body(body);
        self
    }

    /// Sets the body to bytes with a media type.
    pub fn bytes(mut self, media: &str, body: impl Into<bytes::Bytes>) -> Self {
        self.call.header("content-type", media);
        self.call.bytes_body(body);
        self
    }

    /// Adds a header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.call.header(name, value);
        self
    }

    /// Limits the time of this call.
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        self.call.timeout(limit);
        self
    }

    /// Limits the time to connect.
    ///
    /// The limit has no effect if it exceeds the client's own limit, or if you use your own HTTP
    /// client.
    pub fn with_connect_timeout(mut self, limit: Duration) -> Self {
        self.call.connect_timeout(limit);
        self
    }

    /// Limits the time of each attempt.
    pub fn with_attempt_timeout(mut self, limit: Duration) -> Self {
        self.call.attempt_timeout(limit);
        self
    }

    /// Limits how much of the response is read into memory.
    ///
    /// The limit is in bytes after decompression. The default is the client's limit, which is 64
    /// MiB unless you change it.
    pub fn with_max_answer_bytes(mut self, bytes: usize) -> Self {
        self.call.max_answer_bytes(bytes);
        self
    }

    /// Limits the time between two chunks of the response.
    pub fn with_idle_timeout(mut self, limit: Duration) -> Self {
        self.call.idle_timeout(limit);
        self
    }

    /// Sets the maximum number of attempts; 1 disables retries.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.call.attempts(attempts);
        self
    }

    /// Sends the request and decodes the response as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if no response arrived, or if the response is an error or can't be decoded
    /// as `T`.
    pub async fn send<T: DeserializeOwned + Send + 'static>(self) -> Result<Response<T>, Error> {
        let mut raw = self.core.call(self.call, Reading::Whole).await?;
        let value = Json::<T>::decode(&mut raw)?;
        Ok(Response::new(value, raw))
    }

    /// Sends the request and returns the raw response, regardless of its status.
    ///
    /// # Errors
    ///
    /// Returns an error if no response arrived.
    pub async fn send_raw(self) -> Result<RawResponse, Error> {
        self.core.call(self.call, Reading::Untouched).await
    }
}

/// Returns the operation that the request belongs to.
///
/// The lookup uses the final URL, in which `.` and `..` are resolved.
fn rules(core: &ClientCore, method: Method, path: &str) -> Option<&'static Operation> {
    let base = &core.context().base_url;
    let url = base.join(path, "").ok()?;
    let path = url.path().strip_prefix(base.path())?;
    operation_of(
        core.vendor().operations,
        method,
        path,
        url.query().unwrap_or_default(),
    )
}

impl fmt::Debug for PathRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PathRequest")
            .field("method", &self.call.operation().method)
            .finish_non_exhaustive()
    }
}
