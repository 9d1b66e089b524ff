//! Number of attempts of a call, and the delays between them.

use std::time::Duration;

/// Default time within which a call may be retried, unless the vendor specifies a delay.
const DEFAULT_TOTAL_TIME: Duration = Duration::from_secs(60);

/// Determines how many times a client sends a failing call, and how long it waits between attempts.
///
/// The policy doesn't decide which calls may be repeated. That depends on the operation and on the
/// failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_backoff: Duration,
    longest_backoff: Duration,
    /// `None` unless set.
    total: Option<Duration>,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(8),
            total: None,
            budget: 500,
        }
    }
}

impl RetryPolicy {
    /// Creates the default policy: 3 attempts within 60 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a policy that never retries a failed call.
    ///
    /// A rejected token is still renewed, and the call is sent again with the new token.
    pub fn never() -> Self {
        Self::new().with_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first. Default: 3.
    ///
    /// A value of 0 is treated as 1.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the bounds of the delays. Default: 0.5 s and 8 s.
    ///
    /// Each delay is a random time between zero and a bound. The bound starts at the first value,
    /// doubles with every attempt, and never exceeds the second value.
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_backoff, self.longest_backoff) = (first, longest);
        self
    }

    /// Sets how long after its start a call may be retried. Default: 60 s.
    ///
    /// If the vendor specifies a delay, with a header or with the window of its rate limit, the
    /// default is the call's whole timeout.
    ///
    /// If the vendor requests a delay that exceeds the remaining time, the call fails immediately,
    /// and [`Error::retry_after`](crate::Error::retry_after) returns the delay.
    pub fn with_total_time(mut self, total: Duration) -> Self {
        self.total = Some(total);
        self
    }

    /// Sets the size of the retry budget that all calls of a client share. Default: 500.
    ///
    /// A retry takes 5 from the budget, or 10 after a timeout. A successful retry refunds its cost,
    /// and a call that succeeds on its first attempt adds 1. With an empty budget, calls fail
    /// without retries, which reduces the load on a vendor that is down.
    pub fn with_budget(mut self, tokens: u32) -> Self {
        self.budget = tokens;
        self
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the time within which a call may be retried.
    ///
    /// `call` is the timeout of the call, and `is_told` is true if the vendor specifies a delay.
    pub(crate) fn total(&self, call: Duration, is_told: bool) -> Duration {
        match self.total {
            Some(total) => total.min(call),
            None if is_told => call,
            None => DEFAULT_TOTAL_TIME.min(call),
        }
    }

    pub(crate) fn budget(&self) -> u32 {
        self.budget
    }

    /// Returns the maximum delay after this many failed attempts.
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
    fn the_maximum_delay_doubles_up_to_eight_seconds() {
        let policy = RetryPolicy::new();
        let bounds =
            [1, 2, 3, 4, 5, 6, 40, u32::MAX].map(|failed| policy.bound(failed).as_millis());
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
    }

    #[test]
    fn the_backoff_bounds_can_be_set() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::new().with_backoff(seconds(2), seconds(3));
        assert_eq!([policy.bound(1), policy.bound(2)], [seconds(2), seconds(3)]);
    }

    #[test]
    fn zero_attempts_are_treated_as_one() {
        assert_eq!(RetryPolicy::new().with_attempts(0), RetryPolicy::never());
    }
}
