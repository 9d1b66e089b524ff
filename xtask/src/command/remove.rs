//! The command `remove`: removes a vendor from the workspace.
//!
//! Without `--force`, it fails if the vendor's crate or sandbox profile was edited by hand, or if
//! other files refer to the crate. It doesn't check whether the spec was edited.

mod hand_written;
mod mention;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::command::generate;
use crate::command::new::{crate_files, lock_file};
use crate::name;
use crate::spec::load::vendors;

/// Arguments of the command `remove`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Name of the vendor in specs/.
    pub name: String,
    /// Also removes hand-written files of the vendor. References to the vendor's crate in other
    /// hand-written files stay unchanged.
    #[arg(long)]
    pub force: bool,
}

/// Removes the vendor and updates Cargo.lock.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    delete(root, arguments)?;
    lock_file::update(root)
}

/// Removes the vendor without updating Cargo.lock.
pub fn delete(root: &Path, arguments: &Arguments) -> Result<()> {
    let name = &arguments.name;
    let known = vendors(root)?;
    ensure!(
        known.contains(name),
        "unknown vendor `{name}`; use one of: {}",
        known.join(", ")
    );
    let own = [
        PathBuf::from("specs").join(name),
        PathBuf::from("crates").join(name::package(name)),
        crate_files::sandbox_document(name),
        crate_files::sandbox_profile(name),
    ];
    let mut found = hand_written::files(root, name)?;
    found.extend(mention::places(root, name, &own)?);
    for place in &found {
        eprintln!("{place}");
    }
    if !arguments.force && !found.is_empty() {
        bail!(
            "{} files or lines were written by hand; nothing was removed (`--force` deletes the files of the vendor; edit \
             the other files by hand)",
            found.len()
        );
    }
    for path in own {
        let path = root.join(path);
        let removed = match (path.is_dir(), path.exists()) {
            (true, _) => fs::remove_dir_all(&path),
            (false, true) => fs::remove_file(&path),
            (false, false) => Ok(()),
        };
        removed.with_context(|| format!("cannot remove {}", path.display()))?;
    }
    generate::run(root, &[], false)
}
