//! .

pub(crate) mod listing;
pub(crate) mod record_view;
