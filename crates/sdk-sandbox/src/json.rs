//! .

pub(crate) mod pointer;
pub(crate) mod template;
