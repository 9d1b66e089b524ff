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

    /// The lock is held for a few instructions, none of which panics in the middle of a change.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
