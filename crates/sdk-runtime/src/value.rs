//! Values that requests and answers are made of, beside those of serde and the standard library.
//!
//! A value knows nothing of calls, vendors or the network. Reading that bends to what servers really send belongs to
//! `json`.

pub(crate) mod any_json;
pub(crate) mod big_number;
pub(crate) mod date;
pub(crate) mod exact_number;
pub(crate) mod job_key;
#[cfg(feature = "schemars")]
mod json_schema;
pub(crate) mod media_type;
pub(crate) mod missing_property;
pub(crate) mod patch;
pub(crate) mod secret;
pub(crate) mod secret_name;
