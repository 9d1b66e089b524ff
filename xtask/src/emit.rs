//! Emits Rust, documentation and tests from the model and progenitor's types, as tokens or text.
//!
//! Each module emits one kind of output. The modules don't read or write files: the command
//! `generate` determines where the output is written.

pub(crate) mod crate_root;
pub(crate) mod docs;
pub(crate) mod docs_text;
pub(crate) mod error_code;
pub(crate) mod headers;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod requests;
pub(crate) mod sample;
pub(crate) mod table;
pub(crate) mod typed_call;
pub(crate) mod types;
pub(crate) mod vendor;
pub(crate) mod vendor_tests;
pub(crate) mod webhooks;
