//! The command `tidy`: checks the house rules of the workspace.

use std::path::Path;

/// Checks the workspace and prints every violation.
pub fn run(_root: &Path) -> anyhow::Result<()> {
    Ok(())
}
