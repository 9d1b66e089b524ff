//! How much of a body is read before the call returns.

/// How much of a body is read before the call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    Whole,
    /// Of a success nothing, of an error its start.
    Stream,
    /// Nothing, whatever the status.
    Untouched,
}
