//! Operations that rejected a token, and whether a new token would help.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Time during which a rejection, or an acceptance after it, counts as evidence about the token.
const EVIDENCE_LIFETIME: Duration = Duration::from_secs(60);

/// Operations that rejected a token, and the time when an operation last accepted it.
///
/// A 401 causes a renewal of the token unless a new token is also expected to be rejected. In that
/// case, the call returns the 401. A new token is expected to be rejected if this operation has
/// already rejected this token or an earlier one, or if another operation rejected this token and
/// no operation has accepted it yet. A minute after a rejection, the token may be renewed again,
/// unless another operation has accepted it within the last minute.
#[derive(Default)]
pub(crate) struct Refusals {
    was_accepted: AtomicBool,
    /// Whether there are records. Without records, an accepted call doesn't need the lock.
    has_records: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: Vec<Record>,
    last_accepted: Option<Instant>,
}

/// A rejection by one operation.
#[derive(Clone)]
pub(crate) struct Record {
    operation: &'static str,
    at: Instant,
    /// Whether the rejected token was an earlier one, not the current token.
    is_inherited: bool,
}

impl Refusals {
    /// Creates the records for a token from the records of the previous token.
    pub(crate) fn inheriting(records: Vec<Record>) -> Self {
        Self {
            was_accepted: AtomicBool::new(false),
            has_records: AtomicBool::new(!records.is_empty()),
            state: Mutex::new(State {
                records,
                last_accepted: None,
            }),
        }
    }

    /// Returns the records for the next token.
    pub(crate) fn to_inherit(&self) -> Vec<Record> {
        let state = self.state();
        let records = state.records.iter().cloned();
        records
            .map(|record| Record {
                is_inherited: true,
                ..record
            })
            .collect()
    }

    /// Records that an operation accepted the token.
    pub(crate) fn accept(&self, operation: &'static str) {
        if !self.was_accepted.load(Ordering::Relaxed) {
            self.was_accepted.store(true, Ordering::Relaxed);
        }
        if !self.has_records.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state();
        state.records.retain(|record| record.operation != operation);
        state.last_accepted = Some(Instant::now());
        self.has_records
            .store(!state.records.is_empty(), Ordering::Relaxed);
    }

    /// Records that an operation rejected the token and that the call didn't renew it.
    pub(crate) fn reject(&self, operation: &'static str) {
        let mut state = self.state();
        let known = state.records.iter_mut();
        match { known }.find(|record| record.operation == operation) {
            Some(record) => record.is_inherited = false,
            None => state.records.push(Record {
                operation,
                at: Instant::now(),
                is_inherited: false,
            }),
        }
        self.has_records.store(true, Ordering::Relaxed);
    }

    /// Returns whether an operation that rejected this token may accept a new one.
    pub(crate) fn is_worth_renewing(&self, operation: &'static str) -> bool {
        if !self.has_records.load(Ordering::Relaxed) {
            return true;
        }
        let now = Instant::now();
        let is_recent = |at: Instant| now.saturating_duration_since(at) < EVIDENCE_LIFETIME;
        let mut state = self.state();
        let accepted = state.last_accepted;
        let own = state
            .records
            .iter()
            .find(|record| record.operation == operation);
        if let Some(own) = own {
            let others_accept =
                accepted.is_some_and(|accepted| accepted > own.at && is_recent(accepted));
            if is_recent(own.at) || others_accept {
                return false;
            }
            state.records.retain(|record| record.operation != operation);
            return true;
        }
        let was_rejected = state
            .records
            .iter()
            .any(|record| !record.is_inherited && is_recent(record.at));
        !was_rejected || self.was_accepted.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_again_only_after_it_was_accepted() {
        let refusals = Refusals::default();
        assert!(refusals.is_worth_renewing("a"));
        refusals.reject("a");
        assert!(!refusals.is_worth_renewing("a"));
        assert!(!refusals.is_worth_renewing("b"), "nobody accepted it");
        refusals.accept("c");
        assert!(refusals.is_worth_renewing("b") && !refusals.is_worth_renewing("a"));
        refusals.accept("a");
        assert!(refusals.is_worth_renewing("a"), "it was revoked since");
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_is_retried_after_a_minute_unless_others_accept_the_token() {
        let refusals = Refusals::default();
        refusals.reject("a");
        tokio::time::advance(EVIDENCE_LIFETIME).await;
        refusals.accept("b");
        assert!(!refusals.is_worth_renewing("a"));
        tokio::time::advance(EVIDENCE_LIFETIME).await;
        assert!(refusals.is_worth_renewing("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_token_inherits_the_operations_that_rejected_the_previous_one() {
        let refusals = Refusals::default();
        refusals.reject("a");
        let next = Refusals::inheriting(refusals.to_inherit());
        assert!(next.is_worth_renewing("b") && !next.is_worth_renewing("a"));
    }
}
