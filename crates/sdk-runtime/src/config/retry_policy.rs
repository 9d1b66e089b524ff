//! How often and for how long a client tries.

use std::time::Duration;

/// How often a client sends a call that fails, and how long it waits in between.
///
/// What may be repeated at all is not up to it: that depends on the operation and on how it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_backoff: Duration,
    longest_backoff: Duration,
    total: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(8),
            total: Duration::from_secs(60),
            budget: 500,
        }
    }
}

impl RetryPolicy {
    /// The default: 3 attempts within 60 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends every call once. A refused token is still renewed, and the call sent again.
    pub fn never() -> Self {
        Self::new().with_attempts(1)
    }

    /// Sets how often a call is sent at most, the first time included; nought counts as one. Default: 3.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the bounds of the waits. Default: 0.5 s and 8 s.
    ///
    /// A wait is drawn evenly from nought to a bound that begins with the first, doubles with every attempt, and ends with the second.
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_backoff, self.longest_backoff) = (first, longest);
        self
    }

    /// Sets for how long after the start of a call it may be sent again. Default: 60 s.
    ///
    /// If the vendor asks for a longer wait than is left, the call fails at once, with
    /// [`Error::retry_after`](crate::Error::retry_after).
    pub fn with_total_time(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Sets how many tokens the budget holds that all calls of a client share. Default: 500.
    ///
    /// A repetition takes 5 of them, after a timeout 10; they come back when it succeeds, and a call that
    /// succeeds at once brings 1. When they run out, calls fail without repetition: a vendor that is down is
    /// not buried under repetitions.
    pub fn with_budget(mut self, tokens: u32) -> Self {
        self.budget = tokens;
        self
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn total(&self) -> Duration {
        self.total
    }

    pub(crate) fn budget(&self) -> u32 {
        self.budget
    }

    /// The most that is waited after so many failed attempts.
    pub(crate) fn bound(&self, failed: u32) -> Duration {
        let doublings = 2_u32.saturating_pow(failed.saturating_sub(1));
        self.first_backoff
            .saturating_mul(doublings)
            .min(self.longest_backoff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_of_a_wait_doubles_up_to_eight_seconds() {
        let policy = RetryPolicy::new();
        let bounds =
            [1, 2, 3, 4, 5, 6, 40, u32::MAX].map(|failed| policy.bound(failed).as_millis());
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
    }

    #[test]
    fn the_bounds_of_a_wait_can_be_given() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::new().with_backoff(seconds(2), seconds(3));
        assert_eq!([policy.bound(1), policy.bound(2)], [seconds(2), seconds(3)]);
    }

    #[test]
    fn a_call_is_sent_at_least_once() {
        assert_eq!(RetryPolicy::new().with_attempts(0), RetryPolicy::never());
    }
}
