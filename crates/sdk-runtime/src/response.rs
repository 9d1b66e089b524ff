//! The vendor's answer: raw, its body as a stream, and decoded.
//!
//! How a body becomes a value belongs to `decode`.

pub(crate) mod body_stream;
pub(crate) mod decode;
pub(crate) mod headers;
pub(crate) mod known_secrets;
pub(crate) mod raw_response;
pub(crate) mod reading;
pub(crate) mod retry_after;
pub(crate) mod typed;
