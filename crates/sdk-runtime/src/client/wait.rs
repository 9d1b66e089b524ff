//! Waiting for jobs: starts jobs, polls them until they are final, and fetches their results.
//!
//! The operation table says how a job is read and started. Sending each poll belongs to
//! `call_path`.

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
/// Its states and delays are in the operation table.
pub trait WaitOperation: TypedOperation {}

/// An operation that starts a job.
pub trait StartOperation: TypedOperation {
    /// The operation that reads the job.
    type Poll: WaitOperation;
    /// Operation whose answer is the result: the one that fetches it, or else
    /// [`Poll`](Self::Poll).
    type Outcome: TypedOperation;
}
