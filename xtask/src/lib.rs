//! The build step of the workspace: from specs to code, and the checks of the house rules.
//!
//! The folders are layers, in the order of `layers.yaml`; the last ones are the commands, one per file or folder.

pub mod build_bench;
pub mod coverage;
pub mod diff;
mod emit;
pub mod generate;
pub mod lint;
mod media_type;
mod model;
mod name;
mod output;
mod progenitor;
mod secret_name;
mod spec;
pub mod tidy;
pub mod upstream;
