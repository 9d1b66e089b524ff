//! Configuration of a client: servers, base URL, timeouts, retry policy and environment variables.
//!
//! The builder that turns a configuration into a client belongs to `client`.

pub(crate) mod base_url;
pub(crate) mod client_config;
pub(crate) mod environment;
pub(crate) mod retry_policy;
pub(crate) mod server_url;
pub(crate) mod settings;
pub(crate) mod timeouts;
mod url_path;
