//! Types of values in requests and responses, in addition to the types of serde and the standard
//! library.
//!
//! Values are independent of calls, vendors and the network. The module `json` converts values
//! whose JSON type differs from the documented type.

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
