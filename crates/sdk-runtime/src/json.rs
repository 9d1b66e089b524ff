//! Reading and writing JSON text: the tolerant readers, objects, unions and open enums that
//! generated types use, and tools that inspect JSON text without decoding all of it.
//!
//! Types that users refer to belong to `value`. Decoding a response belongs to `response::decode`.

pub(crate) mod byte_order_mark;
pub(crate) mod charset;
pub(crate) mod convert;
mod entries;
pub mod lenient;
pub mod object;
mod open_enum;
pub(crate) mod open_object;
pub(crate) mod pluck;
pub(crate) mod positional;
mod scalar;
mod strict;
pub mod union;
