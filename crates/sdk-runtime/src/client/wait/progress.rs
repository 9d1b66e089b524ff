//! Progress of a job.

use std::time::Duration;

/// State of a job at one poll, for a progress callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobProgress {
    /// State of the job, in the vendor's spelling.
    pub state: String,
    /// Whether the job is finished, successfully or not.
    pub is_final: bool,
    /// Number of successful polls so far.
    pub polls: u32,
    /// Time since the wait began.
    pub elapsed: Duration,
}
