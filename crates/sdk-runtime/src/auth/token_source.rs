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
/// [`exchange`](Self::exchange) does the work; the other methods describe the source. A source
/// need not cache or lock: a client calls it only when a new token is needed, and never runs two
/// exchanges at once, unless one stalled (its tokio runtime is idle) and was taken over.
pub trait TokenSource: Send + Sync {
    /// Obtains a new access token: with [`Exchange::refresh_token`] if there is one, otherwise
    /// with the full grant.
    ///
    /// Runs in its own task, so that a caller that gives up doesn't take the token away from
    /// others.
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>>;

    /// Token lifetimes and grants. Default: [`TokenRules::DEFAULT`].
    fn rules(&self) -> TokenRules {
        TokenRules::DEFAULT
    }

    /// Initial refresh token, if the credentials contain one.
    ///
    /// The client uses it once, through [`Exchange::refresh_token`]; after that, it uses the one
    /// from the latest answer.
    fn initial_refresh_token(&self) -> Option<Secret> {
        None
    }

    /// Fingerprint of all fields of the credentials, including secrets, which tells them apart in
    /// a [`TokenStore`](crate::TokenStore).
    ///
    /// Default: `None`, so tokens are never shared. If a field is missing here, clients with
    /// different values for it share their tokens.
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
