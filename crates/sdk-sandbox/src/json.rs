//! .

pub(crate) mod plain_text;
pub(crate) mod pointer;
pub(crate) mod template;
