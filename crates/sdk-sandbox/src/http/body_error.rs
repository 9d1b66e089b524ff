//! Reasons why a request body could not be read.

/// Reason why a request body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    Malformed,
    TooLarge,
}
