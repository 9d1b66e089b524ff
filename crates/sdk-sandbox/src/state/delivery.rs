//! Delivery of webhooks: attempts, pauses, duplicates.

use std::time::Duration;

/// How webhooks are delivered. What is not set is as the profile of the vendor says.
///
/// ```
/// use std::time::Duration;
///
/// use sdk_sandbox::Delivery;
///
/// let twice_and_late = Delivery::new().duplicates(1).delay(Duration::from_millis(20));
/// # let _ = twice_and_late;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a delivery does nothing until a sandbox or a webhook takes it"]
pub struct Delivery {
    pub(crate) duplicates: u32,
    pub(crate) delay: Duration,
    pub(crate) attempts: Option<u32>,
    pub(crate) pause: Option<Duration>,
    pub(crate) forged: bool,
    pub(crate) signed_at: Option<u64>,
}

impl Delivery {
    /// One signed delivery without delay.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends the same request again this many times after it was answered with 2xx; at most 100.
    pub fn duplicates(mut self, duplicates: u32) -> Self {
        self.duplicates = duplicates.min(100);
        self
    }

    /// Waits before the first attempt.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets the most attempts until an answer is 2xx, 1 to 100. Defaults to the number in the
    /// profile, or 3.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts.clamp(1, 100));
        self
    }

    /// Sets the pause after the first failed attempt; it doubles with each further one. Defaults
    /// to 100 ms, so that tests don't wait as long as vendors do.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    /// Signs with an unknown key. Unsigned families are sent as usual.
    pub fn forged(mut self) -> Self {
        self.forged = true;
        self
    }

    /// Sets the signed time in Unix seconds. Defaults to now.
    pub fn signed_at(mut self, unix_seconds: u64) -> Self {
        self.signed_at = Some(unix_seconds);
        self
    }
}
