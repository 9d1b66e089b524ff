//! Passes over names: of components, and of inline schemas that become components.

pub(super) mod component_names;
pub(super) mod inline_names;
mod wanted;
