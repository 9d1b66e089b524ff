//! An access token and its properties.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use crate::token::expires_in::ExpiresIn;
use crate::value::secret::Secret;

/// An access token, with its type, lifetime, scope and refresh token. `Debug` hides both tokens.
#[derive(Clone, PartialEq)]
pub struct AccessToken(Arc<Inner>);

/// Properties of a token. Clones of the token share them, so that cloning doesn't copy strings.
#[derive(Clone, PartialEq)]
struct Inner {
    value: Secret,
    token_type: Option<String>,
    lifetime: Option<Duration>,
    expires: Option<SystemTime>,
    scope: Option<String>,
    refresh_token: Option<Secret>,
}

impl AccessToken {
    /// Creates a token without further properties.
    ///
    /// Without a lifetime, the client uses the token until the vendor rejects it, unless the source
    /// has a [`default_lifetime`](crate::TokenRules::default_lifetime).
    pub fn new(value: impl Into<Secret>) -> Self {
        Self(Arc::new(Inner {
            value: value.into(),
            token_type: None,
            lifetime: None,
            expires: None,
            scope: None,
            refresh_token: None,
        }))
    }

    fn edit(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Sets the token's type, in the vendor's spelling.
    pub fn with_type(mut self, token_type: impl Into<Option<String>>) -> Self {
        self.edit().token_type = token_type.into();
        self
    }

    /// Sets the lifetime, in seconds or as a [`Duration`]. `None`, zero and negative numbers mean
    /// that the lifetime is unknown.
    pub fn with_expires_in(mut self, seconds: impl Into<ExpiresIn>) -> Self {
        self.edit().lifetime = seconds.into().lifetime();
        self
    }

    /// Sets the scope.
    pub fn with_scope(mut self, scope: impl Into<Option<String>>) -> Self {
        self.edit().scope = scope.into();
        self
    }

    /// Sets the refresh token. An empty token is treated as absent.
    pub fn with_refresh_token(mut self, token: impl Into<Option<Secret>>) -> Self {
        self.edit().refresh_token = token.into().filter(|token| !token.is_empty());
        self
    }

    pub(crate) fn with_expires(mut self, expires: Option<SystemTime>) -> Self {
        self.edit().expires = expires;
        self
    }

    /// Returns the `Authorization` header with the token, or the reason why the token is invalid.
    pub(crate) fn header(&self) -> Result<HeaderValue, &'static str> {
        if self.value().is_empty() {
            return Err("the issued access token is empty");
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {}", self.value().expose()))
            .map_err(
                |_| "the issued access token contains characters that are not allowed in a header",
            )?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// Returns the token itself.
    pub fn value(&self) -> &Secret {
        &self.0.value
    }

    /// Returns the type of the token, which is `Bearer` by default.
    pub fn token_type(&self) -> &str {
        self.0.token_type.as_deref().unwrap_or("Bearer")
    }

    /// Returns the lifetime that the token had when it was issued, or `None` if it is unknown.
    pub fn lifetime(&self) -> Option<Duration> {
        self.0.lifetime
    }

    /// Returns the time of expiry, or `None` if it is unknown.
    ///
    /// The client computes the time from the wall clock when it requests the token or reads it from
    /// a store.
    pub fn expires(&self) -> Option<SystemTime> {
        self.0.expires
    }

    /// Returns the scope in the vendor's spelling.
    pub fn scope(&self) -> Option<&str> {
        self.0.scope.as_deref()
    }

    /// Returns the refresh token, which the client uses to obtain the next access token.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.0.refresh_token.as_ref()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("value", &self.0.value)
            .field("token_type", &self.token_type())
            .field("lifetime", &self.0.lifetime)
            .field("scope", &self.0.scope)
            .field("refresh_token", &self.0.refresh_token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_does_not_print_its_secrets() {
        let token = AccessToken::new("hush")
            .with_refresh_token(Secret::from("hush2"))
            .with_expires_in(60)
            .with_type("bearer".to_owned())
            .with_scope("a b".to_owned());
        let printed = format!("{token:?} {token:#?}");
        assert!(
            !printed.contains("hush") && printed.contains("60s"),
            "{printed}"
        );
    }

    #[test]
    fn optional_properties_of_a_token_can_be_none() {
        let token = AccessToken::new("t")
            .with_refresh_token(None)
            .with_scope(None)
            .with_type(None)
            .with_expires_in(None::<i64>);
        assert_eq!(token, AccessToken::new("t"));
        assert_eq!(token.token_type(), "Bearer");
    }
}
