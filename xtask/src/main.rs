//! The program `xtask` for this workspace.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::command_line::run(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")))
}
