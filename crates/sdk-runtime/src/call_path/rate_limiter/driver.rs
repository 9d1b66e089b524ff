//! The task that watches the clock on behalf of waiting callers, to detect new turns and the ends
//! of leases and offers.
//!
//! It runs while callers wait. Each runtime with waiting callers has its own task, because a
//! runtime that is not being driven can't watch the clock.

use std::sync::Arc;

use tokio::runtime::{self, Handle};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::call_path::rate_limiter::gate::Gate;
use crate::call_path::rate_limiter::state::State;

/// Creates the driver of the current runtime, unless one exists. The caller must start it after
/// releasing the lock.
pub(super) fn missing(gate: &Arc<Gate>, state: &mut State) -> Option<Driver> {
    // Outside a runtime, a client sends nothing.
    let id = Handle::try_current().ok()?.id();
    if state.drivers.iter().any(|(known, _)| *known == id) {
        return None;
    }
    let changed = Arc::new(Notify::new());
    state.drivers.push((id, Arc::clone(&changed)));
    Some(Driver {
        gate: Arc::clone(gate),
        id,
        changed,
        has_run: false,
    })
}

pub(super) struct Driver {
    gate: Arc<Gate>,
    id: runtime::Id,
    changed: Arc<Notify>,
    has_run: bool,
}

impl Driver {
    /// Runs the driver in its own task.
    ///
    /// The caller must not hold the lock: a runtime that is shutting down drops the task
    /// immediately, which takes the lock.
    pub(super) fn start(mut self) {
        tokio::spawn(async move { self.run().await });
    }

    async fn run(&mut self) {
        self.has_run = true;
        loop {
            let event = {
                let now = Instant::now();
                let mut state = self.gate.lock();
                state.settle(now, Some(self.id));
                match state.next_event(now) {
                    Some(event) => event,
                    None => {
                        self.unregister(&mut state);
                        return;
                    }
                }
            };
            match event {
                // Checks the state again after a timeout or a notification.
                Some(at) => drop(timeout_at(at, self.changed.notified()).await),
                None => self.changed.notified().await,
            }
        }
    }

    fn unregister(&self, state: &mut State) {
        state.drivers.retain(|(id, _)| *id != self.id);
    }
}

impl Drop for Driver {
    /// Removes the driver, and wakes the waiting callers, so that those in this runtime start a new
    /// one. Callers in other runtimes have their own drivers.
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        let is_ours = |changed: &Arc<Notify>| Arc::ptr_eq(changed, &self.changed);
        if state.drivers.iter().any(|(_, changed)| is_ours(changed)) {
            self.unregister(&mut state);
            // If the task never ran, its runtime has shut down and would also reject a new driver.
            if self.has_run {
                state.wake_all();
            }
        }
    }
}
