//! Boundary between the call path and the HTTP library: one request in, one response out.
//!
//! The call path decides which request is sent and whether it is repeated. A transport makes
//! connections and implements HTTP. The built-in transport uses reqwest.

pub(crate) mod built_in;
pub(crate) mod contract;
pub(crate) mod failure;
pub mod http_client;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod selected;
