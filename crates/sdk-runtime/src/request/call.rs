//! A call under construction, before anything is sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use crate::config::timeouts::Timeouts;
use crate::error::Error;
use crate::request::argument::{Argument, IntoArgument};
use crate::request::body::parts::{IntoParts, Parts};
use crate::request::body::upload::UploadBody;
use crate::request::departure::Departure;
use crate::table::operation::{Operation, Repeat};
use crate::table::parameter::{Parameter, Place};
use crate::value::secret::{Secret, written};

/// One call to an operation: arguments, body and options.
///
/// Errors in any of these are returned when the call is sent. `Debug` shows names but no values.
#[derive(Clone)]
pub struct Call {
    pub(crate) operation: &'static Operation,
    /// Path and query, if the caller specified a path instead of an operation.
    pub(crate) path: Option<String>,
    /// Link from the vendor. Its URL replaces the path and the query.
    pub(crate) link: Option<Url>,
    pub(crate) arguments: Vec<(&'static Parameter, Argument)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Given>,
    pub(crate) media: Option<&'static str>,
    pub(crate) basic: Option<(String, Secret)>,
    pub(crate) timeouts: Timeouts,
    pub(crate) attempts: Option<u32>,
    pub(crate) max_answer: Option<usize>,
    pub(crate) idempotency_key: Option<String>,
    /// Secrets in the body and the parameters, which must not appear in errors.
    pub(crate) secrets: Option<Arc<[Secret]>>,
    /// Handle for withdrawing the call before it is sent.
    pub(crate) departure: Option<Arc<Departure>>,
    /// Operation whose rules apply, if the call uses a path in the table.
    pub(crate) rules: Option<&'static Operation>,
    /// Retry rule that the caller declared for a path that isn't in the table.
    pub(crate) repeat: Option<Repeat>,
    pub(crate) failure: Option<Error>,
}

/// The body as set by the caller.
#[derive(Clone)]
pub(crate) enum Given {
    /// The body is omitted on purpose.
    Nothing,
    /// A value as JSON text, which is encoded in the selected media type when the call is sent.
    Json(Bytes),
    /// Bytes, sent unmodified.
    Bytes(Bytes),
    /// Bytes, a string or a file, sent unmodified.
    Upload(UploadBody),
    /// Parts of a multipart body.
    Parts(Parts),
}

impl Call {
    /// Creates a call to an operation, without arguments.
    pub fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            path: None,
            link: None,
            arguments: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            media: None,
            basic: None,
            timeouts: Timeouts::default(),
            attempts: None,
            max_answer: None,
            idempotency_key: None,
            secrets: None,
            departure: None,
            rules: None,
            repeat: None,
            failure: None,
        }
    }

    /// Returns the operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the operation whose rules for tokens, limits and retries apply.
    pub(crate) fn rules(&self) -> &'static Operation {
        self.rules.unwrap_or(self.operation)
    }

    /// Returns whether the call uses a path that isn't in the operation table.
    pub(crate) fn has_unknown_path(&self) -> bool {
        self.path.is_some() && self.rules.is_none()
    }

    /// Sets a parameter by its name in the OpenAPI document. A second value replaces the first.
    ///
    /// If parameters share a name, use `query.id`, `path.id` or `header.id` to distinguish them.
    pub fn argument(&mut self, name: &str, value: impl IntoArgument) {
        let (value, secrets) = written(|| value.into_argument());
        self.note_secrets(secrets);
        self.put(name, value);
    }

    fn put(&mut self, name: &str, value: Argument) {
        let Some(parameter) = self.operation.parameter(name) else {
            return self.fail(Error::request(
                self.operation,
                format!("there is no parameter `{name}`"),
            ));
        };
        self.arguments
            .retain(|(known, _)| !known.is_same(parameter));
        self.arguments.push((parameter, value));
    }

    /// Sets the body to a value, which is encoded in the selected media type.
    pub fn json_body<T: Serialize + ?Sized>(&mut self, body: &T) {
        let (json, secrets) = written(|| serde_json::to_vec(body));
        self.note_secrets(secrets);
        match json {
            Ok(json) => self.body = Some(Given::Json(json.into())),
            Err(error) => {
                self.fail(
                    Error::request(self.operation, "the body cannot be encoded").with_source(error),
                );
            }
        }
    }

    /// Sets the body to bytes, which are sent unmodified.
    pub fn bytes_body(&mut self, body: impl Into<Bytes>) {
        self.body = Some(Given::Bytes(body.into()));
    }

    /// Sets the body to bytes, a string or a file, which are sent unmodified.
    pub fn upload_body(&mut self, body: impl Into<UploadBody>) {
        self.body = Some(Given::Upload(body.into()));
    }

    /// Sets the body to parts. Selects the operation's multipart media type, unless a media type
    /// was already selected.
    pub fn parts_body(&mut self, parts: impl IntoParts) {
        let mut parts = parts.into_parts();
        self.note_secrets(std::mem::take(&mut parts.secrets));
        self.body = Some(Given::Parts(parts));
        let media = self.operation.body.map_or(&[][..], |body| body.media);
        if self.media.is_none() {
            let multipart = media.iter().find(|media| media.encoding.is_multipart());
            self.media = multipart.map(|media| media.name);
        }
    }

    /// Omits the body, even if one is required.
    pub fn no_body(&mut self) {
        self.body = Some(Given::Nothing);
    }

    /// Returns whether the body was set, or omitted on purpose.
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// Selects one of the operation's media types.
    pub fn content_type(&mut self, media: &'static str) {
        self.media = Some(media);
    }

    /// Returns the selected media type, or the operation's first media type.
    pub fn media(&self) -> Option<&'static str> {
        self.media
            .or_else(|| Some(self.operation.body?.media.first()?.name))
    }

    /// Sets a user name and a password, which this call sends instead of the client's credentials.
    pub fn basic_auth(&mut self, user: impl Into<String>, password: impl Into<Secret>) {
        self.basic = Some((user.into(), password.into()));
    }

    /// Returns whether a user name and a password, or an `Authorization` header, were set.
    pub fn has_basic_auth(&self) -> bool {
        self.basic.is_some() || self.headers.contains_key(AUTHORIZATION)
    }

    /// Adds a header. A second value replaces the first.
    ///
    /// A `Content-Type` that is one of the operation's media types selects that media type, and
    /// thus the encoding of the body.
    pub fn header(&mut self, name: &str, value: &str) {
        let media = self.operation.body.map_or(&[][..], |body| body.media);
        if CONTENT_TYPE == *name.to_ascii_lowercase()
            && let Some(known) = media
                .iter()
                .find(|media| media.name.eq_ignore_ascii_case(value))
        {
            return self.content_type(known.name);
        }
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            _ => self.fail(Error::request(
                self.operation,
                format!("the header {name:?} cannot be sent"),
            )),
        }
    }

    /// Returns whether a parameter was set, either by its name or as a raw header or query
    /// parameter.
    pub(crate) fn has_parameter(&self, place: Place, name: &str) -> bool {
        let is_beside = match place {
            Place::Header => self.headers.contains_key(name),
            Place::Query => self.query.iter().any(|(known, _)| known == name),
            Place::Path => false,
        };
        let is_meant = |known: &Parameter| known.place == place && names(place, known.name, name);
        is_beside || self.arguments.iter().any(|(known, _)| is_meant(known))
    }

    /// Sets a parameter. An undeclared header or query parameter is added unchanged.
    pub(crate) fn put_parameter(&mut self, place: Place, name: &str, value: &str) {
        let is_meant = |known: &&Parameter| known.place == place && names(place, known.name, name);
        if let Some(known) = self.operation.parameters.iter().find(is_meant) {
            let name = format!("{}.{}", place.as_str(), known.name);
            return self.put(&name, value.into_argument());
        }
        match place {
            Place::Header => self.header(name, value),
            Place::Query => self.query(name, value),
            Place::Path => self.argument(name, value),
        }
    }

    /// Adds secrets of the call, which must not appear in errors.
    pub(crate) fn note_secrets(&mut self, secrets: Vec<Secret>) {
        if !secrets.is_empty() {
            let known = self.secrets.iter().flat_map(|known| known.iter()).cloned();
            self.secrets = Some(known.chain(secrets).collect());
        }
    }

    /// Limits the time of the whole call.
    pub fn timeout(&mut self, limit: Duration) {
        self.timeouts.call = Some(limit);
    }

    /// Limits the time to connect, before anything is sent.
    ///
    /// The client's own limit still applies.
    pub fn connect_timeout(&mut self, limit: Duration) {
        self.timeouts.connect = Some(limit);
    }

    /// Limits the time of each attempt.
    pub fn attempt_timeout(&mut self, limit: Duration) {
        self.timeouts.attempt = Some(limit);
    }

    /// Limits the time between two chunks of the response's body, or of an upload.
    pub fn idle_timeout(&mut self, limit: Duration) {
        self.timeouts.idle = Some(limit);
    }

    /// Limits how much of the response is read into memory, in bytes after decompression.
    pub fn max_answer_bytes(&mut self, bytes: usize) {
        self.max_answer = Some(bytes);
    }

    /// Sets the maximum number of attempts. A value of 0 is treated as 1.
    pub fn attempts(&mut self, attempts: u32) {
        self.attempts = Some(attempts.max(1));
    }

    /// Sets the idempotency key, which lets the vendor recognize a repeated call.
    pub fn idempotency_key(&mut self, key: impl Into<String>) {
        self.idempotency_key = Some(key.into());
    }

    /// Returns the explicit time limit of the call, or of the client, if any.
    pub(crate) fn time_limit(&self, client: &Timeouts) -> Option<Duration> {
        self.timeouts.or(client).call
    }

    /// Sets a link from the vendor as the URL, in place of the call's own path and query.
    pub(crate) fn link(&mut self, url: Url) {
        self.link = Some(url);
    }

    pub(crate) fn has_argument(&self, name: &str) -> bool {
        self.given(name)
            .is_some_and(|argument| !argument.is_absent())
    }

    /// Returns the value of a parameter, if it is a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.given(name)?.as_number()
    }

    /// Returns the value of a parameter as a string, if it is a string, a number or a boolean.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.given(name)?.as_text()
    }

    fn given(&self, name: &str) -> Option<&Argument> {
        let parameter = self.operation.parameter(name)?;
        let given = self
            .arguments
            .iter()
            .find(|(known, _)| known.is_same(parameter));
        given.map(|(_, argument)| argument)
    }

    /// Adds a query parameter that the operation doesn't declare.
    pub(crate) fn query(&mut self, name: &str, value: &str) {
        self.query.push((name.to_owned(), value.to_owned()));
    }

    /// Records a failure. Only the first failure is reported.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }
}

/// Returns whether a parameter has this name. Header names are case-insensitive.
fn names(place: Place, known: &str, name: &str) -> bool {
    match place {
        Place::Header => known.eq_ignore_ascii_case(name),
        Place::Query | Place::Path => known == name,
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|(parameter, _)| parameter.name)
            .collect();
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("arguments", &arguments)
            .field("has_body", &self.has_body())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_does_not_print_its_values() {
        static OPERATION: Operation = Operation {
            id: "get_thing",
            parameters: &[Parameter {
                name: "key",
                ..Parameter::EMPTY
            }],
            ..Operation::EMPTY
        };
        let mut call = Call::new(&OPERATION);
        call.argument("key", "hush");
        call.basic_auth("me", "hush");
        call.header("X-Key", "hush");
        call.json_body(&["hush"]);
        let printed = format!("{call:?} {call:#?} {:?}", call.headers);
        assert!(
            printed.contains("key") && !printed.contains("hush"),
            "{printed}"
        );
    }

    #[test]
    fn the_first_failure_of_a_call_is_kept() {
        let mut call = Call::new(&Operation::EMPTY);
        call.argument("nonsense", 1);
        call.header("bad name", "x");
        assert!(call.failure.unwrap().to_string().contains("`nonsense`"));
    }
}
