//! Emits reports about the workspace: the share of progenitor, the constructs that lint refuses,
//! and untyped places.

pub(crate) mod progenitor_share;
pub(crate) mod refusals;
pub(crate) mod untyped;
pub(crate) mod vendor_table;
