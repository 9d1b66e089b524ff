//! Stores that share access tokens between clients and processes.

pub(crate) mod memory;
pub(crate) mod saved;

use std::fmt::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::BoxFuture;
use crate::error::Error;
use crate::token::fingerprint::Fingerprint;
use crate::token::store::saved::SavedToken;

/// Shares access tokens between clients that have the same credentials and base URL.
///
/// As a result, one token exchange serves all these clients.
///
/// This crate has an in-memory store, [`MemoryStore`](crate::MemoryStore), and a file store,
/// `FileStore` (feature `file-store`). To implement a store on top of a database, keep a row per
/// [`TokenKey::name`] with the output of [`SavedToken::to_json`], and lock the row (with
/// `SELECT … FOR UPDATE`, an advisory lock, or a lease that is longer than the client's timeout).
/// Follow these rules:
///
/// - [`load`](Self::load) doesn't wait for a lock, and returns the record that was saved last.
/// - [`lock`](Self::lock) admits one holder at a time, across processes. A holder that is dropped,
///   aborted or killed releases the lock. A `lock` future that is dropped, or kept and never polled
///   again, must not hold or block the lock.
/// - A completed save is durable and visible to every later `load`. An interrupted save leaves
///   either the old record or the new one, never part of a record.
/// - A save fails if the holder has lost its lock, for example because a lease expired.
/// - Entries for different keys are independent.
///
/// The feature `store-conformance` has a suite that checks these rules, except for lost locks. It
/// aborts tasks and kills processes at random points.
///
/// If a store fails, a client that has a grant other than a refresh token continues without the
/// store, unless [`is_configuration`](Error::is_configuration) is true for the error.
pub trait TokenStore: Send + Sync {
    /// Reads the last saved record without the lock. Treat an unreadable record as absent, and log
    /// a warning.
    ///
    /// # Errors
    ///
    /// Returns [`Error::store`] if the store can't be read.
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>>;

    /// Waits for the entry's lock and returns the locked entry. The client waits for at most half
    /// of its own timeout, and then drops the future.
    ///
    /// # Errors
    ///
    /// Returns [`Error::store`] if the store can't be used.
    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>>;
}

/// A locked entry. Dropping it releases the lock, after a save in progress has finished.
pub trait LockedToken: Send {
    /// Reads the last saved record.
    ///
    /// # Errors
    ///
    /// Returns [`Error::store`] if the store can't be read.
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>>;

    /// Replaces the record atomically.
    ///
    /// # Errors
    ///
    /// Returns [`Error::store`] if the record might not be durable, or if the lock was lost.
    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>>;

    /// Replaces the record synchronously.
    ///
    /// The method isn't async, because the client also calls it while the runtime shuts down and no
    /// longer polls futures.
    ///
    /// The client calls this method if a token exchange is dropped before it ends. `token` is the
    /// record of a new access token, or, if the request with a refresh token was never handed to a
    /// connection, a record in which that refresh token is unused. The default does nothing: the
    /// new access token may be lost, and it stays unknown whether the refresh token was used.
    fn put_back(&mut self, token: &SavedToken) {
        let _ = token;
    }
}

impl<T: TokenStore + ?Sized> TokenStore for Arc<T> {
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>> {
        (**self).load(key)
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>> {
        (**self).lock(key)
    }
}

/// Identifies the owner of an entry's tokens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// Machine name of the vendor.
    pub vendor: String,
    /// Base URL of the client.
    pub base_url: String,
    /// Fingerprint of all fields of the credentials. See
    /// [`TokenSource::fingerprint`](crate::TokenSource::fingerprint).
    pub fingerprint: Fingerprint,
}

impl TokenKey {
    /// Returns a name for a file or a row.
    ///
    /// It consists of 64 hex digits, the SHA-256 of all three fields, and reveals none of them.
    pub fn name(&self) -> String {
        let mut hash = Sha256::new();
        let (vendor, base_url) = (self.vendor.as_bytes(), self.base_url.as_bytes());
        for part in [vendor, base_url, self.fingerprint.as_bytes()] {
            // Each part is preceded by its length, so that different keys never result in the same
            // bytes.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let bytes = hash.finalize();
        bytes.iter().fold(String::new(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        })
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("vendor", &self.vendor)
            .field("base_url", &self.base_url)
            .field("fingerprint", &self.fingerprint)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_names_are_unique_and_keys_print_no_secrets() {
        let key = |vendor: &str, base_url: &str, id: &str| TokenKey {
            vendor: vendor.to_owned(),
            base_url: base_url.to_owned(),
            fingerprint: Fingerprint::of(&"s3cret".into(), &[("id", Some(id))]),
        };
        let names = [
            key("acme", "https://a", "id"),
            key("acmeh", "ttps://a", "id"),
            key("acme", "https://b", "id"),
            key("acme", "https://a", "other"),
        ]
        .map(|key| key.name());
        for (place, name) in names.iter().enumerate() {
            assert!(name.len() == 64 && !names[..place].contains(name), "{name}");
        }
        let printed = format!("{:?}", key("acme", "https://a", "hush"));
        assert!(
            !printed.contains("hush") && !printed.contains("s3cret"),
            "{printed}"
        );
    }
}
