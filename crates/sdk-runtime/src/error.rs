//! The single error type: what went wrong, the vendor's message, and what to do.

mod bounded;
mod display;
pub(crate) mod excerpt;
pub(crate) mod facts;
mod job;
mod job_facts;
pub(crate) mod kind;
mod predicates;
pub(crate) mod redact;
pub(crate) mod redactor;
mod spelling;

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::facts::{Facts, FieldError};
use crate::error::job_facts::JobFacts;
use crate::error::kind::ErrorKind;
use crate::error::redactor::Redactor;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::charset::in_utf8;
use crate::table::operation::Operation;
use crate::table::vendor::Vendor;

/// Reason why a call failed, a token could not be obtained, or a client could not be built.
///
/// Use the predicates (`is_auth`, `is_rate_limited`, …), whose documentation describes what to do,
/// or read the vendor's error. Cloning is cheap, because clones share their content. For example,
/// all calls that wait for the same token exchange get the same error. `Display` and `Debug` show
/// no secrets, but [`body`](Self::body) and [`headers`](Self::headers) are unmodified.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// The client's own message. A vendor message takes precedence.
    text: String,
    operation: Option<&'static Operation>,
    /// The operation that needed a token, if an exchange failed.
    needed_by: Option<&'static str>,
    attempts: u32,
    maybe_applied: bool,
    /// Whether another attempt would fail in the same way.
    is_permanent: bool,
    retry_after: Option<Duration>,
    answer: Option<Arc<Answer>>,
    json_path: Option<String>,
    job: Option<Arc<JobFacts>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Parts of a vendor's response from which an error is created.
pub(crate) struct ResponseParts<'a> {
    pub(crate) vendor: &'static Vendor,
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) request_id: Option<&'a str>,
    /// The part of the body that was read.
    pub(crate) body: &'a Bytes,
    /// Removes the secrets of the request, which must not appear in the error.
    pub(crate) redactor: &'a Redactor,
    /// Parts of the response that errors keep. Set when the first error is created.
    pub(crate) kept: &'a OnceLock<Arc<Answer>>,
}

/// Parts of a response that errors keep.
pub(crate) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
    facts: Facts,
    /// Start of the body, with everything that looks like a secret replaced. For a body that is
    /// binary or may contain a token, this is a note instead.
    excerpt: String,
}

