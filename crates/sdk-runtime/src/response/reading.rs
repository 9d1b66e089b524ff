//! How much of a body is read before the call returns.

/// How much of the body of a success response is read before the call returns.
///
/// For an error response, only the start of the body is read, or nothing for `Untouched`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The whole body, up to the call's limit (`max_answer_bytes`).
    Whole,
    /// The whole body, up to the same limit. Only the first 64 KiB are kept, to detect an error.
    Nothing,
    /// Nothing, unless the media type indicates an error. In that case, the start is read.
    Stream,
    /// Nothing, regardless of the status.
    Untouched,
}
