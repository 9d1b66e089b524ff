//! Names: of components, and of what stands inline and needs one.

pub(super) mod component_names;
pub(super) mod inline_names;
mod wanted;
