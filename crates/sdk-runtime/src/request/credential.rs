//! The credential of one attempt.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::token::cached_token::CachedToken;
use crate::value::secret::Secret;

/// The credential of one attempt.
#[derive(Clone)]
pub(crate) enum Credential {
    /// The operation asks for none.
    None,
    /// A header with a password or key, and the secret in it.
    Header(HeaderName, HeaderValue, Secret),
    /// An access token from the cache.
    Token(Arc<CachedToken>),
}

impl Credential {
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
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
    pub(crate) fn is_stale(&self) -> bool {
        match self {
            Self::None | Self::Header(..) => false,
            Self::Token(held) => held.is_stale(),
        }
    }

    pub(crate) fn basic(user: &str, password: &Secret) -> Result<Self, &'static str> {
        if user.contains(':') {
            return Err("a user name with a colon cannot be sent");
        }
        let encoded = STANDARD.encode(format!("{user}:{}", password.expose()));
        Self::header(AUTHORIZATION, &format!("Basic {encoded}"), password.clone())
    }

    pub(crate) fn header(
        name: HeaderName,
        value: &str,
        secret: Secret,
    ) -> Result<Self, &'static str> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| "the key has characters that a header cannot carry")?;
        value.set_sensitive(true);
        Ok(Self::Header(name, value, secret))
    }
}
