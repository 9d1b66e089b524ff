//! Rewrites legal compositions of a linted document to the few forms that later layers know. The checked-in document stays as
//! the vendor's; what is rewritten says the same.
//!
//! One file per rewriting. Nothing here knows of Rust, but for the names that types can have.

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
    /// The schemas of the document from which each new one was made.
    pub(crate) origins: Origins,
}

/// Brings a document to normal form.
pub(crate) fn normalize(root: &Value) -> Normalized {
    let mut root = root.clone();
    let mut origins = Origins::default();
    parameter::name_schemas(&mut root, &mut origins);
    discriminator::add_choices(&mut root, &mut origins);
    composition::distribute(&mut root, &mut origins);
    alias::flatten(&mut root);
    direction::split_bodies(&mut root, &mut origins);
    file::keep_to_multipart(&mut root, &mut origins);
    type_name::make_distinct(&mut root, &mut origins);
    Normalized { root, origins }
}
