//! Tests that span several crates, and their shared parts: a recording server, and readers of
//! documents and of rustdoc.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

pub mod document;
pub mod hidden;
pub mod recorder;
pub mod rustdoc;
