//! Records as a call sees them: looked up by path values, listed, counted, and rendered according
//! to the schema of the response. This layer only reads; `actions` changes records.

pub(crate) mod count;
pub(crate) mod listing;
pub(crate) mod lookup;
pub(crate) mod new_key;
pub(crate) mod record_view;
pub(crate) mod search;
pub(crate) mod server_fields;
