//! Reading the specs: files are parsed and merged into one document per vendor, and lint refuses what later layers cannot take.
//!
//! Everything that knows about lines of YAML, findings, rules and extensions belongs here. What the document means as an API
//! belongs to `model`.

pub(crate) mod credential_template;
pub(crate) mod extension;
pub(crate) mod finding;
pub(crate) mod kind;
pub(crate) mod lint;
pub(crate) mod load;
#[cfg(test)]
pub(crate) mod mutate;
pub(crate) mod pointer;
pub(crate) mod rule;
pub(crate) mod unread_key;
pub(crate) mod variants;
