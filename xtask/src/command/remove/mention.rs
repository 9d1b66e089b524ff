//! Finds lines that refer to a vendor's crate, outside the vendor's own files, marked regions and
//! changelogs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::name;
use crate::output::outside_regions;

/// Folders that contain no source code of the workspace, or only files that xtask writes.
const SKIPPED: [&str; 4] = [".git", "fixtures", "generated", "target"];

/// Extensions of hand-written text files. Files without an extension, such as scripts, are also
/// searched.
const TEXT_EXTENSIONS: [&str; 6] = ["md", "rs", "toml", "txt", "yaml", "yml"];

/// Returns the file, number and text of each line that refers to the vendor's crate.
pub(super) fn places(root: &Path, vendor: &str, own: &[PathBuf]) -> Result<Vec<String>> {
    let words = [name::package(vendor), name::library(vendor)];
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let shown = root.join(&folder);
        let entries = fs::read_dir(&shown)
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .with_context(|| format!("cannot list {}", shown.display()))?;
        for entry in entries {
            let name = entry.file_name();
            let path = folder.join(&name);
            if own.contains(&path) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                if !SKIPPED.iter().any(|skipped| name == *skipped) {
                    open.push(path);
                }
            } else if is_text(&path) && !is_changelog(&path) {
                let text = fs::read_to_string(root.join(&path))
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let lines = outside_regions(&text)
                    .filter(|(_, line)| words.iter().any(|word| mentions(line, word)));
                found.extend(lines.map(|(number, line)| {
                    format!(
                        "{}:{number}: refers to the vendor: {}",
                        path.display(),
                        line.trim()
                    )
                }));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_text(path: &Path) -> bool {
    match path.extension() {
        Some(end) => TEXT_EXTENSIONS.iter().any(|text| end == *text),
        None => true,
    }
}

/// Returns whether a file is a changelog, which may mention removed vendors.
fn is_changelog(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "CHANGELOG.md")
}

/// Returns whether a line contains `word` as a whole word.
fn mentions(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hand_written_whole_word_mentions_are_found() {
        let root = std::env::temp_dir().join(format!("xtask-mention-{}", std::process::id()));
        fs::create_dir_all(root.join("tests/generated")).unwrap();
        fs::create_dir_all(root.join("crates/acme-sdk")).unwrap();
        let region = "# @generated begin vendors\nacme-sdk = 1\n# @generated end vendors\nx\n";
        fs::write(root.join("Cargo.toml"), region).unwrap();
        fs::write(
            root.join("tests/a.rs"),
            "\nuse acme_sdk::Client;\nmy_acme_sdk();\n",
        )
        .unwrap();
        fs::write(root.join("tests/generated/b.rs"), "acme_sdk").unwrap();
        fs::write(root.join("crates/acme-sdk/README.md"), "acme-sdk").unwrap();
        let own = [PathBuf::from("crates/acme-sdk")];
        let found = places(&root, "acme", &own).unwrap();
        fs::remove_dir_all(&root).unwrap();
        let expected = Path::new("tests").join("a.rs");
        assert_eq!(
            found,
            [format!(
                "{}:2: refers to the vendor: use acme_sdk::Client;",
                expected.display()
            )]
        );
    }
}
