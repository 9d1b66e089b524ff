//! Build tool of the workspace: generates code from specs, and checks the house rules.
//!
//! The folders are layers. `layers.yaml` defines their order.

mod command;
pub mod command_line;
mod emit;
pub mod exit_code;
mod media_type;
mod model;
mod name;
mod normalize;
mod output;
mod peer;
mod progenitor;
#[path = "../../crates/sdk-runtime/src/value/secret_name.rs"]
mod secret_name;
mod spec;

pub use command::{
    benchmarks, build, build_bench, corpus, coverage, diff, generate, import, lint, new, remove,
    tidy, upstream,
};

/// Generation allocates millions of small tokens, and this allocator is faster for them than the
/// default allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
