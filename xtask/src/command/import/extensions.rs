//! What the house form says beyond OpenAPI: secrets, the error base, credentials, lists in pages.

pub(super) mod credentials;
pub(super) mod errors;
mod exchange;
mod kinds;
pub(super) mod pagination;
mod parameter;
mod requirement;
mod scheme;
pub(super) mod secrets;
