//! The credential for one attempt.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::request::argument::query;
use crate::table::operation::Scheme;
use crate::token::cached_token::CachedToken;
use crate::value::secret::Secret;

/// Credential for one security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// An access token from the exchange.
    Token,
    /// A key, or a bearer token that doesn't come from an exchange.
    Key {
        /// String to send.
        text: Secret,
        /// Secrets that the string contains along with other text.
        secrets: Vec<Secret>,
    },
    /// User name and password.
    Basic(Secret, Secret),
}

/// The credential for one attempt.
#[derive(Clone)]
pub(crate) enum Credential {
    /// The operation needs no credential.
    None,
    /// Headers and query parameters that are the same for all attempts.
    Fixed(Arc<FixedCredential>),
    /// An access token from the cache, and any further credentials that the operation needs.
    Token(Arc<CachedToken>, Option<Arc<FixedCredential>>),
}

impl Credential {
    /// Adds the credential to the headers and the URL of a request.
    pub(crate) fn apply(&self, headers: &mut HeaderMap, url: &mut Cow<'_, Url>) {
        if let Self::Token(held, _) = self {
            headers.insert(AUTHORIZATION, held.header().clone());
        }
        if let Some(fixed) = self.fixed() {
            fixed.apply(headers, url);
        }
    }

    /// Returns the headers and parameters that are the same for all attempts.
    pub(crate) fn fixed(&self) -> Option<&FixedCredential> {
        match self {
            Self::None => None,
            Self::Fixed(fixed) => Some(fixed),
            Self::Token(_, fixed) => fixed.as_deref(),
        }
    }

    /// Returns whether this is a token that is too close to its expiry to be sent.
    pub(crate) fn is_stale(&self) -> bool {
        match self {
            Self::None | Self::Fixed(_) => false,
            Self::Token(held, _) => held.is_stale(),
        }
    }

    pub(crate) fn basic(user: &str, password: &Secret) -> Result<Self, &'static str> {
        let mut fixed = FixedCredential::default();
        fixed.add_basic(user, password)?;
        Ok(Self::Fixed(Arc::new(fixed)))
    }
}

/// Headers and query parameters with keys and passwords.
#[derive(Clone, Default)]
pub(crate) struct FixedCredential {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(&'static str, Secret)>,
    /// Secrets in the headers and parameters.
    secrets: Vec<Secret>,
}

impl FixedCredential {
    /// Adds the credential for a scheme.
    pub(crate) fn add(&mut self, scheme: &Scheme, what: Presented) -> Result<(), &'static str> {
        match (scheme, what) {
            (Scheme::ApiKey { header }, Presented::Key { text: key, secrets }) => {
                self.secrets.extend(secrets);
                let name = HeaderName::from_bytes(header.as_bytes()).map_err(
                    |_| "the vendor's OpenAPI document specifies a header that cannot be sent",
                )?;
                self.add_header(name, key.expose(), key.clone())
            }
            (Scheme::QueryKey { parameter }, Presented::Key { text: key, secrets }) => {
                self.secrets.extend(secrets);
                self.query.push((parameter, key.clone()));
                self.secrets.push(key);
                Ok(())
            }
            (Scheme::Basic, Presented::Basic(user, password)) => {
                self.add_basic(user.expose(), &password)
            }
            // The exchange's token is added elsewhere. Other combinations don't occur.
            _ => Ok(()),
        }
    }

    fn add_basic(&mut self, user: &str, password: &Secret) -> Result<(), &'static str> {
        if user.contains(':') {
            return Err("a user name with a colon cannot be sent");
        }
        let encoded = STANDARD.encode(format!("{user}:{}", password.expose()));
        self.secrets.push(Secret::new(encoded.as_str()));
        self.add_header(AUTHORIZATION, &format!("Basic {encoded}"), password.clone())
    }

    fn add_header(
        &mut self,
        name: HeaderName,
        value: &str,
        secret: Secret,
    ) -> Result<(), &'static str> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| "the key contains characters that are not allowed in a header")?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        self.secrets.push(secret);
        Ok(())
    }

    /// Returns the secrets, including the HTTP Basic encoding of passwords.
    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    fn apply(&self, headers: &mut HeaderMap, url: &mut Cow<'_, Url>) {
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        if self.query.is_empty() {
            return;
        }
        // A link from the vendor may already contain the key.
        let is_ours = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default();
            self.query.iter().any(|(known, _)| *known == name)
        };
        let pairs = url.query().unwrap_or_default().split('&');
        let others: Vec<&str> = pairs
            .filter(|pair| !pair.is_empty() && !is_ours(pair))
            .collect();
        let mut text = others.join("&");
        for (name, key) in &self.query {
            query::append_pair(&mut text, name, key.expose());
        }
        url.to_mut().set_query(Some(&text));
    }
}
