//! Builds the parts of a request that all attempts share: URL, headers and body.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::call_path::attempt::redirect;
use crate::call_path::context::CallContext;
use crate::call_path::idempotency;
use crate::call_path::repeat_rules::RetryProperties;
use crate::config::settings::MAX_ANSWER;
use crate::config::timeouts::Timeouts;
use crate::error::Error;
use crate::request::argument::{Argument, header, path, query};
use crate::request::body::Body;
use crate::request::body::encode::{encode, encode_parts};
use crate::request::call::{Call, Given};
use crate::request::departure::Departure;
use crate::request::handover::Handover;
use crate::response::known_secrets::KnownSecrets;
use crate::response::reading::Reading;
use crate::table::answer::AnswerSpec;
use crate::table::operation::{Operation, Repeat, Scheme};
use crate::table::parameter::{Parameter, Place};
use crate::table::request_body::{Encoding, MediaType};
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

/// A prepared call, which can be sent repeatedly.
pub(super) struct Prepared {
    pub(super) operation: &'static Operation,
    /// Operation whose rules on tokens, limits and retries apply.
    pub(super) rules: &'static Operation,
    has_unknown_path: bool,
    pub(super) method: Method,
    pub(super) url: Url,
    accept: HeaderValue,
    /// Headers of this call, in addition to those of the client.
    headers: HeaderMap,
    pub(super) body: Body,
    pub(super) reading: Reading,
    /// Whether the client's own credentials and headers may be sent to this URL.
    is_trusted: bool,
    pub(super) schemes: &'static [Scheme],
    pub(super) basic: Option<(String, Secret)>,
    is_from_table: bool,
    pub(super) timeouts: Timeouts,
    /// Whether the call's time limit is the default one. In that case, time spent waiting for a
    /// permit doesn't count toward it.
    pub(super) is_patient: bool,
    attempts: Option<u32>,
    /// Maximum number of response bytes that are read into memory.
    pub(super) max_answer: usize,
    pub(super) secrets: Option<Arc<[Secret]>>,
    /// Values of the headers that the user added, which may be secrets.
    pub(super) header_secrets: Option<Arc<[HeaderValue]>>,
    /// Handle for withdrawing the request before it is sent.
    pub(super) departure: Option<Arc<Departure>>,
    /// Whether the request may be sent again after a failure.
    pub(super) repeat: Repeat,
}

const JSON: MediaType = MediaType {
    name: "application/json",
    encoding: Encoding::Json,
    schema: "",
};

impl Prepared {
    pub(super) fn new(
        context: &CallContext,
        mut call: Call,
        reading: Reading,
    ) -> Result<Self, Error> {
        if let Some(failure) = call.failure.take() {
            return Err(failure);
        }
        let operation = call.operation;
        let (rules, has_unknown_path) = (call.rules(), call.has_unknown_path());
        if operation.token
            && call.body.is_none()
            && operation.body.is_some_and(|body| body.required)
        {
            return Err(missing_credentials(operation));
        }
        let refuse = |what: String| Error::request(operation, what);
        let mut headers = HeaderMap::new();
        let (path, query) = target(&call, &mut headers).map_err(refuse)?;
        let base = context.base_url_for(operation).map_err(refuse)?;
        let is_trusted = context.trusts(operation, &base);
        let url = match &call.link {
            Some(link) => link.clone(),
            None => base
                .join(&path, &query)
                .map_err(|why| refuse(format!("the URL cannot be built: {why}")))?,
        };
        let repeat = idempotency::put(context, &mut call, &mut headers).map_err(refuse)?;
        let body = content(context, &call, &mut headers).map_err(refuse)?;
        let mut timeouts = call.timeouts.or(&context.timeouts);
        let is_patient = timeouts.call.is_none();
        if body.is_streamed() {
            timeouts = timeouts.for_upload();
        }
        let method = Method::from(operation.method);
        // RFC 9110, section 8.6, recommends `Content-Length` even for an empty body. HTTP libraries
        // omit this header, and some servers respond with 411 as a result.
        if body.is_empty() && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        // The caller's headers take precedence.
        headers.extend(call.headers);
        let header_secrets = KnownSecrets::secret_header_values([&context.headers, &headers]);
        Ok(Self {
            operation,
            rules,
            has_unknown_path,
            method,
            url,
            accept: accept(operation),
            headers,
            body,
            reading,
            is_trusted,
            schemes: if !is_trusted {
                &[]
            } else if has_unknown_path {
                fallback_schemes(context.vendor)
            } else if call.path.is_some() && rules.token {
                // In a raw request to a token operation, the caller supplies the credential.
                &[]
            } else {
                rules.security
            },
            is_from_table: call.path.is_none(),
            basic: call.basic,
            timeouts,
            is_patient,
            attempts: call.attempts,
            max_answer: call.max_answer.or(context.max_answer).unwrap_or(MAX_ANSWER),
            secrets: call.secrets,
            header_secrets,
            departure: call.departure,
            repeat,
        })
    }

