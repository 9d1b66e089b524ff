//! Commands of `cargo xtask`, one file or folder per command, named after it.
//!
//! A command takes the workspace folder and its arguments, prints its findings, and fails if
//! something is wrong. Code that several commands need belongs to a layer above.

pub mod benchmarks;
pub mod build;
pub mod build_bench;
pub mod corpus;
pub mod coverage;
pub mod diff;
pub mod generate;
pub mod import;
pub mod lint;
pub mod new;
pub mod remove;
pub mod tidy;
pub mod upstream;
