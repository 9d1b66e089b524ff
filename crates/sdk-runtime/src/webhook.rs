//! Verifies and parses requests that a vendor sends.
//!
//! A [`WebhookFamily`](crate::table::webhook::WebhookFamily) describes how a vendor's requests are
//! verified. The user's server receives the HTTP requests.

mod canonical_json;
pub(crate) mod error;
mod hmac_sha256;
pub(crate) mod keys;
mod signed_json;
pub(crate) mod verify;
