//! Tests that span several crates, and their shared parts: servers, and readers of documents and of
//! rustdoc.
//!
//! The programs of the cookbook are tests here, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

pub mod cookbook;
pub mod document;
pub mod hidden;
pub mod private_network;
pub mod recorder;
pub mod rustdoc;
