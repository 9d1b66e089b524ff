//! Records as a call sees them: looked up by path values, listed, counted, searched, and rendered
//! according to the schema of the response. This module doesn't change records; `actions`,
//! `response::job_state` and `webhooks::kept` do.

pub(crate) mod count;
pub(crate) mod listing;
pub(crate) mod lookup;
pub(crate) mod new_key;
pub(crate) mod record_view;
pub(crate) mod search;
pub(crate) mod server_fields;
