//! Model of a vendor's records: which operations create, list, read, change and delete the same
//! records, and which keys the records have. `inference` derives the model from paths, methods,
//! operation ids and schemas, with corrections from the profile. Stored records are in
//! `state::store`, and `records` finds and renders records.

pub(crate) mod inference;
pub(crate) mod keys;
pub(crate) mod paths;
pub(crate) mod record_location;
pub(crate) mod resource;
