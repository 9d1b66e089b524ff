//! The command `lint`: prints problems of the specs.

use crate::spec::lint::documents;
use std::path::Path;

/// Lints the named vendors, or all of them, and prints every finding.
pub fn run(root: &Path, names: &[String]) -> anyhow::Result<()> {
    documents(root, names).map(|_| ())
}
