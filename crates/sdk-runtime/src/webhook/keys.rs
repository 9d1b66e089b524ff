//! Keys for verifying webhooks.

use std::time::{Duration, SystemTime};

use crate::value::secret::Secret;
use crate::webhook::error::WebhookError;

/// Keys for verifying webhooks: secrets or public keys, as the vendor shows them.
#[derive(Debug, Clone)]
pub struct WebhookKeys {
    keys: Vec<Secret>,
    tolerance: Option<Duration>,
}

impl WebhookKeys {
    /// Creates a set with one key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self {
            keys: vec![key.into()],
            tolerance: None,
        }
    }

    /// Adds a key that is also valid, for a transition from one key to another.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Sets the largest difference between the signed time and now. Default: the vendor's, or else
    /// five minutes.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// The keys; an empty one is refused, because anybody could sign with it.
    pub(super) fn usable(&self) -> Result<impl Iterator<Item = &Secret>, WebhookError> {
        if self.keys.iter().any(Secret::is_empty) {
            return Err(WebhookError::Key);
        }
        Ok(self.keys.iter())
    }

    /// Checks the time of signing, a Unix time in seconds.
    pub(super) fn check_time(
        &self,
        signed: f64,
        now: SystemTime,
        tolerance: Duration,
    ) -> Result<(), WebhookError> {
        let tolerance = self.tolerance.unwrap_or(tolerance).as_secs_f64();
        let now = match now.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => after.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        };
        // With NaN, the comparison is false, so it is refused.
        if (signed - now).abs() <= tolerance {
            Ok(())
        } else {
            Err(WebhookError::Timestamp)
        }
    }
}
