//! Tokens shared by the clients of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::BoxFuture;
use crate::error::Error;
use crate::token::store::saved::SavedToken;
use crate::token::store::{OpenToken, TokenKey, TokenStore};

type Entry = Arc<tokio::sync::Mutex<Option<SavedToken>>>;

/// Keeps tokens in memory. Clones are the same store.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<TokenKey, Entry>>>);

impl MemoryStore {
    /// Starts empty.
    pub fn new() -> Self {
        Self::default()
    }
}

impl TokenStore for MemoryStore {
    fn open<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn OpenToken>, Error>> {
        Box::pin(async move {
            let entry = {
                let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(entries.entry(key.clone()).or_default())
            };
            Ok(Box::new(Open(entry.lock_owned().await)) as Box<dyn OpenToken>)
        })
    }
}

struct Open(OwnedMutexGuard<Option<SavedToken>>);

impl OpenToken for Open {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        *self.0 = Some(token.clone());
        Box::pin(async { Ok(()) })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
