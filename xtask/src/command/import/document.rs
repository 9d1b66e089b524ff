//! Passes over what concerns the whole document: its version, its order, servers, tags, texts, and the keys that nothing reads.

pub(super) mod description;
pub(super) mod order;
pub(super) mod prune;
mod server_names;
pub(super) mod servers;
pub(super) mod shape;
pub(super) mod tags;
pub(super) mod version;
