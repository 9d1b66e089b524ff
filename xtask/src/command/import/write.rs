//! Writes a finished draft completely or not at all: one file for the document, and one per tag.

pub(super) mod folder;
pub(super) mod layout;
mod order;
mod yaml;
