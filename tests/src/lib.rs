//! Tests that span several crates.
//!
//! This library contains their shared code: servers, and readers of documents and of rustdoc. It also
//! tests the programs in the cookbook.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

pub mod cookbook;
pub mod document;
pub mod hidden;
pub mod private_network;
pub mod recorder;
pub mod rustdoc;
