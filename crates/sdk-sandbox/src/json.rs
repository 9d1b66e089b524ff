//! Tools for JSON values: set values by JSON pointer, fill templates, and format values as plain
//! text. Nothing here depends on OpenAPI, HTTP or a vendor.

pub(crate) mod letters;
pub(crate) mod plain_text;
pub(crate) mod pointer;
pub(crate) mod template;
