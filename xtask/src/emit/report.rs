//! Emits what the workspace says of itself: the share of progenitor, what lint refuses, and places without a type.

pub(crate) mod progenitor_share;
pub(crate) mod refusals;
pub(crate) mod untyped;
pub(crate) mod vendor_table;
