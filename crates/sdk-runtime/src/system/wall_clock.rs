//! The time of day, passed in.

use std::time::SystemTime;

/// Tells the time of day, for what users see. Deadlines run on tokio's clock instead.
pub trait WallClock: Send + Sync {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl WallClock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
