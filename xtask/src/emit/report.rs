//! Emits reports about the workspace: progenitor's share of the types and signatures, the OpenAPI
//! features that lint refuses, untyped places, and the lists and the table of vendors.

pub(crate) mod progenitor_share;
pub(crate) mod refusals;
pub(crate) mod untyped;
pub(crate) mod vendor_lists;
pub(crate) mod vendor_table;
