//! Profiles (`profiles/<vendor>.yaml`) describe vendor behavior that the documents don't. This
//! module contains the data types of a profile, and the embedded documents and profiles. Each rule
//! is applied in the layer that needs it. Only `embedded` refers to vendors by name.

pub(crate) mod call_rules;
pub(crate) mod credentials;
mod described_credentials;
pub(crate) mod embedded;
pub(crate) mod error_kind;
pub(crate) mod error_rules;
pub(crate) mod filter_rules;
pub(crate) mod profile;
pub(crate) mod record_rules;
pub(crate) mod role;
pub(crate) mod token_rules;
pub(crate) mod webhook_rules;
mod yaml;
