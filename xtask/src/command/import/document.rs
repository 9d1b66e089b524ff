//! Passes over the whole document: version, types of containers, order, servers, tags,
//! descriptions, unsupported keys, and unused components.

pub(super) mod containers;
pub(super) mod description;
pub(super) mod order;
pub(super) mod prune;
mod server_names;
pub(super) mod servers;
pub(super) mod shape;
pub(super) mod tags;
pub(super) mod version;
