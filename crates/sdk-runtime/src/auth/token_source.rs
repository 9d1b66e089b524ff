//! Sources of access tokens.

use std::sync::Arc;

use crate::BoxFuture;
use crate::auth::exchange::Exchange;
use crate::error::Error;
use crate::table::token_rules::TokenRules;
use crate::token::access_token::AccessToken;
use crate::token::fingerprint::Fingerprint;
use crate::value::secret::Secret;

/// Obtains access tokens: a vendor's own exchange, or your implementation.
///
/// [`exchange`](Self::exchange) does the work; the other methods describe the source. A source does
/// not need to cache or lock. A client calls `exchange` only when it needs a new token, and runs
/// one exchange at a time. The only exception: if an exchange stalls because its tokio runtime is
/// not being driven, another exchange takes over.
pub trait TokenSource: Send + Sync {
    /// Obtains a new access token.
    ///
    /// Use [`Exchange::refresh_token`] if it returns a token, and the full grant otherwise.
    ///
    /// The future runs in its own task. If a caller that waits for the token gives up, the others
    /// still get it.
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>>;

    /// Returns the rules for tokens and grants. Default: [`TokenRules::DEFAULT`].
    fn rules(&self) -> TokenRules {
        TokenRules::DEFAULT
    }

    /// Returns the initial refresh token, if the credentials contain one.
    ///
    /// The client passes it to the source through [`Exchange::refresh_token`]. If a response
    /// contains a new refresh token, the client uses the new token from then on.
    fn initial_refresh_token(&self) -> Option<Secret> {
        None
    }

    /// Returns a fingerprint of all fields of the credentials, including secrets.
    ///
    /// A [`TokenStore`](crate::TokenStore) uses it to distinguish credentials.
    ///
    /// The default implementation returns `None`, in which case the client doesn't use a store. If
    /// the fingerprint omits a field, clients with different values for that field share their
    /// tokens.
    fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }
}

impl<T: TokenSource + ?Sized> TokenSource for Arc<T> {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        (**self).exchange(exchange)
    }

    fn rules(&self) -> TokenRules {
        (**self).rules()
    }

    fn initial_refresh_token(&self) -> Option<Secret> {
        (**self).initial_refresh_token()
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        (**self).fingerprint()
    }
}
