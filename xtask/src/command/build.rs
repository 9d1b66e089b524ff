//! The command `build`: generates the vendor crates and builds them, in one step.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::command::generate;
use crate::name;

/// What to build, and how.
#[derive(Args, Debug, Default)]
pub struct Arguments {
    /// The vendors to build; the whole workspace if none is given.
    pub vendors: Vec<String>,
    /// Builds with optimizations.
    #[arg(long)]
    pub release: bool,
}

/// Generates the named vendors, or all of them, and builds their crates; without names, the whole workspace.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let Arguments { vendors, release } = arguments;
    generate::run(root, vendors, false)?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).arg("build");
    if *release {
        command.arg("--release");
    }
    match &vendors[..] {
        [] => {
            command.arg("--workspace");
        }
        _ => {
            for vendor in vendors {
                command.args(["--package", &name::package(vendor)]);
            }
        }
    }
    let status = command.status().context("cannot run cargo")?;
    ensure!(
        status.success(),
        "the generated code does not build; see above"
    );
    Ok(())
}
