//! Tests that span several crates.
//!
//! This library contains the code that the tests share: test servers, readers for OpenAPI documents
//! and doc comments, and a check that output does not contain secrets. It also tests the programs
//! in the cookbook and in the README.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

pub mod cookbook;
pub mod document;
pub mod hidden;
pub mod private_network;
pub mod recorder;
pub mod rustdoc;
