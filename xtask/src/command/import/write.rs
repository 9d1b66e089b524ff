//! Writes a finished draft: one file for the document and one per tag, completely or not at all.

pub(super) mod folder;
pub(super) mod layout;
mod order;
mod yaml;
