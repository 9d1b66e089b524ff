//! Renewal windows in the lifetime of a token.

use std::time::Duration;

use tokio::time::Instant;

use crate::system::randomness::{Randomness, fraction};

const ADVISORY_SHARE: f64 = 0.20;
const ADVISORY_MAX: Duration = Duration::from_secs(120);
const MANDATORY_SHARE: f64 = 0.05;
const MANDATORY_MAX: Duration = Duration::from_secs(30);

/// Returns how long before a token's expiry the client stops using the token.
pub(crate) fn margin(lifetime: Duration) -> Duration {
    lifetime.mul_f64(MANDATORY_SHARE).min(MANDATORY_MAX)
}

/// Renewal window of a token at a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// The token is used and not renewed.
    Fresh,
    /// One caller starts a renewal in the background, and all callers continue to use the token. If
    /// the source has only a refresh token, the caller that starts the renewal waits for it.
    Advisory,
    /// All callers wait for a new token.
    Mandatory,
}

/// Times at which a token's windows open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Windows {
    advisory: Instant,
    mandatory: Instant,
}

impl Windows {
    /// Computes the windows. Returns `None` if `expires` is `None`, which means that the expiry is
    /// beyond the clock's range.
    pub(crate) fn new(
        expires: Option<Instant>,
        lifetime: Duration,
        randomness: &dyn Randomness,
    ) -> Option<Self> {
        let expires = expires?;
        // Half of the window is jitter, so that clients that started together don't renew together.
        let jitter = 0.5 + 0.5 * fraction(randomness);
        let advisory = lifetime
            .mul_f64(ADVISORY_SHARE)
            .min(ADVISORY_MAX)
            .mul_f64(jitter);
        // A token from a store may have less time left than the length of its windows.
        Some(Self {
            advisory: expires.checked_sub(advisory).unwrap_or(expires),
            mandatory: expires.checked_sub(margin(lifetime)).unwrap_or(expires),
        })
    }

    pub(crate) fn at(&self, now: Instant) -> Window {
        if now >= self.mandatory {
            Window::Mandatory
        } else if now >= self.advisory {
            Window::Advisory
        } else {
            Window::Fresh
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u64);

    impl Randomness for Fixed {
        fn next(&self) -> u64 {
            self.0
        }
    }

    fn windows(started: Instant, lifetime: u64, randomness: u64) -> Windows {
        let lifetime = Duration::from_secs(lifetime);
        Windows::new(Some(started + lifetime), lifetime, &Fixed(randomness)).unwrap()
    }

    fn opens(lifetime: u64, randomness: u64) -> (f64, f64) {
        let started = Instant::now();
        let windows = windows(started, lifetime, randomness);
        (
            (windows.advisory - started).as_secs_f64().round(),
            (windows.mandatory - started).as_secs_f64().round(),
        )
    }

    #[test]
    fn windows_are_proportional_to_short_lifetimes_and_capped_for_long_ones() {
        assert_eq!(opens(100, u64::MAX), (80.0, 95.0));
        assert_eq!(opens(100, 0), (90.0, 95.0));
        assert_eq!(opens(3600, u64::MAX), (3480.0, 3570.0));
        assert_eq!(opens(3600, 0), (3540.0, 3570.0));
    }

    #[test]
    fn windows_open_at_their_computed_times() {
        let started = Instant::now();
        let windows = windows(started, 100, 0);
        let at = |milliseconds| windows.at(started + Duration::from_millis(milliseconds));
        assert_eq!(
            [
                at(0),
                at(89_999),
                at(90_001),
                at(94_999),
                at(95_001),
                at(200_000)
            ],
            [
                Window::Fresh,
                Window::Fresh,
                Window::Advisory,
                Window::Advisory,
                Window::Mandatory,
                Window::Mandatory
            ]
        );
    }

    #[test]
    fn an_expiry_beyond_the_clock_range_has_no_windows() {
        assert_eq!(Windows::new(None, Duration::MAX, &Fixed(0)), None);
    }
}
