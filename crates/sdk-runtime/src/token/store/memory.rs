//! Tokens shared by the clients of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::BoxFuture;
use crate::error::Error;
use crate::token::store::saved::SavedToken;
use crate::token::store::{LockedToken, TokenKey, TokenStore};

/// Stores tokens in memory. Clones share the store.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<TokenKey, Arc<Entry>>>>);

/// An entry and its lock, which each waiter acquires itself. If the lock were handed over, a waiter
/// that is no longer polled could keep it forever.
#[derive(Default)]
struct Entry {
    state: Mutex<State>,
    released: Notify,
}

#[derive(Default)]
struct State {
    is_locked: bool,
    saved: Option<SavedToken>,
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_lock(self: &Arc<Self>) -> Option<Locked> {
        let mut state = self.state();
        let was_locked = std::mem::replace(&mut state.is_locked, true);
        (!was_locked).then(|| Locked(Arc::clone(self)))
    }
}

impl MemoryStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn entry(&self, key: &TokenKey) -> Arc<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(entries.entry(key.clone()).or_default())
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>> {
        Box::pin(async move { Ok(self.entry(key).state().saved.clone()) })
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>> {
        Box::pin(async move {
            let entry = self.entry(key);
            loop {
                // Registers before checking, so that no release is missed: `notify_waiters` reaches
                // every existing future.
                let released = entry.released.notified();
                if let Some(locked) = entry.try_lock() {
                    return Ok(Box::new(locked) as Box<dyn LockedToken>);
                }
                released.await;
            }
        })
    }
}

struct Locked(Arc<Entry>);

impl LockedToken for Locked {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        Box::pin(async { Ok(self.0.state().saved.clone()) })
    }

    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async {
            self.put_back(token);
            Ok(())
        })
    }

    fn put_back(&mut self, token: &SavedToken) {
        self.0.state().saved = Some(token.clone());
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.state().is_locked = false;
        self.0.released.notify_waiters();
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
