//! Verifies and parses requests that a vendor sends.
//!
//! The operation table describes how a vendor signs its requests. The user's server receives the
//! HTTP requests.

mod canonical_json;
pub(crate) mod error;
mod hmac_sha256;
pub(crate) mod keys;
mod signed_json;
pub(crate) mod verify;
