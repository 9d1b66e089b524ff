//! Reading tools for JSON text that do not build a value of it.
//!
//! What an answer means belongs to `decode`; this layer only finds places in a text.

pub(crate) mod byte_order_mark;
pub(crate) mod charset;
pub(crate) mod pluck;
