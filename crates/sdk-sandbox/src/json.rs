//! Tools for JSON values: change one by JSON pointer, fill a template, write one as plain text.
//! Nothing here knows OpenAPI, HTTP or a vendor.

pub(crate) mod letters;
pub(crate) mod plain_text;
pub(crate) mod pointer;
pub(crate) mod template;
