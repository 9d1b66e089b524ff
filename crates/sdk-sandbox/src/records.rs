//! .

pub(crate) mod count;
pub(crate) mod listing;
pub(crate) mod lookup;
pub(crate) mod new_key;
pub(crate) mod record_view;
