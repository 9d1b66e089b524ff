//! Delivery of webhooks: attempts, pauses and duplicates.

use std::time::Duration;

/// Options for the delivery of webhooks.
///
/// If you don't set an option, the value in the vendor's profile applies, or the default below.
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
#[must_use = "a delivery does nothing until it is passed to a sandbox or a webhook"]
pub struct Delivery {
    pub(crate) duplicates: u32,
    pub(crate) delay: Duration,
    pub(crate) attempts: Option<u32>,
    pub(crate) pause: Option<Duration>,
    pub(crate) forged: bool,
    pub(crate) signed_at: Option<u64>,
}

impl Delivery {
    /// Creates the default options: valid signatures, no delay and no duplicates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of duplicates, up to 100.
    ///
    /// After a 2xx response, the sandbox sends the same request this many more times.
    pub fn duplicates(mut self, duplicates: u32) -> Self {
        self.duplicates = duplicates.min(100);
        self
    }

    /// Sets the delay before the first attempt.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets the maximum number of attempts to get a 2xx response, from 1 to 100.
    ///
    /// Defaults to the number in the profile, or 3.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts.clamp(1, 100));
        self
    }

    /// Sets the pause after the first failed attempt.
    ///
    /// The pause doubles after each additional attempt. Defaults to 100 ms, so that tests don't
    /// wait as long as vendors do.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    /// Makes the signatures invalid, by using a key that the receiver doesn't have.
    ///
    /// Webhooks of unsigned families are sent as usual.
    pub fn forged(mut self) -> Self {
        self.forged = true;
        self
    }

    /// Sets the signed timestamp, as a Unix time in seconds. Defaults to the current time.
    pub fn signed_at(mut self, unix_seconds: u64) -> Self {
        self.signed_at = Some(unix_seconds);
        self
    }
}
