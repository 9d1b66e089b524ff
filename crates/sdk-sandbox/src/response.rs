//! .

pub(crate) mod body;
pub(crate) mod call_context;
pub(crate) mod headers;
pub(crate) mod job_state;
pub(crate) mod page;
pub(crate) mod page_links;
pub(crate) mod page_window;
pub(crate) mod payload;
