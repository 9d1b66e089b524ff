//! Access tokens, their lifetimes and renewal windows, and the stores that share tokens.
//!
//! The module `auth` obtains and renews tokens.

pub(crate) mod access_token;
pub(crate) mod cached_token;
pub(crate) mod expires_in;
#[cfg(feature = "file-store")]
pub(crate) mod file_store;
pub(crate) mod fingerprint;
pub(crate) mod refusals;
pub(crate) mod store;
#[cfg(feature = "store-conformance")]
pub mod store_conformance;
pub(crate) mod window;
