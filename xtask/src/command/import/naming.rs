//! Names of components, and of inline schemas that need one.

pub(super) mod component_names;
pub(super) mod inline_names;
mod wanted;
