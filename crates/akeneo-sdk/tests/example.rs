//! Runs the example of the token call against the sandbox.
#![allow(clippy::unwrap_used)] // What a test unwraps fails the test.

#[rustfmt::skip]
#[path = "generated/example.rs"]
mod generated;
