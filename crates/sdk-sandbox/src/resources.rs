//! .

pub(crate) mod inference;
pub(crate) mod keys;
pub(crate) mod paths;
pub(crate) mod record_location;
pub(crate) mod resource;
