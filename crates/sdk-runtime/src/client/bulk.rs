//! Many items in few requests, with a status for each of them.

pub(crate) mod answer;
pub(crate) mod batch;
pub(crate) mod lines;
pub(crate) mod request;
pub(crate) mod statuses;
mod task;

use crate::error::Error;

/// The outcome of one item, with its place.
#[derive(Debug, Clone)]
pub struct BulkStatus<S> {
    /// The item's place in the input, counted from 0.
    pub index: u64,
    /// The outcome.
    pub outcome: BulkOutcome<S>,
}

/// The outcome of one item of a bulk request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BulkOutcome<S> {
    /// The vendor reported on it. Whether that is good news stands in the status.
    Status(S),
    /// It was surely not done: it could not be sent, or the vendor refused the request as a whole.
    Refused(Error),
    /// It was sent and nothing was heard of it: it may be done or not.
    Unknown(Error),
}

impl<S> BulkStatus<S> {
    /// Returns the vendor's report, if there is one.
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
