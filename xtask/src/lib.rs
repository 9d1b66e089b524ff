//! The build step of the workspace: one file a command, one file a pass.

pub mod build_bench;
pub mod coverage;
mod emit_docs;
mod emit_headers;
mod emit_reference;
mod emit_requests;
mod emit_sample;
mod emit_table;
mod emit_tests;
mod emit_types;
mod emit_vendor;
mod extension;
mod finding;
pub mod generate;
pub mod lint;
mod load;
mod lower;
mod model;
#[cfg(test)]
mod mutate;
mod name;
mod rule;
mod shape;
pub mod tidy;
mod wire;
mod write;
