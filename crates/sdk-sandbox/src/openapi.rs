//! Parsed parts of an OpenAPI document: servers, operations, parameters, security, paging,
//! webhooks, and schemas that validate values. Requests are in `http`, and sample values are in
//! `sample`.

pub(crate) mod date_layout;
pub(crate) mod document;
pub(crate) mod media_type;
pub(crate) mod named_values;
pub(crate) mod operation;
pub(crate) mod paging;
pub(crate) mod parameter;
pub(crate) mod path_template;
pub(crate) mod property;
pub(crate) mod router;
pub(crate) mod schema;
pub(crate) mod security;
pub(crate) mod server;
pub(crate) mod tree;
pub(crate) mod webhook;
