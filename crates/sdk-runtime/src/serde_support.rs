//! What generated types call to read and write JSON: tolerant readers, objects, unions and open enums.
//!
//! Types that users name belong to `value`.

pub(crate) mod convert;
mod entries;
pub mod lenient;
pub mod object;
mod open_enum;
pub(crate) mod open_object;
pub(crate) mod positional;
mod scalar;
mod strict;
pub mod union;
