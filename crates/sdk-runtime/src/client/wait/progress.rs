//! Progress of a job.

use std::time::Duration;

/// State of a job at one poll, for a progress callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobProgress {
    /// State of the job, as the vendor spells it.
    pub state: String,
    /// Whether the job is finished, with success or without.
    pub is_final: bool,
    /// Number of answered polls so far.
    pub polls: u32,
    /// Time since the wait began.
    pub elapsed: Duration,
}
