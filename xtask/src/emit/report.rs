//! Emits what the workspace says of itself: the share of progenitor, what lint refuses, places without a type, and the lists of vendors.

pub(crate) mod progenitor_share;
pub(crate) mod refusals;
pub(crate) mod untyped;
pub(crate) mod vendor_lists;
