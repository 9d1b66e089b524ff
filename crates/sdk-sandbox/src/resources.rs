//! Model of a vendor's records: which operations create, list, read, change and delete the same
//! records, and which keys the records have. `inference` derives the model from paths, methods and
//! schemas. The records themselves are in `state::store` and `records`.

pub(crate) mod inference;
pub(crate) mod keys;
pub(crate) mod paths;
pub(crate) mod record_location;
pub(crate) mod resource;
