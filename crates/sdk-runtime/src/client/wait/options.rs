//! Delays and limits of a wait.

use std::time::Duration;

use crate::client::wait::progress::JobProgress;
use crate::table::wait::WaitRule;

type ProgressCallback = Box<dyn FnMut(&JobProgress) + Send>;

/// Delays and limits that override those in the operation table, and a progress callback.
#[derive(Default)]
pub(crate) struct WaitOptions {
    pub(crate) first_delay: Option<Duration>,
    pub(crate) longest_delay: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) progress: Option<ProgressCallback>,
}

impl WaitOptions {
    pub(crate) fn first_delay(&self, rule: &WaitRule) -> Duration {
        self.first_delay.unwrap_or(rule.first_delay)
    }

    pub(crate) fn longest_delay(&self, rule: &WaitRule) -> Duration {
        let longest = self.longest_delay.unwrap_or(rule.longest_delay);
        longest.max(self.first_delay(rule))
    }

    pub(crate) fn deadline(&self, rule: &WaitRule) -> Duration {
        self.deadline.unwrap_or(rule.deadline)
    }
}

/// Setters that all waits share.
macro_rules! wait_setters {
    () => {
        /// Sets the delay before the first poll. Later delays grow by a factor of 1.5, up to a
        /// maximum.
        ///
        /// By default, a job that is already running is polled immediately. For a job that was just
        /// started, the default delay depends on the operation.
        pub fn with_first_delay(mut self, delay: Duration) -> Self {
            self.options.first_delay = Some(delay);
            self
        }

        /// Sets the maximum delay between two polls.
        ///
        /// The default depends on the operation. If the first delay is longer than this maximum,
        /// the first delay is used as the maximum. A delay that the vendor requests applies even
        /// if it exceeds the maximum.
        pub fn with_longest_delay(mut self, delay: Duration) -> Self {
            self.options.longest_delay = Some(delay);
            self
        }

        /// Limits the time of the whole wait. The default depends on the operation.
        pub fn with_deadline(mut self, limit: Duration) -> Self {
            self.options.deadline = Some(limit);
            self
        }

        /// Calls a function after each poll that returns the job's state, including the last poll.
        pub fn on_progress(
            mut self,
            progress: impl FnMut(&crate::client::wait::progress::JobProgress) + Send + 'static,
        ) -> Self {
            self.options.progress = Some(Box::new(progress));
            self
        }
    };
}

pub(super) use wait_setters;
