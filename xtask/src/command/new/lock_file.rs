//! Updates `Cargo.lock` after adding or removing a package, without changing other versions.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// Lock file of the workspace that this program was built from, with the versions that the runtime
/// was tested with.
const TESTED_LOCK_FILE: &str = include_str!("../../../../Cargo.lock");

/// Updates the lock file. A workspace without a lock file starts with the versions that the runtime
/// was tested with.
pub(crate) fn update(root: &Path) -> Result<()> {
    let path = root.join("Cargo.lock");
    if !path.exists() {
        std::fs::write(&path, TESTED_LOCK_FILE)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    // Try offline first, because a new package of the workspace itself requires no download.
    let mut said = String::new();
    for offline in [&["--offline"][..], &[]] {
        let output = metadata(root, offline)?;
        if output.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    bail!(
        "could not update Cargo.lock; run `cargo metadata` in {} and fix the reported errors: {}",
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
