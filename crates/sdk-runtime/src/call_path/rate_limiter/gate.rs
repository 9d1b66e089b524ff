//! State of a limiter behind its lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::call_path::rate_limiter::state::State;

/// The only lock of a limiter. It is never held across an await.
pub(super) struct Gate {
    state: Mutex<State>,
}

impl Gate {
    pub(super) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
        }
    }

    /// Locks the state. A poisoned lock stays usable, because no code panics in the middle of a
    /// change.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
