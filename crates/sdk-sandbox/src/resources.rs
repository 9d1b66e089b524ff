//! The model of a vendor's records: which operations create, list, read, change and delete the same ones, and what their keys are.
//! `inference` reads it out of paths, methods and schemas. Records themselves are in `state::store` and `records`.

pub(crate) mod inference;
pub(crate) mod keys;
pub(crate) mod paths;
pub(crate) mod record_location;
pub(crate) mod resource;
