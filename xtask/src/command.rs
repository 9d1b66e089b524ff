//! The commands of `cargo xtask`, one file or folder per command, of the command's name.
//!
//! A command takes the workspace's folder and its arguments, prints what it finds, and ends with an error if something is wrong. What
//! several commands need belongs to a layer above.

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
