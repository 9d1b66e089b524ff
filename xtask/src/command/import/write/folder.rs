//! Replaces a folder: writes the new folder next to the old one, then renames both.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Replaces the files that an import owns, and keeps other regular files, such as an overlay.
/// Subfolders are removed.
pub(in crate::command::import) fn replace(
    folder: &Path,
    files: &BTreeMap<String, String>,
    is_owned: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let stage = sibling_path(folder, "new")?;
    let old = sibling_path(folder, "old")?;
    for leftover in [&stage, &old] {
        if leftover.exists() {
            fs::remove_dir_all(leftover)
                .with_context(|| format!("could not remove {}", leftover.display()))?;
        }
    }
    let written = fill(&stage, folder, files, is_owned);
    if let Err(error) = written {
        // Report the original error, not a failure to clean up.
        let _ = fs::remove_dir_all(&stage);
        return Err(error.context("nothing was changed"));
    }
    let replaces = folder.exists();
    if replaces {
        fs::rename(folder, &old)
            .with_context(|| format!("could not replace {}", folder.display()))?;
    }
    if let Err(error) = fs::rename(&stage, folder) {
        if replaces {
            fs::rename(&old, folder)
                .with_context(|| format!("the previous files are in {}", old.display()))?;
        }
        return Err(error).with_context(|| format!("could not write {}", folder.display()));
    }
    if replaces {
        fs::remove_dir_all(&old).with_context(|| format!("could not remove {}", old.display()))?;
    }
    Ok(())
}

/// Returns a sibling path, such as `specs/.acme.new` for `specs/acme`.
fn sibling_path(folder: &Path, word: &str) -> Result<PathBuf> {
    let name = folder.file_name().context("the folder has no name")?;
    Ok(folder.with_file_name(format!(".{}.{word}", name.to_string_lossy())))
}

fn fill(
    stage: &Path,
    folder: &Path,
    files: &BTreeMap<String, String>,
    is_owned: &dyn Fn(&str) -> bool,
) -> Result<()> {
    fs::create_dir_all(stage).with_context(|| format!("could not create {}", stage.display()))?;
    for (name, text) in files {
        let path = stage.join(name);
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    }
    if !folder.exists() {
        return Ok(());
    }
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if files.contains_key(&name) || is_owned(&name) || !entry.file_type()?.is_file() {
            continue;
        }
        fs::copy(entry.path(), stage.join(&name))
            .with_context(|| format!("could not keep {name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_a_folder_keeps_user_files_and_a_failure_changes_nothing() {
        let root = std::env::temp_dir().join(format!("xtask-import-{}", std::process::id()));
        let folder = root.join("acme");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("gone.yaml"), "").unwrap();
        fs::write(folder.join("overlay.yaml"), "mine").unwrap();
        let files = BTreeMap::from([("openapi.yaml".to_owned(), "a: 1\n".to_owned())]);
        let is_owned = |name: &str| name.ends_with(".yaml") && name != "overlay.yaml";
        replace(&folder, &files, &is_owned).unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["openapi.yaml", "overlay.yaml"]);
        assert_eq!(
            fs::read_to_string(folder.join("overlay.yaml")).unwrap(),
            "mine"
        );
        // If a file name is invalid, nothing changes.
        let bad = BTreeMap::from([
            ("openapi.yaml".to_owned(), String::new()),
            ("no/such".to_owned(), String::new()),
        ]);
        assert!(replace(&folder, &bad, &is_owned).is_err());
        assert_eq!(
            fs::read_to_string(folder.join("openapi.yaml")).unwrap(),
            "a: 1\n"
        );
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        fs::remove_dir_all(&root).unwrap();
    }
}
