//! Writes a finished draft: one file for the document and one per tag, as a whole or not at all.

pub(super) mod folder;
pub(super) mod layout;
mod order;
mod yaml;
