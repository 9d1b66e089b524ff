//! Reads the specs: parses the files and merges them into one document per vendor. Lint refuses
//! documents that later layers can't handle.
//!
//! This layer handles YAML lines, findings, rules and extensions. The module `model` interprets the
//! document as an API.

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
