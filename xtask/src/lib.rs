//! The build step of the workspace: one file a command, one file a pass.

mod finding;
pub mod generate;
pub mod lint;
mod load;
pub mod tidy;
