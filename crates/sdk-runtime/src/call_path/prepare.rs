//! Builds the parts of a request that all attempts share: URL, headers and body.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::call_path::context::CallContext;
use crate::call_path::idempotency;
use crate::call_path::repeat_rules::Nature;
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
use crate::table::operation::{Operation, Repeat, Scheme};
use crate::table::parameter::{Parameter, Place};
use crate::table::request_body::{Encoding, MediaType};
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

/// A call made ready to be sent, as often as needed.
pub(super) struct Prepared {
    pub(super) operation: &'static Operation,
    /// The operation whose rules on tokens, limits and repetitions apply.
    pub(super) rules: &'static Operation,
    is_unknown: bool,
    pub(super) method: Method,
    pub(super) url: Url,
    accept: HeaderValue,
    /// The headers of this call, besides those of the client.
    headers: HeaderMap,
    pub(super) body: Body,
    pub(super) reading: Reading,
    pub(super) schemes: &'static [Scheme],
    pub(super) basic: Option<(String, Secret)>,
    is_from_table: bool,
    pub(super) timeouts: Timeouts,
    /// Whether its time was not limited on purpose: then that for which it waits for its turn does not count.
    pub(super) is_patient: bool,
    attempts: Option<u32>,
    /// The most bytes of the answer that are read into memory.
    pub(super) max_answer: usize,
    pub(super) secrets: Option<Arc<[Secret]>>,
    /// The values of headers that the caller added.
    pub(super) header_secrets: Option<Arc<[HeaderValue]>>,
    /// Where it may be withdrawn before it is sent.
    pub(super) departure: Option<Arc<Departure>>,
    /// Whether it may be sent again after it failed.
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
        let (rules, is_unknown) = (call.rules(), call.is_unknown());
        if operation.token
            && call.body.is_none()
            && operation.body.is_some_and(|body| body.required)
        {
            return Err(not_completed(operation));
        }
        let refuse = |what: String| Error::request(operation, what);
        let mut headers = HeaderMap::new();
        let (path, query) = target(&call, &mut headers).map_err(refuse)?;
        let url = match &call.link {
            Some(link) => link.clone(),
            None => context
                .base_url
                .join(&path, &query)
                .map_err(|why| refuse(format!("the URL cannot be made: {why}")))?,
        };
        let repeat = idempotency::put(context, &mut call, &mut headers).map_err(refuse)?;
        let body = content(context, &call, &mut headers).map_err(refuse)?;
        let mut timeouts = call.timeouts.or(&context.timeouts);
        let is_patient = timeouts.call.is_none();
        if body.is_streamed() {
            timeouts = timeouts.for_upload();
        }
        let method = Method::from(operation.method);
        // RFC 9110, section 8.6: some servers answer 411 without it, and HTTP libraries leave it out.
        if body.is_empty() && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        // What the caller says about headers beats what we say.
        headers.extend(call.headers);
        let header_secrets = KnownSecrets::of_headers([&context.headers, &headers]);
        Ok(Self {
            operation,
            rules,
            is_unknown,
            method,
            url,
            accept: accept(operation),
            headers,
            body,
            reading,
            schemes: if is_unknown {
                usual_schemes(context.vendor)
            } else if call.path.is_some() && rules.token {
                // The credential of a token operation is what the caller gives by hand.
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

    /// The request of a token operation, whose `handover` learns when a connection takes it.
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
            let text = "another caller took the token exchange over, and nothing was sent";
            return Err(Error::request(prepared.operation, text));
        }
        prepared.body = prepared.body.reported_to(handover);
        Ok(prepared)
    }

    /// The facts that the rules on repeating depend on.
    pub(super) fn nature(&self) -> Nature {
        Nature {
            operation: self.rules,
            repeat: self.repeat,
            is_unknown: self.is_unknown,
            is_replayable: self.body.is_replayable(),
        }
    }

    /// How long one attempt may take, if that is less than the whole call.
    pub(super) fn attempt_limit(&self, context: &CallContext) -> Option<Duration> {
        let may_be_repeated = self.attempts(context) > 1 && self.nature().may_be_repeated();
        self.timeouts.attempt(may_be_repeated)
    }

    /// How often it is sent at most.
    pub(super) fn attempts(&self, context: &CallContext) -> u32 {
        self.attempts.unwrap_or(context.retry.attempts())
    }

    /// The path without its arguments. None for a path that is not from the table: it may hold secrets.
    pub(super) fn template(&self) -> Option<&'static str> {
        self.is_from_table.then_some(self.operation.path)
    }

