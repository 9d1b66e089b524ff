//! What to do about an outcome. All rules on repeating a request stand here.

use crate::{Error, Operation, RawResponse};

/// What to do about an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Hand it to the caller.
    Return,
    /// The token was refused before anything was done: get another one and send again.
    Renew,
}

pub(super) fn classify(operation: &Operation, outcome: &Result<RawResponse, Error>) -> Verdict {
    match outcome {
        Ok(raw) if raw.status() == 401 && !operation.token => Verdict::Renew,
        _ => Verdict::Return,
    }
}
