//! Commands of `cargo xtask`. Each command has a file or folder of the same name.
//!
//! A command takes the workspace folder and its arguments, prints its results, and fails if it
//! finds a problem. Code that several commands share belongs in an earlier layer (see
//! `xtask/layers.yaml`).

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
