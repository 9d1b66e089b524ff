//! The command `build`: generates the vendor crates and builds them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::command::generate;
use crate::name;

/// Arguments of the command `build`.
#[derive(Args, Debug, Default)]
pub struct Arguments {
    /// Vendors to build. Defaults to the whole workspace.
    pub vendors: Vec<String>,
    /// Builds with optimizations.
    #[arg(long)]
    pub release: bool,
}

/// Generates the given vendors and builds their crates.
///
/// Without names, generates all vendors and builds the whole workspace.
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
        "`cargo build` failed; see the errors above"
    );
    Ok(())
}
