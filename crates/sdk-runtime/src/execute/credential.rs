//! What identifies the caller in one attempt.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::prepare::Prepared;
use crate::token::Held;
use crate::wire::Wire;
use crate::{ClientCore, Error, ErrorKind, Scheme, Secret};

/// The credential of one attempt.
#[derive(Clone)]
pub(crate) enum Credential {
    /// The operation asks for none.
    None,
    /// A header with a password or key, and the secret in it.
    Header(HeaderName, HeaderValue, Secret),
    /// An access token from the cache.
    Token(Arc<Held>),
}

impl Credential {
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        match self {
            Self::None => {}
            Self::Header(name, value, _) => {
                headers.insert(name, value.clone());
            }
            Self::Token(held) => {
                headers.insert(AUTHORIZATION, held.header().clone());
            }
        }
    }

    /// Whether it is a token that has grown too old to be sent.
    pub(super) fn is_stale(&self) -> bool {
        match self {
            Self::None | Self::Header(..) => false,
            Self::Token(held) => held.is_stale(),
        }
    }

    fn basic(user: &str, password: &Secret) -> Result<Self, &'static str> {
        if user.contains(':') {
            return Err("a user name with a colon cannot be sent");
        }
        let encoded = STANDARD.encode(format!("{user}:{}", password.expose()));
        Self::header(AUTHORIZATION, &format!("Basic {encoded}"), password.clone())
    }

    fn header(name: HeaderName, value: &str, secret: Secret) -> Result<Self, &'static str> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| "the key has characters that a header cannot carry")?;
        value.set_sensitive(true);
        Ok(Self::Header(name, value, secret))
    }
}

/// The secrets of an attempt, to keep them out of what is printed.
#[derive(Clone)]
pub(crate) struct Known {
    credential: Credential,
    body: Option<Arc<[Secret]>>,
}

impl Known {
    pub(super) fn new(credential: &Credential, body: Option<Arc<[Secret]>>) -> Self {
        Self {
            credential: credential.clone(),
            body,
        }
    }

    /// The secrets themselves; a password also as HTTP Basic encodes it.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self
            .body
            .iter()
            .flat_map(|body| body.iter())
            .map(Secret::expose)
            .collect();
        match &self.credential {
            Credential::None => {}
            Credential::Header(_, value, secret) => {
                secrets.push(secret.expose());
                secrets.extend(
                    value
                        .to_str()
                        .ok()
                        .and_then(|value| value.strip_prefix("Basic ")),
                );
            }
            Credential::Token(held) => secrets.push(held.token().value().expose()),
        }
        secrets
    }
}

/// Chooses among the operation's alternatives: what was given for the call, then a key, then an access token.
pub(super) async fn look_up(core: &ClientCore, request: &Prepared) -> Result<Credential, Error> {
    let wire = core.wire();
    if request.schemes.is_empty() || request.basic.is_some() || request.carries_authorization(wire)
    {
        return without_token(wire, request);
    }
    let key = core
        .credentials()
        .and_then(|credentials| credentials.api_key());
    for scheme in request.schemes {
        if let (Scheme::ApiKey { header }, Some(key)) = (scheme, key) {
            let name = HeaderName::from_bytes(header.as_bytes());
            return name
                .map_err(|_| "the vendor's document names a header that cannot be sent")
                .and_then(|name| Credential::header(name, key.expose(), key.clone()))
                .map_err(|why| Error::request(request.operation, why));
        }
    }
    if request.schemes.contains(&Scheme::Bearer) {
        let held = core
            .tokens()
            .map_err(|error| error.with_operation(request.operation))?
            .current()
            .await;
        return held
            .map(Credential::Token)
            .map_err(|error| error.needed_by(request.operation.id));
    }
    Err(missing(request))
}

/// The credential of a call that takes no access token.
pub(super) fn without_token(wire: &Wire, request: &Prepared) -> Result<Credential, Error> {
    match &request.basic {
        Some((user, password)) => {
            Credential::basic(user, password).map_err(|why| Error::request(request.operation, why))
        }
        None if request.schemes.is_empty() || request.carries_authorization(wire) => {
            Ok(Credential::None)
        }
        None => Err(missing(request)),
    }
}

fn missing(request: &Prepared) -> Error {
    let wanted: Vec<String> = request
        .schemes
        .iter()
        .map(|scheme| match scheme {
            Scheme::Bearer => "an access token".to_owned(),
            Scheme::Basic => "a user name and a password (.basic_auth(…))".to_owned(),
            Scheme::ApiKey { header } => format!("a key for {header}"),
        })
        .collect();
    let text = format!(
        "the client's credentials do not fit: the operation wants {}",
        wanted.join(" or ")
    );
    Error::new(ErrorKind::Credentials, text).with_operation(request.operation)
}
