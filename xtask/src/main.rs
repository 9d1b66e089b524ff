//! The program `xtask` for this workspace.

use std::path::Path;
use std::process::ExitCode;

/// Generation allocates millions of small tokens, for which this allocator is faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    xtask::command_line::run(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")))
}
