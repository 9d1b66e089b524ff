//! The vendor's response: raw, as a stream of the body, and decoded.
//!
//! The module `decode` converts a body to a value.

pub(crate) mod body_stream;
pub(crate) mod decode;
pub(crate) mod headers;
pub(crate) mod known_secrets;
pub(crate) mod raw_response;
pub(crate) mod reading;
pub(crate) mod request_id;
pub(crate) mod retry_after;
pub(crate) mod typed;
