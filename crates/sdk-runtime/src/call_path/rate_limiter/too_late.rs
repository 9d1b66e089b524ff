//! The error for a turn that would come after the caller's deadline.

use std::fmt;
use std::time::Duration;

/// The error for a turn that would come after the caller's deadline.
#[derive(Debug)]
pub(crate) struct TooLate {
    /// Time until the turn would come.
    pub(crate) wait: Duration,
    pub(super) requests: usize,
    pub(super) period: Duration,
}

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rate limited locally: next slot in {} s, after the deadline (limit: {} {} per {} s)",
            self.wait.as_secs_f64().ceil(),
            self.requests,
            if self.requests == 1 {
                "request"
            } else {
                "requests"
            },
            self.period.as_secs(),
        )
    }
}
