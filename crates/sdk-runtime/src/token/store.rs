//! Where clients and processes share access tokens.

#[cfg(feature = "file-store")]
pub(crate) mod file;
pub(crate) mod memory;
pub(crate) mod saved;

use std::fmt;
use std::sync::Arc;

use crate::BoxFuture;
use crate::error::Error;
use crate::token::store::saved::SavedToken;

/// Keeps access tokens for all who use the same credentials, so that one exchange serves them all.
///
/// This crate has one in memory, [`MemoryStore`], and one in files, `FileStore` (feature `file-store`).
/// For one of your own, the lock that [`open`](Self::open) takes is what matters.
pub trait TokenStore: Send + Sync {
    /// Opens the entry of a key, and keeps everybody else out of it until what is returned is dropped.
    ///
    /// A client holds it while it looks for a token, gets a new one and saves it. Who gives up waiting drops the future.
    fn open<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn OpenToken>, Error>>;
}

/// The entry of one key, while nobody else has it.
pub trait OpenToken: Send {
    /// Reads what was saved last. What cannot be understood counts as nothing, and should be said in a warning.
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>>;

    /// Replaces what was saved: all of it or nothing.
    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>>;
}

impl<T: TokenStore + ?Sized> TokenStore for Arc<T> {
    fn open<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn OpenToken>, Error>> {
        (**self).open(key)
    }
}

/// Whose tokens an entry holds.
///
/// Some vendors' client ids are half of a key pair: name nothing after them as they are, but after a hash. `Debug` leaves them out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// The vendor's machine name.
    pub vendor: String,
    /// The URL that paths are added to.
    pub base_url: String,
    /// The client's id.
    pub client_id: String,
    /// The user on whose behalf the tokens are.
    pub user: Option<String>,
    /// What the tokens allow, where it is less than all.
    pub scope: Option<String>,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("vendor", &self.vendor)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
