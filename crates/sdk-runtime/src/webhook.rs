//! Verifies and parses requests that a vendor sends.
//!
//! The operation table says how a vendor signs. Receiving the HTTP requests is up to the user's
//! server.

mod canonical_json;
pub(crate) mod error;
mod hmac_sha256;
pub(crate) mod keys;
mod signed_json;
pub(crate) mod verify;
