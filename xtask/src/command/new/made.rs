//! Records the files and folders that the command creates, so that they can be removed after a
//! failure.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Files and folders that did not exist before the command ran.
pub(super) struct CreatedPaths<'r> {
    root: &'r Path,
    paths: Vec<PathBuf>,
}

impl<'r> CreatedPaths<'r> {
    pub(super) fn below(root: &'r Path) -> Self {
        Self {
            root,
            paths: Vec::new(),
        }
    }

    /// Writes a new file, and creates the folders that it needs.
    pub(super) fn file(&mut self, path: &Path, text: &str) -> Result<()> {
        self.record_new(path);
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Records a path that other code is about to create; does nothing if it exists.
    pub(super) fn record_new(&mut self, path: &Path) {
        let path = self.root.join(path);
        // Record the highest missing folder.
        let missing = path.ancestors().take_while(|path| !path.exists()).last();
        self.paths.extend(missing.map(Path::to_owned));
    }

    /// Removes all recorded paths.
    pub(super) fn undo(&self) {
        for path in self.paths.iter().rev() {
            // Report the original error, not a failure to clean up.
            let _ = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_removes_created_files_and_keeps_existing_ones() {
        let root = std::env::temp_dir().join(format!("xtask-made-{}", std::process::id()));
        fs::create_dir_all(root.join("crates/old")).unwrap();
        let mut made = CreatedPaths::below(&root);
        made.file(Path::new("crates/acme/src/lib.rs"), "").unwrap();
        made.file(Path::new("crates/acme/README.md"), "").unwrap();
        made.file(Path::new("crates/old/new.txt"), "").unwrap();
        made.record_new(Path::new("specs/acme"));
        made.undo();
        assert!(root.join("crates/old").is_dir() && !root.join("crates/old/new.txt").exists());
        assert!(!root.join("crates/acme").exists());
        fs::remove_dir_all(&root).unwrap();
    }
}
