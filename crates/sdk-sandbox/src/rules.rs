//! .

pub(crate) mod call_rules;
pub(crate) mod credentials;
pub(crate) mod embedded;
pub(crate) mod error_kind;
pub(crate) mod error_rules;
pub(crate) mod profile;
pub(crate) mod record_rules;
pub(crate) mod role;
pub(crate) mod token_rules;
