//! Bulk requests: many items in few requests, with a status for each item.

pub(crate) mod answer;
pub(crate) mod batch;
pub(crate) mod lines;
pub(crate) mod request;
pub(crate) mod statuses;
mod task;

use crate::error::Error;

/// Outcome of one item, with its position.
#[derive(Debug, Clone)]
pub struct BulkStatus<S> {
    /// Position of the item in the input, starting at 0.
    pub index: u64,
    /// Outcome of the item.
    pub outcome: BulkOutcome<S>,
}

/// Outcome of one item of a bulk request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BulkOutcome<S> {
    /// The vendor reported a status, which shows whether the item succeeded.
    Status(S),
    /// The item was certainly not processed: it was not sent, or the vendor rejected the whole
    /// request.
    Refused(Error),
    /// No readable status arrived for the item, which may or may not have been processed.
    Unknown(Error),
}

impl<S> BulkStatus<S> {
    /// Returns the vendor's status, if there is one.
    pub fn status(&self) -> Option<&S> {
        match &self.outcome {
            BulkOutcome::Status(status) => Some(status),
            BulkOutcome::Refused(_) | BulkOutcome::Unknown(_) => None,
        }
    }

    /// Returns the error if the vendor did not report a status for the item.
    pub fn error(&self) -> Option<&Error> {
        match &self.outcome {
            BulkOutcome::Status(_) => None,
            BulkOutcome::Refused(error) | BulkOutcome::Unknown(error) => Some(error),
        }
    }
}
