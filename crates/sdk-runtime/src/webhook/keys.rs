//! Keys for verifying webhooks.

use std::time::{Duration, SystemTime};

use crate::value::secret::Secret;
use crate::webhook::error::WebhookError;

/// Keys for verifying webhooks: secrets or public keys, in the vendor's format.
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

    /// Adds another valid key, for a transition from one key to another.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Sets the maximum difference between the signed time and the current time.
    ///
    /// The default is the vendor's value, or five minutes if there is none.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// Returns the keys. An empty key is rejected, because anyone could sign with it.
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
        // With NaN, the comparison is false, so the time is rejected.
        if (signed - now).abs() <= tolerance {
            Ok(())
        } else {
            Err(WebhookError::Timestamp)
        }
    }
}
