//! Retry budget that all calls of a client share.

use std::sync::atomic::{AtomicU32, Ordering};

/// Cost of a retry after a timeout, the failure that costs the vendor the most.
pub(super) const TIMEOUT_COST: u32 = 10;
/// Cost of any other retry.
pub(super) const RETRY_COST: u32 = 5;
/// Amount that a call adds if it succeeds on its first attempt.
const REWARD: u32 = 1;

/// Token bucket that retries drain and successes fill, as in the AWS SDKs.
pub(crate) struct Budget {
    most: u32,
    left: AtomicU32,
}

impl Budget {
    pub(crate) fn new(tokens: u32) -> Self {
        Self {
            most: tokens,
            left: AtomicU32::new(tokens),
        }
    }

    /// Deducts the cost of a retry. Returns false if the budget is too low.
    pub(super) fn take(&self, cost: u32) -> bool {
        self.left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                left.checked_sub(cost)
            })
            .is_ok()
    }

    /// After a successful call, refunds the cost of its last retry, or adds the reward if the call
    /// needed no retry.
    pub(super) fn replenish(&self, taken: Option<u32>) {
        if taken.is_none() && self.left.load(Ordering::Relaxed) == self.most {
            return;
        }
        let more = taken.unwrap_or(REWARD);
        // Never fails, because the closure always returns a value.
        let _ = self
            .left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                Some(left.saturating_add(more).min(self.most))
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(budget: &Budget) -> u32 {
        budget.left.load(Ordering::Relaxed)
    }

    #[test]
    fn retries_drain_the_budget_and_successes_refill_it() {
        let budget = Budget::new(12);
        assert!(budget.take(RETRY_COST) && budget.take(RETRY_COST));
        assert!(
            !budget.take(RETRY_COST),
            "2 is less than the cost of a retry"
        );
        assert_eq!(left(&budget), 2);
        budget.replenish(None);
        assert_eq!(left(&budget), 3);
        budget.replenish(Some(RETRY_COST));
        assert_eq!(left(&budget), 8);
        assert!(!budget.take(TIMEOUT_COST));
        budget.replenish(Some(TIMEOUT_COST));
        assert_eq!(
            left(&budget),
            12,
            "the budget never exceeds its initial size"
        );
        assert!(budget.take(TIMEOUT_COST));
        assert_eq!(left(&budget), 2);
    }

    #[test]
    fn a_full_budget_stays_full() {
        let budget = Budget::new(5);
        budget.replenish(None);
        assert_eq!(left(&budget), 5);
        assert!(budget.take(5), "the whole budget can be spent");
        assert_eq!(left(&budget), 0);
    }
}
