//! A request to a path that the operation table does not have.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::core::ClientCore;
use crate::decode::{Decode, Json};
use crate::error::Error;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::typed::Response;
use crate::table::method::Method;
use crate::table::operation::{Operation, Repeat};

const fn operation(method: Method, repeat: Repeat) -> Operation {
    Operation {
        id: "request",
        method,
        repeat,
        ..Operation::EMPTY
    }
}

static GET: Operation = operation(Method::Get, Repeat::Safe);
static HEAD: Operation = operation(Method::Head, Repeat::Safe);
static OPTIONS: Operation = operation(Method::Options, Repeat::Safe);
static PUT: Operation = operation(Method::Put, Repeat::Safe);
static DELETE: Operation = operation(Method::Delete, Repeat::Safe);
static POST: Operation = operation(Method::Post, Repeat::Never);
static PATCH: Operation = operation(Method::Patch, Repeat::Never);

/// A request to any path of the vendor, with the same token and rules as the operations.
#[must_use = "a request does nothing until it is sent"]
pub struct PathRequest<'c> {
    core: &'c ClientCore,
    call: Call,
}

impl<'c> PathRequest<'c> {
    /// Starts a request. The path begins with a slash, is below the base URL, and is sent as it is.
    pub fn new(core: &'c ClientCore, method: Method, path: impl Into<String>) -> Self {
        let operation = match method {
            Method::Get => &GET,
            Method::Head => &HEAD,
            Method::Options => &OPTIONS,
            Method::Put => &PUT,
            Method::Delete => &DELETE,
            Method::Post => &POST,
            Method::Patch => &PATCH,
        };
        let mut call = Call::new(operation);
        call.path = Some(path.into());
        Self { core, call }
    }

    /// Adds a pair to the query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.call.query(name, value);
        self
    }

    /// Sets the body, which is sent as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.call.json_body(body);
        self
    }

    /// Sets the body as bytes of a media type.
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

    /// Limits the time to connect, where that is shorter than the client's; not with an HTTP client of your own.
    pub fn with_connect_timeout(mut self, limit: Duration) -> Self {
        self.call.connect_timeout(limit);
        self
    }

    /// Limits the time of each attempt.
    pub fn with_attempt_timeout(mut self, limit: Duration) -> Self {
        self.call.attempt_timeout(limit);
        self
    }

    /// Limits the silence between two pieces of the answer.
    pub fn with_idle_timeout(mut self, limit: Duration) -> Self {
        self.call.idle_timeout(limit);
        self
    }

    /// Sets how often the request is sent at most; 1 is once and never again.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.call.attempts(attempts);
        self
    }

    /// Sends the request and reads the answer as JSON.
    ///
    /// # Errors
    /// If the answer is an error or cannot be read as `T`.
    pub async fn send<T: DeserializeOwned + Send + 'static>(self) -> Result<Response<T>, Error> {
        let mut raw = self.core.call(self.call, Reading::Whole).await?;
        let value = Json::<T>::decode(&mut raw)?;
        Ok(Response::new(value, raw))
    }

    /// Sends the request and gives the answer as it comes, whatever its status.
    ///
    /// # Errors
    /// If no answer came.
    pub async fn send_raw(self) -> Result<RawResponse, Error> {
        self.core.call(self.call, Reading::Untouched).await
    }
}

impl fmt::Debug for PathRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PathRequest")
            .field("method", &self.call.operation().method)
            .finish_non_exhaustive()
    }
}
