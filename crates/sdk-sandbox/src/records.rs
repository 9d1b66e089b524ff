//! Looks up, lists, counts and searches the records of a call, and renders them according to the
//! schema of the response. This module doesn't change records. The modules `actions`,
//! `response::job_state` and `webhooks::kept` change them.

pub(crate) mod count;
pub(crate) mod listing;
pub(crate) mod lookup;
pub(crate) mod new_key;
pub(crate) mod record_view;
pub(crate) mod search;
pub(crate) mod server_fields;
