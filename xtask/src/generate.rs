//! The command `generate`: from the specs to the generated code of the vendor crates.

use crate::lint;
use std::path::Path;

/// Generates the named vendors, or all of them; with `check`, only says what would change.
pub fn run(root: &Path, vendors: &[String], check: bool) -> anyhow::Result<()> {
    let documents = lint::documents(root, vendors)?;
    for document in &documents {
        anyhow::ensure!(!check, "nothing is generated for {} yet", document.vendor);
    }
    Ok(())
}
