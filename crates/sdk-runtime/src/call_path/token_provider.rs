//! Where the call path gets credentials from.

use std::sync::Arc;

use crate::BoxFuture;
use crate::error::Error;
use crate::request::credential::Presented;
use crate::table::operation::Scheme;
use crate::token::cached_token::CachedToken;

/// Supplies the credentials of a client's calls.
///
/// The call path knows access tokens by this trait alone: how they are obtained and renewed belongs to `auth`.
pub(crate) trait TokenProvider: Sync {
    /// What the credentials have for a security scheme.
    fn presents(&self, scheme: &Scheme) -> Option<Presented>;

    /// The token to use now. Fails if the credentials are of a kind that gets no token.
    fn current(&self) -> Result<CurrentToken<'_>, Error>;

    /// Whether a new token may help an operation that was answered with a 401.
    fn is_worth_renewing(&self, rejected: &CachedToken, operation: &'static str) -> bool;

    /// Evicts a token that the vendor rejected.
    fn forget(&self, rejected: &CachedToken);

    /// The token that follows one that the vendor rejected.
    fn renew<'a>(
        &'a self,
        rejected: &'a CachedToken,
    ) -> BoxFuture<'a, Result<Arc<CachedToken>, Error>>;
}

/// A token at hand, or the exchange that brings it.
///
/// Only the second one costs a future on the heap: a call with a valid token allocates nothing for it.
pub(crate) enum CurrentToken<'a> {
    /// A valid token.
    Ready(Arc<CachedToken>),
    /// An exchange that has to end first.
    Pending(BoxFuture<'a, Result<Arc<CachedToken>, Error>>),
}
