//! Interface through which the call path gets credentials.

use std::sync::Arc;

use crate::BoxFuture;
use crate::error::Error;
use crate::request::credential::Presented;
use crate::table::operation::Scheme;
use crate::token::cached_token::CachedToken;

/// Supplies the credentials for a client's calls.
///
/// The call path uses access tokens only through this trait; `auth` obtains and renews them.
pub(crate) trait TokenProvider: Sync {
    /// Returns the credential for a security scheme.
    fn presents(&self, scheme: &Scheme) -> Option<Presented>;

    /// Returns the token to use now. Fails if the client has no credentials, or only credentials
    /// that can't provide a token.
    fn current(&self) -> Result<CurrentToken<'_>, Error>;

    /// Returns whether a new token may help an operation that failed with status 401.
    fn is_worth_renewing(&self, rejected: &CachedToken, operation: &'static str) -> bool;

    /// Evicts a token that the vendor rejected.
    fn forget(&self, rejected: &CachedToken);

    /// Returns the token that replaces a rejected one.
    fn renew<'a>(
        &'a self,
        rejected: &'a CachedToken,
    ) -> BoxFuture<'a, Result<Arc<CachedToken>, Error>>;
}

/// A current token, or the exchange that will supply one.
///
/// Only the exchange needs a boxed future. Using a valid token doesn't allocate memory.
pub(crate) enum CurrentToken<'a> {
    /// A valid token.
    Ready(Arc<CachedToken>),
    /// An exchange that must finish first.
    Pending(BoxFuture<'a, Result<Arc<CachedToken>, Error>>),
}
