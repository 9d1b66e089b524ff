//! Static description of an API: a vendor, its operations, parameters, bodies, responses and pages.
//!
//! Generated code consists of values of these types. Nothing here performs I/O.

pub(crate) mod answer;
pub(crate) mod credentials;
pub(crate) mod method;
pub(crate) mod operation;
pub(crate) mod paging;
pub(crate) mod parameter;
pub(crate) mod path_match;
pub(crate) mod request_body;
pub(crate) mod token_rules;
pub(crate) mod vendor;
pub(crate) mod wait;
#[cfg(feature = "webhooks")]
pub(crate) mod webhook;
