//! Brings `Cargo.lock` up to date after a package came or went; the versions of all others stay.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// The lock file of the workspace that this program was built from: the versions that the runtime was tested with.
const TESTED: &str = include_str!("../../../../Cargo.lock");

/// Updates the lock file; a workspace without one begins with the versions that the runtime was tested with.
pub(crate) fn update(root: &Path) -> Result<()> {
    let path = root.join("Cargo.lock");
    if !path.exists() {
        std::fs::write(&path, TESTED)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    // What is at hand first: nothing has to be fetched for a package of the workspace itself.
    let mut said = String::new();
    for offline in [&["--offline"][..], &[]] {
        let output = metadata(root, offline)?;
        if output.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    bail!(
        "Cargo.lock could not be updated; run `cargo metadata` in {} and mend what it names: {}",
        root.display(),
        said.trim()
    )
}

fn metadata(root: &Path, more: &[&str]) -> Result<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .args(more)
        .current_dir(root)
        .output()
        .context("cannot run cargo")
}
