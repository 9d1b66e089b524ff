//! Schemas of an import in the house form: one pass per file, in the order in which `import.rs` runs them.
//!
//! What concerns operations, credentials, errors and lists stands beside this folder.

pub(super) mod component_names;
pub(super) mod composition;
pub(super) mod cycle;
pub(super) mod discriminator;
pub(super) mod inline_names;
pub(super) mod lowering;
pub(super) mod reference;
pub(super) mod repair;
pub(super) mod required;
mod shape;
#[cfg(test)]
pub(super) mod testing;
pub(super) mod value;
mod walk;
pub(super) mod words;
