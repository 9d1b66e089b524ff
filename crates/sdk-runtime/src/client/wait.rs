//! Waiting for jobs: starts jobs, polls them until they have finished, and fetches their results.
//!
//! The operation table describes how to start and read a job. The module `call_path` sends each
//! poll.

mod follow_up;
pub(crate) mod job_run;
pub(crate) mod options;
pub(crate) mod poller;
pub(crate) mod progress;
pub(crate) mod start;
mod state;
pub(crate) mod states;
pub(crate) mod waiting;

use crate::response::decode::TypedOperation;

/// An operation that reads the state of a job.
///
/// The states of the job and the delays between polls are in the operation table.
pub trait WaitOperation: TypedOperation {}

/// An operation that starts a job.
pub trait StartOperation: TypedOperation {
    /// The operation that reads the job.
    type Poll: WaitOperation;
    /// The operation whose response is the result of the job.
    ///
    /// This is the operation that fetches the result, if there is one, and [`Poll`](Self::Poll)
    /// otherwise.
    type Outcome: TypedOperation;
}