    /// Prepares the request of a token operation. `handover` records when a connection takes the
    /// request.
    pub(super) fn for_exchange(
        context: &CallContext,
        call: Call,
        reading: Reading,
        repeat: Repeat,
        handover: &Arc<Handover>,
    ) -> Result<Self, Error> {
        let mut prepared = Self::new(context, call, reading)?;
        prepared.repeat = repeat;
        if !handover.hold() {
            let text = "another caller took over the token exchange; nothing was sent";
            return Err(Error::request(prepared.operation, text));
        }
        prepared.body = prepared.body.reported_to(handover);
        Ok(prepared)
    }

    /// Returns the properties that the repeat rules depend on.
    pub(super) fn nature(&self) -> RetryProperties {
        RetryProperties {
            operation: self.rules,
            repeat: self.repeat,
            has_unknown_path: self.has_unknown_path,
            is_replayable: self.body.is_replayable(),
        }
    }

    /// Returns the time limit of one attempt, if there is one.
    pub(super) fn attempt_limit(&self, context: &CallContext) -> Option<Duration> {
        let may_be_repeated = self.attempts(context) > 1 && self.nature().may_be_repeated();
        self.timeouts.attempt(may_be_repeated)
    }

    /// Returns the maximum number of attempts.
    pub(super) fn attempts(&self, context: &CallContext) -> u32 {
        self.attempts.unwrap_or(context.retry.attempts())
    }

    /// Returns the path template, or `None` if the caller wrote the path, which may contain
    /// secrets.
    pub(super) fn template(&self) -> Option<&'static str> {
        self.is_from_table.then_some(self.operation.path)
    }

    /// Returns the headers of an attempt, without the credential.
    pub(super) fn headers(&self, context: &CallContext) -> HeaderMap {
        // Reserves space for the credential, so that the map doesn't grow.
        let mut headers = HeaderMap::with_capacity(context.headers.len() + self.headers.len() + 4);
        for (name, value) in &context.headers {
            // Any header of the client may be a credential.
            if self.is_trusted || redirect::is_harmless(name) {
                headers.append(name, value.clone());
            }
        }
        headers.entry(ACCEPT).or_insert_with(|| self.accept.clone());
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        headers
    }

    /// Returns whether the headers or the URL already identify the caller.
    ///
    /// This is the case if they contain `Authorization`, or all keys of one of the alternative
    /// schemes.
    pub(super) fn has_caller_credential(&self, context: &CallContext) -> bool {
        // Most clients and calls have no user-defined header, and every lookup takes time.
        let own = Some(&context.headers).filter(|_| self.is_trusted && context.has_own_headers);
        let given = Some(&self.headers).filter(|headers| !headers.is_empty());
        let headers = [own, given];
        let has_authorization = |map: &&HeaderMap| map.contains_key(AUTHORIZATION);
        if headers.iter().flatten().any(has_authorization) {
            return true;
        }
        let carries = |part: &Scheme| match part {
            Scheme::ApiKey { header } => {
                (headers.iter().flatten()).any(|map| map.contains_key(*header))
            }
            Scheme::QueryKey { parameter } => {
                self.url.query_pairs().any(|(name, _)| name == *parameter)
            }
            Scheme::Bearer | Scheme::Basic | Scheme::All(_) => false,
        };
        (self.schemes.iter()).any(|scheme| scheme.parts().iter().all(carries))
    }

    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Returns the error for a token operation whose body is missing and can't be filled in from the
/// client's credentials.
fn missing_credentials(operation: &'static Operation) -> Error {
    let by_hand = if operation.security.contains(&Scheme::Basic) {
        ".body(…) and .basic_auth(…)"
    } else {
        ".body(…)"
    };
    let text = format!(
        "the client has no credentials for this token operation: set them with .credentials(…) on the builder, \
         or call {by_hand} on this request"
    );
    Error::request(operation, text)
}

/// Returns the encoded path and query. Writes header parameters into the headers.
fn target<'c>(call: &'c Call, headers: &mut HeaderMap) -> Result<(Cow<'c, str>, String), String> {
    let path = call.path.as_deref().unwrap_or(call.operation.path);
    let mut path = Cow::Borrowed(path);
    if !path.starts_with('/') {
        return Err(format!("the path {path:?} does not begin with a slash"));
    }
    let mut query = String::new();
    for parameter in call.operation.parameters {
        let given = call
            .arguments
            .iter()
            .find(|(known, _)| known.is_same(parameter))
            .map(|(_, argument)| argument);
        let default = parameter
            .default
            .filter(|_| parameter.required)
            .map(Argument::from_text);
        let Some(argument) = given.or(default.as_ref()) else {
            if parameter.required {
                return Err(format!("the parameter `{}` is required", parameter.name));
            }
            continue;
        };
        place(parameter, argument, &mut path, &mut query, headers)
            .map_err(|why| format!("the parameter `{}`: {why}", parameter.name))?;
    }
    for (name, value) in &call.query {
        query::append_pair(&mut query, name, value);
    }
    Ok((path, query))
}

