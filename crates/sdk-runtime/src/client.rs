//! The clients that users create: builder, typed requests, lists, bulk requests, waiting for jobs,
//! and calls by table.
//!
//! This is the outermost layer. The rules that apply to every single call are in `call_path`.

pub(crate) mod builder;
pub(crate) mod bulk;
#[cfg(feature = "call")]
pub(crate) mod by_table;
mod client_macro;
pub(crate) mod core;
pub(crate) mod paging;
pub(crate) mod raw_request;
pub mod surface;
pub(crate) mod vendor_client;
pub(crate) mod wait;
