//! Records as a call sees them: found by the values of its path, listed, counted, and shown as an answer's schema has them.
//! Reading only; what changes records is in `actions`.

pub(crate) mod count;
pub(crate) mod listing;
pub(crate) mod lookup;
pub(crate) mod new_key;
pub(crate) mod record_view;
pub(crate) mod search;
pub(crate) mod server_fields;
