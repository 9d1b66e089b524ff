//! Verifies and reads requests that a vendor sends.
//!
//! How a vendor signs stands in the table. Receiving requests over HTTP is up to the user's own server.

mod canonical_json;
pub(crate) mod error;
mod hmac_sha256;
pub(crate) mod keys;
mod signed_json;
pub(crate) mod verify;
