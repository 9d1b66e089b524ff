//! How much of a body is read before the call returns.

/// How much of a body is read before the call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it, up to the call's limit (`max_answer_bytes`).
    Whole,
    /// To its end, but only the first 64 KiB are kept, to see whether they are an error.
    Nothing,
    /// Of a success nothing, of an error its start.
    Stream,
    /// Nothing, whatever the status.
    Untouched,
}
