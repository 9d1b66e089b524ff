//! The locked store entry of an exchange. An exchange that takes over from a stalled one can also
//! take over its entry.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::error::Error;
use crate::token::store::LockedToken;
use crate::token::store::saved::SavedToken;

/// Stores the entry between two operations on it.
#[derive(Default)]
pub(super) struct EntrySlot(Mutex<State>);

#[derive(Default)]
enum State {
    /// There is no entry, or an operation has borrowed the entry.
    #[default]
    Empty,
    Full(Box<dyn LockedToken>),
    /// The exchange has ended or was taken over.
    Closed,
}

impl EntrySlot {
    /// Stores an entry, or drops it if the slot is closed.
    pub(super) fn put(&self, entry: Box<dyn LockedToken>) {
        let mut state = self.state();
        let unwanted = if matches!(*state, State::Closed) {
            Some(entry)
        } else {
            *state = State::Full(entry);
            None
        };
        drop(state);
        // Dropped outside the lock, because dropping an entry runs the store's code.
        drop(unwanted);
    }

    /// Takes the entry unless an operation has borrowed it, and closes the slot.
    pub(super) fn close(&self) -> Option<Box<dyn LockedToken>> {
        match std::mem::replace(&mut *self.state(), State::Closed) {
            State::Full(entry) => Some(entry),
            State::Empty | State::Closed => None,
        }
    }

    pub(super) async fn load(&self, patience: Duration) -> Result<Option<SavedToken>, Error> {
        let mut borrowed = self.borrow()?;
        with_time_limit(patience, "read", borrowed.entry()?.load()).await
    }

    pub(super) async fn save(&self, patience: Duration, token: &SavedToken) -> Result<(), Error> {
        let mut borrowed = self.borrow()?;
        with_time_limit(patience, "written", borrowed.entry()?.save(token)).await
    }

    /// Saves a record synchronously, which works even while the runtime shuts down.
    pub(super) fn put_back(&self, token: &SavedToken) {
        if let Ok(mut borrowed) = self.borrow()
            && let Ok(entry) = borrowed.entry()
        {
            entry.put_back(token);
        }
    }

    fn borrow(&self) -> Result<Borrowed<'_>, Error> {
        let mut state = self.state();
        match std::mem::take(&mut *state) {
            State::Full(entry) => Ok(Borrowed {
                slot: self,
                entry: Some(entry),
            }),
            before => {
                *state = before;
                Err(Error::store(
                    "another caller took over the token exchange and its entry in the store",
                ))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A borrowed entry, returned to its slot on drop.
struct Borrowed<'a> {
    slot: &'a EntrySlot,
    entry: Option<Box<dyn LockedToken>>,
}

impl Borrowed<'_> {
    fn entry(&mut self) -> Result<&mut dyn LockedToken, Error> {
        match &mut self.entry {
            Some(entry) => Ok(&mut **entry),
            None => Err(Error::store("the entry in the store is in use")),
        }
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            self.slot.put(entry);
        }
    }
}

/// Limits the duration of a store operation.
pub(super) async fn with_time_limit<T>(
    patience: Duration,
    what: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(patience, work).await.unwrap_or_else(|elapsed| {
        let text = format!(
            "the token store could not be {what} within {patience:?}, half of the client's timeout"
        );
        Err(Error::store(text).with_source(elapsed))
    })
}