fn place(
    parameter: &Parameter,
    argument: &Argument,
    path: &mut Cow<'_, str>,
    query: &mut String,
    headers: &mut HeaderMap,
) -> Result<(), String> {
    match parameter.place {
        Place::Path => *path = path::fill(path, parameter, argument)?.into(),
        Place::Query => query::append(query, parameter, argument)?,
        Place::Header => {
            let name = HeaderName::from_bytes(parameter.name.as_bytes())
                .map_err(|error| error.to_string())?;
            if let Some(value) = header::value(parameter, argument)? {
                headers.insert(name, value);
            }
        }
    }
    Ok(())
}

/// Returns the request body. Writes its media type into the headers.
fn content(context: &CallContext, call: &Call, headers: &mut HeaderMap) -> Result<Body, String> {
    let spec = call.operation.body;
    let media = match (spec, call.media) {
        (Some(spec), Some(name)) => match spec.media.iter().find(|media| media.name == name) {
            Some(media) => Some(*media),
            None => {
                return Err(format!(
                    "the operation does not accept a body of type {name}"
                ));
            }
        },
        (Some(spec), None) => spec.media.first().copied(),
        (None, _) => None,
    };
    let required = spec.is_some_and(|spec| spec.required);
    let (body, content_type) = match &call.body {
        None if required => return Err("a body is required".to_owned()),
        // Without a body, the media type is sent only if the operation requires a body, or if the
        // caller selected the type. In other cases, the media type would make some servers expect a
        // body.
        None | Some(Given::Nothing) => {
            let name = media
                .filter(|_| required || call.media.is_some())
                .map(|media| media.name.to_owned());
            (Body::Empty, name)
        }
        Some(Given::Bytes(bytes)) => (
            Body::Bytes(bytes.clone()),
            media.map(|media| media.name.to_owned()),
        ),
        Some(Given::Upload(upload)) => {
            let (body, given) = upload.clone().into_body();
            let documented = media.map(|media| media.name.to_owned());
            // The file's own type is more precise than a range such as `image/*`, but an exact
            // type in the OpenAPI document takes precedence.
            let name = match documented {
                Some(name) if !name.contains('*') => Some(name),
                range => given.or(range),
            };
            (body, name)
        }
        Some(Given::Parts(parts)) => {
            let media = media.ok_or("the operation does not accept a body")?;
            let encoded = encode_parts(parts.clone(), &media, &*context.randomness)?;
            (encoded.body, Some(encoded.content_type))
        }
        Some(Given::Json(json)) => {
            let encoded = encode(json, &media.unwrap_or(JSON), &*context.randomness)?;
            (encoded.body, Some(encoded.content_type))
        }
    };
    if let Some(name) = content_type {
        let value =
            HeaderValue::from_str(&name).map_err(|_| format!("{name:?} is not a media type"))?;
        headers.insert(CONTENT_TYPE, value);
    }
    Ok(body)
}

/// Returns the value of `Accept`: the documented media types of successful responses and, with a
/// low priority, any other type.
///
/// If the only documented type is `application/json`, the value is just that type.
fn accept(operation: &Operation) -> HeaderValue {
    let has_success = operation.answers.iter().any(AnswerSpec::is_success);
    let documented = || {
        let successes = operation.answers.iter().filter(|answer| {
            // If no success status is documented, `default` describes the successful response.
            answer.is_success() || !has_success && answer.status == "default"
        });
        successes.flat_map(|answer| answer.media).copied()
    };
    let Some(first) = documented().next() else {
        return HeaderValue::from_static("*/*");
    };
    if first == "application/json" && documented().all(|name| name == first) {
        return HeaderValue::from_static("application/json");
    }
    let mut media: Vec<&str> = Vec::new();
    for name in documented() {
        if !media.contains(&name) {
            media.push(name);
        }
    }
    HeaderValue::from_str(&format!("{}, */*;q=0.1", media.join(", ")))
        .unwrap_or(HeaderValue::from_static("*/*"))
}

/// Returns the schemes for paths that aren't in the operation table.
///
/// This is the longest list of schemes among the vendor's operations, excluding token operations.
/// If none of these operations has schemes, the list contains only the bearer scheme.
fn fallback_schemes(vendor: &Vendor) -> &'static [Scheme] {
    let asking = vendor
        .operations
        .iter()
        .filter(|operation| !operation.token && !operation.security.is_empty());
    asking
        .map(|operation| operation.security)
        .max_by_key(|schemes| schemes.len())
        .unwrap_or(&[Scheme::Bearer])
}
