//! Tests that span several crates.
//!
//! This library contains the shared code of the tests: servers, readers of documents and of
//! rustdoc, and a search for secrets. It also tests the programs in the cookbook and in the README.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

pub mod cookbook;
pub mod document;
pub mod hidden;
pub mod private_network;
pub mod recorder;
pub mod rustdoc;