    /// The headers of an attempt, but for the credential.
    pub(super) fn headers(&self, context: &CallContext) -> HeaderMap {
        // With room for the credential, so that the map need not grow.
        let mut headers = HeaderMap::with_capacity(context.headers.len() + self.headers.len() + 4);
        for (name, value) in &context.headers {
            headers.append(name, value.clone());
        }
        headers.entry(ACCEPT).or_insert_with(|| self.accept.clone());
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        headers
    }

    /// Whether the call itself carries what identifies the caller: `Authorization`, or the keys of an alternative.
    pub(super) fn is_identified(&self, context: &CallContext) -> bool {
        // Most clients and calls have no header of the user's, and every look-up takes time.
        let has_headers = !self.headers.is_empty() || context.has_own_headers;
        let headers = [&self.headers, &context.headers];
        if has_headers && headers.iter().any(|map| map.contains_key(AUTHORIZATION)) {
            return true;
        }
        let carries = |part: &Scheme| match part {
            Scheme::ApiKey { header } => {
                has_headers && headers.iter().any(|map| map.contains_key(*header))
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

/// The credentials would have made the body, were they of the kind that the operation is for.
fn not_completed(operation: &'static Operation) -> Error {
    let by_hand = if operation.security.contains(&Scheme::Basic) {
        ".body(…) and .basic_auth(…)"
    } else {
        ".body(…)"
    };
    let text = format!(
        "the client has no credentials that this token operation takes: give such with .credentials(…) on the builder, \
         or give this call {by_hand}"
    );
    Error::request(operation, text)
}

/// The escaped path and query; header parameters are put into the headers.
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
                return Err(format!("the parameter `{}` is needed", parameter.name));
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

/// The body; its media type is put into the headers.
fn content(context: &CallContext, call: &Call, headers: &mut HeaderMap) -> Result<Body, String> {
    let spec = call.operation.body;
    let media = match (spec, call.media) {
        (Some(spec), Some(name)) => match spec.media.iter().find(|media| media.name == name) {
            Some(media) => Some(*media),
            None => return Err(format!("it does not take a body of {name}")),
        },
        (Some(spec), None) => spec.media.first().copied(),
        (None, _) => None,
    };
    let required = spec.is_some_and(|spec| spec.required);
    let (body, content_type) = match &call.body {
        None if required => return Err("a body is needed".to_owned()),
        // Without a body its type is said only where the body is missed: elsewhere some servers would look for one.
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
            // What the file is says more than a range such as `image/*`, and less than what the document insists on.
            let name = match documented {
                Some(name) if !name.contains('*') => Some(name),
                range => given.or(range),
            };
            (body, name)
        }
        Some(Given::Parts(parts)) => {
            let media = media.ok_or("it takes no body")?;
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
            HeaderValue::from_str(&name).map_err(|_| format!("{name:?} is no media type"))?;
        headers.insert(CONTENT_TYPE, value);
    }
    Ok(body)
}

/// The documented media types of successes. One that answers nothing but JSON gets nothing but JSON asked for.
fn accept(operation: &Operation) -> HeaderValue {
    let documented = || {
        let successes = operation
            .answers
            .iter()
            .filter(|answer| answer.is_success());
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

/// The schemes that most operations of a vendor ask for, used for paths that the table does not have.
fn usual_schemes(vendor: &Vendor) -> &'static [Scheme] {
    let asking = vendor
        .operations
        .iter()
        .filter(|operation| !operation.token && !operation.security.is_empty());
    asking
        .map(|operation| operation.security)
        .max_by_key(|schemes| schemes.len())
        .unwrap_or(&[Scheme::Bearer])
}
