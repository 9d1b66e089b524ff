//! Rate limit: computes when the next requests may be sent.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::call_path::rate_limiter::too_late::TooLate;

/// Allows at most `requests` requests in any window of one period.
pub(super) struct Rate {
    requests: usize,
    period: Duration,
    /// Times of the last requests, oldest first; at most `requests` entries.
    passed: VecDeque<Instant>,
}

impl Rate {
    pub(super) fn new(requests: usize, period: Duration) -> Self {
        Self {
            requests,
            period,
            passed: VecDeque::new(),
        }
    }

    /// Returns the number of requests that may be sent now.
    pub(super) fn free(&mut self, now: Instant) -> usize {
        while let Some(oldest) = self.passed.front()
            && *oldest + self.period <= now
        {
            self.passed.pop_front();
        }
        self.requests - self.passed.len()
    }

    /// Counts a request that is sent now. The caller first checks that the request is allowed.
    pub(super) fn pass(&mut self, now: Instant) {
        self.passed.push_back(now);
    }

    /// Returns the time at which the next request may be sent.
    pub(super) fn next(&mut self, now: Instant) -> Instant {
        match (self.free(now), self.passed.front()) {
            (0, Some(oldest)) => *oldest + self.period,
            _ => now,
        }
    }

    /// Rejects a request if its turn would come later than `until`. `ahead` is the number of turns
    /// that come first.
    pub(super) fn check(
        &mut self,
        ahead: usize,
        now: Instant,
        until: Instant,
    ) -> Result<(), TooLate> {
        let free = self.free(now);
        if ahead < free {
            return Ok(());
        }
        // Turns are periodic: each turn comes one period after the turn `requests` positions
        // earlier.
        let place = ahead - free;
        let (round, place) = (place / self.requests, place % self.requests);
        let rounds = u32::try_from(round + 1).unwrap_or(u32::MAX);
        let first = self.passed.get(place).copied().unwrap_or(now);
        let turn = self
            .period
            .checked_mul(rounds)
            .and_then(|wait| first.checked_add(wait));
        match turn {
            Some(turn) if turn <= until => Ok(()),
            _ => Err(TooLate {
                wait: turn.map_or(Duration::MAX, |turn| turn.saturating_duration_since(now)),
                requests: self.requests,
                period: self.period,
            }),
        }
    }
}
