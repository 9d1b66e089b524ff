//! Tools for JSON values: they set and remove values by JSON pointer, fill templates, format values
//! as plain text, and normalize names. Nothing here depends on OpenAPI, HTTP or a vendor.

pub(crate) mod letters;
pub(crate) mod plain_text;
pub(crate) mod pointer;
pub(crate) mod template;
