//! Rewrites the valid compositions of a linted document into the few forms that later layers
//! support. The rewritten document is equivalent, and the checked-in document is not changed.
//!
//! Each rewrite step has its own file. The steps are independent of Rust, except for the rules for
//! type names.

mod alias;
mod composition;
mod direction;
mod discriminator;
mod document;
mod file;
mod origin;
mod parameter;
mod type_name;

use serde_json::Value;

pub(crate) use direction::SPLIT;
pub(crate) use origin::Origins;

/// A document in normal form.
pub(crate) struct Normalized {
    pub(crate) root: Value,
    /// Original schema of each new schema.
    pub(crate) origins: Origins,
}

/// Converts a document to normal form.
pub(crate) fn normalize(root: &Value) -> Normalized {
    let mut root = root.clone();
    let mut origins = Origins::default();
    parameter::name_schemas(&mut root, &mut origins);
    discriminator::add_choices(&mut root, &mut origins);
    composition::distribute(&mut root, &mut origins);
    alias::flatten(&mut root);
    direction::split_bodies(&mut root, &mut origins);
    file::restrict_to_multipart(&mut root, &mut origins);
    type_name::make_distinct(&mut root, &mut origins);
    Normalized { root, origins }
}
