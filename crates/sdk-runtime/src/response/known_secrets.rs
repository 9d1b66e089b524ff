//! Secrets of an attempt, which must not appear in errors.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, IF_MODIFIED_SINCE,
    RANGE, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::request::credential::{Credential, FixedCredential};
use crate::value::secret::Secret;

/// Secrets of an attempt, for redaction.
#[derive(Clone)]
pub(crate) struct KnownSecrets {
    credential: Credential,
    body: Option<Arc<[Secret]>>,
    headers: Option<Arc<[HeaderValue]>>,
}

/// Headers that don't authenticate the caller. Redacting their values would garble messages.
const HARMLESS: [HeaderName; 8] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    IF_MODIFIED_SINCE,
    RANGE,
    USER_AGENT,
];

impl KnownSecrets {
    pub(crate) fn new(
        credential: &Credential,
        body: Option<Arc<[Secret]>>,
        headers: Option<Arc<[HeaderValue]>>,
    ) -> Self {
        Self {
            credential: credential.clone(),
            body,
            headers,
        }
    }

    /// Returns the values of the caller's own headers, except those that can't contain secrets.
    pub(crate) fn secret_header_values<'a>(
        headers: impl IntoIterator<Item = &'a HeaderMap>,
    ) -> Option<Arc<[HeaderValue]>> {
        let values: Vec<HeaderValue> = headers
            .into_iter()
            .flatten()
            .filter(|(name, value)| value.is_sensitive() && !HARMLESS.contains(name))
            .map(|(_, value)| value.clone())
            .collect();
        (!values.is_empty()).then(|| values.into())
    }

    /// Returns the secrets, including the HTTP Basic encoding of passwords.
    pub(crate) fn secrets(&self) -> Vec<Cow<'_, str>> {
        let body = self.body.iter().flat_map(|body| body.iter());
        let mut secrets: Vec<Cow<'_, str>> =
            body.map(|secret| Cow::Borrowed(secret.expose())).collect();
        if let Credential::Token(held, _) = &self.credential {
            secrets.push(held.token().value().expose().into());
        }
        let fixed = self.credential.fixed().map(FixedCredential::secrets);
        let fixed = fixed.into_iter().flatten();
        secrets.extend(fixed.map(|secret| Cow::Borrowed(secret.expose())));
        for value in self.headers.iter().flat_map(|headers| headers.iter()) {
            header_secrets(value, &mut secrets);
        }
        secrets
    }
}

/// Adds the value of a header, and the secrets in it if it looks like an `Authorization` header.
///
/// The secrets are everything after the scheme (RFC 9110, section 11.4) and, for HTTP Basic, the
/// decoded password (RFC 7617).
fn header_secrets<'a>(value: &'a HeaderValue, secrets: &mut Vec<Cow<'a, str>>) {
    let text = String::from_utf8_lossy(value.as_bytes());
    if let Some((scheme, rest)) = text.split_once(' ') {
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(rest)
            && let Some((_, password)) = String::from_utf8_lossy(&pair).split_once(':')
        {
            secrets.push(password.to_owned().into());
        }
        secrets.push(rest.to_owned().into());
    }
    secrets.push(text);
}
