//! The wall clock, which is passed in so that tests can replace it.

use std::time::SystemTime;

/// A source of the current time, for the expiry of tokens and for times in response headers.
///
/// Deadlines use tokio's clock instead.
pub trait WallClock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> SystemTime;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl WallClock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
