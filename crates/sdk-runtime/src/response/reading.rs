//! How much of a body is read before the call returns.

/// How much of a body is read before the call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The whole body, up to the call's limit (`max_answer_bytes`).
    Whole,
    /// The whole body, but only the first 64 KiB are kept, to detect an error.
    Nothing,
    /// Nothing of a success response, and the start of an error response.
    Stream,
    /// Nothing, whatever the status.
    Untouched,
}
