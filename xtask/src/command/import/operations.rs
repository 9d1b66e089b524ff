//! Passes over operations: their paths, parameters, bodies, responses, servers, ids and retries.

pub(super) mod answers;
pub(super) mod bodies;
mod component_schemas;
pub(super) mod encodings;
pub(super) mod ids;
pub(super) mod media_types;
pub(super) mod parameters;
pub(super) mod path_items;
pub(super) mod path_parameters;
pub(super) mod repeats;
pub(super) mod servers;
