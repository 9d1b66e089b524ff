//! Jobs, which go on after their call was answered. Each poll finds a job one step further.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The most jobs that are followed.
const FOLLOWED: usize = 10_000;

/// The step of each job of a vendor, by kind and key.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<HashMap<(usize, String), usize>>);

impl Jobs {
    /// Starts a job under a key.
    pub(crate) fn start(&self, kind: usize, key: &str) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.len() < FOLLOWED {
            jobs.insert((kind, key.to_owned()), 0);
        }
    }

    /// Goes one step on. A job that was not started here counts as done.
    pub(crate) fn poll(&self, kind: usize, key: &str) -> usize {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.get_mut(&(kind, key.to_owned())) {
            Some(step) => {
                *step = step.saturating_add(1);
                *step
            }
            None => usize::MAX,
        }
    }

    pub(crate) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
