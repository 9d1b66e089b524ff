//! Passes that add extensions to OpenAPI: secrets, the error base, credentials and pagination.

pub(super) mod credentials;
pub(super) mod errors;
mod exchange;
mod kinds;
pub(super) mod pagination;
mod parameter;
mod requirement;
mod scheme;
pub(super) mod secrets;
