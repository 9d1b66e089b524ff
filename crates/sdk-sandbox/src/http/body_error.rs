//! Why the body of a request was not read.

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    Malformed,
    TooLarge,
}
