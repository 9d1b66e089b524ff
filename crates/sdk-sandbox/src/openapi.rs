//! .

pub(crate) mod date_layout;
pub(crate) mod document;
pub(crate) mod operation;
pub(crate) mod paging;
pub(crate) mod parameter;
pub(crate) mod path_template;
pub(crate) mod property;
pub(crate) mod router;
pub(crate) mod schema;
pub(crate) mod security;
pub(crate) mod tree;
