//! Where access tokens come from.

use std::sync::Arc;

use crate::BoxFuture;
use crate::auth::exchange::Exchange;
use crate::error::Error;
use crate::table::token_rules::TokenRules;
use crate::token::access_token::AccessToken;
use crate::token::fingerprint::Fingerprint;
use crate::value::secret::Secret;

/// Gets access tokens: a vendor's own exchange, or one of yours.
///
/// [`exchange`](Self::exchange) is the only code; the other methods answer questions. A source need not cache or lock: a
/// client asks only when a new token is needed, and never runs two exchanges at once, unless one has stalled (its tokio
/// runtime rests) and was taken over.
pub trait TokenSource: Send + Sync {
    /// Gets a new access token: by [`Exchange::refresh_token`] if there is one, otherwise by the full grant.
    ///
    /// It runs in a task of its own, so that a caller who gives up does not take the token from the others.
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>>;

    /// The lifetimes and grants. Default: [`TokenRules::DEFAULT`].
    fn rules(&self) -> TokenRules {
        TokenRules::DEFAULT
    }

    /// The refresh token to begin with, if the credentials hold one.
    ///
    /// The client uses it once, by [`Exchange::refresh_token`]; then the one that came with the answer.
    fn initial_refresh_token(&self) -> Option<Secret> {
        None
    }

    /// All fields of the credentials, secrets included, to tell them apart in a [`TokenStore`](crate::TokenStore).
    ///
    /// Default: `None`, and the tokens are never shared. A field that is missing here lets somebody with another value of
    /// it have this client's tokens.
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
