//! Keys by which webhooks are verified.

use std::time::{Duration, SystemTime};

use crate::value::secret::Secret;
use crate::webhook::error::WebhookError;

/// Keys by which webhooks are verified: secrets or public keys, as the vendor shows them.
#[derive(Debug, Clone)]
pub struct WebhookKeys {
    keys: Vec<Secret>,
    tolerance: Option<Duration>,
}

impl WebhookKeys {
    /// Takes the key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self {
            keys: vec![key.into()],
            tolerance: None,
        }
    }

    /// Adds a key that is valid as well, while one replaces the other.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Sets how far the signed time may be from now, before and after. Default: that of the vendor, five minutes where it gives none.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// The keys; an empty one is a mistake, because everybody can sign with it.
    pub(super) fn usable(&self) -> Result<impl Iterator<Item = &Secret>, WebhookError> {
        if self.keys.iter().any(Secret::is_empty) {
            return Err(WebhookError::Key);
        }
        Ok(self.keys.iter())
    }

    /// Checks the time of signing, in seconds since 1970.
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
        // Not a number is no distance at all, so the comparison refuses it.
        if (signed - now).abs() <= tolerance {
            Ok(())
        } else {
            Err(WebhookError::Timestamp)
        }
    }
}
