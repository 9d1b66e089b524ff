//! The credential of one attempt.

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

/// What credentials have for one security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// An access token of the exchange.
    Token,
    /// A key, or a bearer token that is not exchanged.
    Key {
        /// What is sent.
        text: Secret,
        /// The secrets in the text, where it has more in it than one.
        secrets: Vec<Secret>,
    },
    /// A user name and a password.
    Basic(Secret, Secret),
}

/// The credential of one attempt.
#[derive(Clone)]
pub(crate) enum Credential {
    /// The operation asks for none.
    None,
    /// Headers and query parameters that stay the same for all attempts.
    Fixed(Arc<FixedCredential>),
    /// An access token from the cache, and what the operation asks for beside it.
    Token(Arc<CachedToken>, Option<Arc<FixedCredential>>),
}

impl Credential {
    /// Puts the credential into the headers of a request, and into its URL where a key travels there.
    pub(crate) fn apply(&self, headers: &mut HeaderMap, url: &mut Cow<'_, Url>) {
        if let Self::Token(held, _) = self {
            headers.insert(AUTHORIZATION, held.header().clone());
        }
        if let Some(fixed) = self.fixed() {
            fixed.apply(headers, url);
        }
    }

    /// What stays the same for all attempts.
    pub(crate) fn fixed(&self) -> Option<&FixedCredential> {
        match self {
            Self::None => None,
            Self::Fixed(fixed) => Some(fixed),
            Self::Token(_, fixed) => fixed.as_deref(),
        }
    }

    /// Whether it is a token that has grown too old to be sent.
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
    /// The secrets in them.
    secrets: Vec<Secret>,
}

impl FixedCredential {
    /// Adds what is sent for a scheme.
    pub(crate) fn add(&mut self, scheme: &Scheme, what: Presented) -> Result<(), &'static str> {
        match (scheme, what) {
            (Scheme::ApiKey { header }, Presented::Key { text: key, secrets }) => {
                self.secrets.extend(secrets);
                let name = HeaderName::from_bytes(header.as_bytes())
                    .map_err(|_| "the vendor's document names a header that cannot be sent")?;
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
            // The token of an exchange is added elsewhere. Other combinations do not occur.
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
            .map_err(|_| "the key has characters that a header cannot carry")?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        self.secrets.push(secret);
        Ok(())
    }

    /// The secrets themselves; a password also as HTTP Basic encodes it.
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
        // A link of the vendor may repeat the key.
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