impl Answer {
    fn new(parts: &ResponseParts<'_>) -> Self {
        let redactor = parts.redactor;
        let media = parts.headers.get(CONTENT_TYPE);
        let media = media
            .and_then(|media| media.to_str().ok())
            .unwrap_or_default();
        Self {
            status: parts.status,
            headers: parts.headers.clone(),
            body: excerpt::kept(parts.body),
            request_id: parts.request_id.map(|id| redactor.without_known(id)),
            facts: Facts::read(&parts.vendor.error, &in_utf8(parts.body, media), redactor),
            excerpt: if parts.operation.token && parts.status.is_success() {
                "(not shown: it may contain a token)".to_owned()
            } else {
                excerpt::shown(parts.body, parts.headers, redactor)
            },
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            text: text.into(),
            operation: None,
            needed_by: None,
            attempts: 0,
            maybe_applied: false,
            is_permanent: false,
            retry_after: None,
            answer: None,
            json_path: None,
            job: None,
            source: None,
        }))
    }

    /// Creates an error for credentials that are used up or of the wrong kind.
    ///
    /// The error means that nothing was sent. In a [`TokenSource`](crate::TokenSource), describe
    /// what to provide instead.
    pub fn credentials(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, text)
    }

    /// Creates an error for a token store that failed.
    ///
    /// In your own [`TokenStore`](crate::TokenStore), describe the action that failed, and what it
    /// acted on.
    pub fn store(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Store, text)
    }

    /// Creates an error for a client setting that is missing or wrong.
    ///
    /// In a vendor crate, describe what to set and where.
    pub fn configuration(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, text)
    }

    /// Creates an error for missing credentials.
    ///
    /// The message lists the variables and the builder method that supply credentials.
    pub fn missing_credentials(vendor: &Vendor, variables: &[&str], builder: &str) -> Self {
        Self::new(
            ErrorKind::Credentials,
            format!(
                "{} has no credentials: {} is not set; set it, or call .{builder} on the builder",
                vendor.name,
                variables.join(" or "),
            ),
        )
    }

    /// Creates an error for missing credentials when environment variables are not read.
    ///
    /// In that case, the variables may be set, so the message doesn't say that they aren't.
    pub(crate) fn credentials_not_given(
        vendor: &Vendor,
        variables: &[&str],
        builder: &str,
    ) -> Self {
        Self::new(
            ErrorKind::Credentials,
            format!(
                "{} has no credentials, and the environment is not read here: call .{builder} on the builder, or use \
                 from_env(), which reads {}",
                vendor.name,
                variables.join(" or "),
            ),
        )
    }

    /// Creates an error for a missing runtime: a client needs tokio for timers, tasks and
    /// connections.
    pub(crate) fn outside_runtime() -> Self {
        Self::configuration(
            "a client works only inside a tokio runtime: call it from `#[tokio::main]` or `Runtime::block_on`",
        )
    }

    pub(crate) fn request(operation: &'static Operation, text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Request, text).with_operation(operation)
    }

    /// Creates an error for a response that is an error or unreadable.
    ///
    /// Errors about the same response share the parts that they keep, because a page may have
    /// thousands of unreadable items.
    pub(crate) fn answer(
        kind: ErrorKind,
        text: impl Into<String>,
        parts: &ResponseParts<'_>,
    ) -> Self {
        let text = parts.redactor.without_known(&text.into());
        let mut error = Self::new(kind, text).with_operation(parts.operation);
        error.edit().answer = Some(
            parts
                .kept
                .get_or_init(|| Arc::new(Answer::new(parts)))
                .clone(),
        );
        error
    }

    pub(crate) fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.edit().operation = Some(operation);
        self
    }

    /// Adds a cause.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.edit().source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_json_path(mut self, path: String) -> Self {
        self.edit().json_path = Some(path);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.edit().attempts = attempts;
        self
    }

    /// Marks the error: the request may have taken effect.
    pub(crate) fn with_maybe_applied(mut self) -> Self {
        self.edit().maybe_applied = true;
        self
    }

    /// Marks the error as permanent: another attempt would fail in the same way.
    pub(crate) fn with_permanence(mut self) -> Self {
        self.edit().is_permanent = true;
        self
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.0.is_permanent
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.edit().retry_after = wait;
        self
    }

    /// Returns whether the error is from a token exchange that a call to another operation waited
    /// for.
    pub(crate) fn is_from_token_exchange(&self) -> bool {
        self.0.needed_by.is_some()
    }

    /// Adds the operation that needed the token.
    pub(crate) fn needed_by(mut self, operation: &'static str) -> Self {
        self.edit().needed_by = Some(operation);
        self
    }

    fn edit(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the kind of failure. Prefer the predicates, such as
    /// [`is_timeout`](Self::is_timeout).
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the status of the vendor's response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// Returns the vendor's code for the error.
    pub fn code(&self) -> Option<&str> {
        self.facts().and_then(|facts| facts.code.as_deref())
    }

    /// Returns the vendor's error type.
    pub fn error_type(&self) -> Option<&str> {
        self.facts().and_then(|facts| facts.kind.as_deref())
    }

    /// Returns the vendor's message, or the client's own message if there is none.
    pub fn message(&self) -> &str {
        self.facts()
            .and_then(|facts| facts.message.as_deref())
            .unwrap_or(&self.0.text)
    }

    /// Returns the client's own message.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the vendor's errors about individual fields of the request.
    pub fn fields(&self) -> &[FieldError] {
        self.facts().map_or(&[], |facts| &facts.fields)
    }

    /// Returns the vendor's id for the request, which is useful when you contact the vendor's
    /// support.
    pub fn request_id(&self) -> Option<&str> {
        self.0
            .answer
            .as_ref()
            .and_then(|answer| answer.request_id.as_deref())
    }

    /// Returns the headers of the vendor's response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// Returns at most the first 64 KiB of the response's body, unmodified: it may contain secrets.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.answer.as_ref().map(|answer| answer.body.as_ref())
    }

    /// Returns the id of the operation that failed.
    ///
    /// If a request of a token exchange failed, this is the token operation. Returns `None` for
    /// errors that aren't about an operation.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// Returns the position in the response where decoding failed, such as `$.items[3].id`.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// Returns the number of times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the delay to observe before you send the call again.
    ///
    /// It comes from `Retry-After`, from a vendor-specific header, or, after a 429, from
    /// `X-Rate-Limit-Reset` or `X-RateLimit-Reset`. After a 429 without such a header, it is the
    /// window of the vendor's published rate limit. If the client's own rate limit would have
    /// delayed the request past the call's deadline, it is the time until the next free slot.
    ///
    /// The client itself also waits for this delay before it retries a call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Decodes the body as the vendor's own error type. Returns `None` if the error has no body, or
    /// if the body doesn't match the type.
    pub fn vendor<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(without_byte_order_mark(self.body()?)).ok()
    }

    fn facts(&self) -> Option<&Facts> {
        self.0.answer.as_ref().map(|answer| &answer.facts)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
