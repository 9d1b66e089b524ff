//! Sets and removes JSON values by JSON pointer, fills templates, formats values as plain text, and
//! normalizes names. This module doesn't depend on OpenAPI, HTTP or a vendor.

pub(crate) mod letters;
pub(crate) mod plain_text;
pub(crate) mod pointer;
pub(crate) mod template;
