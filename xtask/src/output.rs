//! Compares generated files with the files on disk and updates them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Files that belong together, such as the generated files of one vendor.
#[derive(Default)]
pub(crate) struct Output {
    /// Complete files, by path relative to the workspace root.
    pub(crate) files: BTreeMap<PathBuf, String>,
    /// Folders that may contain only these files.
    pub(crate) folders: Vec<PathBuf>,
}

/// A required change on disk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Write(PathBuf),
    Delete(PathBuf),
}

impl Output {
    /// Returns the changes that are required on disk: writing the files that differ in any byte,
    /// and deleting stray files.
    pub(crate) fn changes(&self, root: &Path) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (path, content) in &self.files {
            let current = match fs::read(root.join(path)) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read {}", path.display()));
                }
            };
            if current.as_deref() != Some(content.as_bytes()) {
                changes.push(Change::Write(path.clone()));
            }
        }
        for folder in &self.folders {
            for path in files_below(&root.join(folder))? {
                let path = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                if !self.files.contains_key(&path) {
                    changes.push(Change::Delete(path));
                }
            }
        }
        Ok(changes)
    }

    /// Makes the changes. All files are first written next to their targets, and then renamed.
    /// Stray files are deleted last.
    pub(crate) fn apply(&self, root: &Path, changes: &[Change]) -> Result<()> {
        let mut staged = Vec::new();
        for change in changes {
            if let Change::Write(path) = change {
                let path = root.join(path);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)
                        .with_context(|| format!("cannot create {}", folder.display()))?;
                }
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
                let stage = path.with_file_name(format!(".{}.new", name.unwrap_or_default()));
                let content = path
                    .strip_prefix(root)
                    .ok()
                    .and_then(|relative| self.files.get(relative));
                let Some(content) = content else {
                    bail!("there is no generated content for {}", path.display());
                };
                let written = fs::write(&stage, content).and_then(|()| keep_mode(&path, &stage));
                staged.push((stage, path));
                if let Err(error) = written {
                    discard(&staged);
                    return Err(error).context("nothing was changed");
                }
            }
        }
        for (stage, path) in &staged {
            fs::rename(stage, path)
                .with_context(|| format!("cannot replace {}", path.display()))?;
        }
        for change in changes {
            if let Change::Delete(path) = change {
                fs::remove_file(root.join(path))
                    .with_context(|| format!("cannot delete {}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// Gives a file the permissions of the file that it replaces, so that a script stays executable.
fn keep_mode(old: &Path, new: &Path) -> std::io::Result<()> {
    match fs::metadata(old) {
        Ok(about) => fs::set_permissions(new, about.permissions()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn discard(staged: &[(PathBuf, PathBuf)]) {
    for (stage, _) in staged {
        // Ignores this error, because the caller reports the original error.
        let _ = fs::remove_file(stage);
    }
}

/// Returns all files below a folder, sorted by path. Returns no files if the folder does not exist.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot list {}", folder.display()));
            }
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the content of a marker, such as `begin features`, or `None` for any other line.
///
/// A marker must be alone on its line, because text from a spec may contain the same words.
fn marker_content(line: &str) -> Option<&str> {
    let comment = line.trim().trim_start_matches(['#', '/', ' ']);
    let comment = comment.strip_prefix("<!--").unwrap_or(comment);
    let comment = comment.strip_suffix("-->").unwrap_or(comment).trim();
    comment.strip_prefix("@generated ")
}

/// Returns whether a file has the marked region.
pub(crate) fn has_region(text: &str, region: &str) -> bool {
    let begin = format!("begin {region}");
    text.lines()
        .any(|line| marker_content(line) == Some(&begin))
}

/// Returns the lines of a file outside of all marked regions, with their numbers, starting at 1.
pub(crate) fn outside_regions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let mark = marker_content(line).and_then(|mark| mark.split_once(' '));
        match mark {
            Some(("begin", _)) => inside = true,
            Some(("end", _)) => inside = false,
            _ => return !inside,
        }
        false
    })
}

/// Replaces the lines between the `begin` and `end` markers of a region.
pub(crate) fn replace_region(text: &str, region: &str, lines: &str) -> Result<String> {
    let begin = format!("begin {region}");
    let end = format!("end {region}");
    let is = |line: &str, mark: &str| marker_content(line) == Some(mark);
    let mut out = String::new();
    let mut inside = false;
    let mut found = false;
    for line in text.lines() {
        if is(line, &end) {
            inside = false;
        }
        if !inside {
            out.push_str(line);
            out.push('\n');
        }
        if is(line, &begin) {
            inside = true;
            found = true;
            out.push_str(lines);
        }
    }
    if !found || inside {
        bail!("the marker `@generated {begin}` or `@generated {end}` is missing");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_a_region_keeps_the_rest_of_the_file() {
        let text = "a\n# @generated begin features\nold\n# @generated end features\nb\n";
        assert_eq!(
            replace_region(text, "features", "new\n").unwrap(),
            "a\n# @generated begin features\nnew\n# @generated end features\nb\n"
        );
        let said = "<!-- @generated begin features -->\n| @generated end features |\n<!-- @generated end features -->\n";
        assert_eq!(
            replace_region(said, "features", "| @generated end features |\n").unwrap(),
            said
        );
        let error = replace_region("a\n", "features", "").unwrap_err();
        assert!(error.to_string().contains("@generated begin features"));
    }

    #[test]
    fn lines_outside_regions_keep_their_line_numbers() {
        let text = "a\n# @generated begin x\nb\n# @generated end x\nc\n";
        let lines: Vec<_> = outside_regions(text).collect();
        assert_eq!(lines, [(1, "a"), (5, "c")]);
        assert!(has_region(text, "x") && !has_region(text, "y"));
    }

    #[test]
    fn applying_changes_writes_new_files_and_deletes_stray_files() {
        let root = std::env::temp_dir().join(format!("xtask-write-{}", std::process::id()));
        let folder = root.join("generated");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("stray.rs"), "").unwrap();
        fs::write(folder.join("same.rs"), "same").unwrap();
        let output = Output {
            files: BTreeMap::from([
                ("generated/same.rs".into(), "same".to_owned()),
                ("generated/new.rs".into(), "new".to_owned()),
            ]),
            folders: vec!["generated".into()],
        };
        let changes = output.changes(&root).unwrap();
        assert_eq!(
            changes,
            [
                Change::Write("generated/new.rs".into()),
                Change::Delete("generated/stray.rs".into())
            ]
        );
        output.apply(&root, &changes).unwrap();
        assert!(output.changes(&root).unwrap().is_empty());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let script = folder.join("same.rs");
            fs::write(&script, "older").unwrap();
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
            output
                .apply(&root, &output.changes(&root).unwrap())
                .unwrap();
            let mode = fs::metadata(&script).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "a script stays executable");
        }
        fs::remove_dir_all(&root).unwrap();
    }
}
