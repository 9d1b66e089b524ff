//! .

pub(crate) mod call_context;
pub(crate) mod page_links;
