//! The files of the workspace that house rules examine.

use crate::name;
use crate::spec::lint::debt::is_imported;
use crate::spec::load::{load, vendors};
use anyhow::Context as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file with the layer order of each crate.
pub(super) const LAYERS: &str = "xtask/layers.yaml";

/// The CI script, which lists vendors.
const CI: &str = ".ci/run";

/// The text files by path below the root, and the names of the vendors.
pub(super) struct Tree {
    files: BTreeMap<String, String>,
    /// Names of the folders in `specs/`.
    pub(super) vendors: Vec<String>,
    /// Vendors whose spec is imported.
    pub(super) imported: Vec<String>,
    /// For each hand-written spec, the first word of its title in lower case, if the word is longer
    /// than three bytes and doesn't contain the folder name.
    pub(super) spellings: Vec<String>,
}

/// A Rust file.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) path: &'t str,
    pub(super) text: &'t str,
}

impl<'t> Source<'t> {
    /// Returns the lines, numbered from 1.
    pub(super) fn lines(self) -> impl Iterator<Item = (usize, &'t str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

impl Tree {
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let vendors = vendors(root)?;
        let (mut imported, mut spellings) = (Vec::new(), Vec::new());
        for vendor in &vendors {
            // Lint reports specs that cannot be read.
            let Ok(document) = load(root, vendor) else {
                continue;
            };
            if is_imported(&document) {
                imported.push(vendor.clone());
                continue;
            }
            let title = document.node("/info/title").and_then(Value::as_str);
            let title = title.map(str::to_lowercase);
            let title = title.as_deref().and_then(|title| {
                let first = title.split_whitespace().next();
                first.map(str::to_owned)
            });
            spellings
                .extend(title.filter(|title| title.len() > 3 && !title.contains(vendor.as_str())));
        }
        let mut files = BTreeMap::new();
        for folder in ["crates", "docs", "examples", "tests", "xtask"] {
            if root.join(folder).is_dir() {
                read_folder(root, folder, &mut files)?;
            }
        }
        let manifest = fs::read_to_string(root.join("Cargo.toml")).context("reading Cargo.toml")?;
        files.insert("Cargo.toml".to_owned(), manifest);
        // A workspace may lack the file with the layer orders, or the CI script.
        for path in [LAYERS, CI] {
            if let Ok(text) = fs::read_to_string(root.join(path)) {
                files.insert(path.to_owned(), text);
            }
        }
        Ok(Self {
            files,
            vendors,
            imported,
            spellings,
        })
    }

    /// Returns a sample tree.
    #[cfg(test)]
    pub(super) fn of(vendors: &[&str], files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self {
            files: files.iter().map(own).collect(),
            vendors: vendors.iter().map(|vendor| (*vendor).to_owned()).collect(),
            imported: Vec::new(),
            spellings: Vec::new(),
        }
    }

    /// Returns the hand-written Rust files.
    pub(super) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.rust().filter(|source| !is_generated(source.path))
    }

    /// Returns all Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = Source<'_>> {
        let rust = self.files.iter().filter(|(path, _)| path.ends_with(".rs"));
        rust.map(|(path, text)| Source { path, text })
    }

    /// Returns the Markdown files that the code includes as documentation, that is, files whose
    /// path is a string in the code.
    pub(super) fn included_by<'t>(&'t self, code: Source<'t>) -> impl Iterator<Item = &'t str> {
        let pages = self.files.iter().filter(|(path, _)| path.ends_with(".md"));
        pages
            .filter(move |(path, _)| code.text.contains(&format!("\"{path}\"")))
            .map(|(_, text)| text.as_str())
    }

    /// Returns the contents of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Returns the names of the folders in `crates/`.
    pub(super) fn crates(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix("crates/")?.split_once('/'))
            .map(|(name, _)| name)
            .collect();
        names.dedup();
        names
    }

    /// Returns the names of the existing vendor crates.
    pub(super) fn vendor_crates(&self) -> Vec<String> {
        let names = self.vendors.iter().map(|vendor| name::package(vendor));
        names
            .filter(|name| self.crates().contains(&name.as_str()))
            .collect()
    }
}

/// Returns whether a file is generated by xtask.
pub(super) fn is_generated(path: &str) -> bool {
    path.split('/').any(|part| part == "generated")
}

/// Reads `.rs`, `.md` and `.toml` files. Skips build output, fixtures, snapshots and hidden
/// folders.
fn read_folder(
    root: &Path,
    folder: &str,
    files: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let entries = fs::read_dir(root.join(folder)).with_context(|| format!("reading {folder}"))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if !matches!(name.as_str(), "target" | "fixtures" | "snapshots")
                && !name.starts_with('.')
            {
                read_folder(root, &path, files)?;
            }
        } else if [".rs", ".md", ".toml"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            let text =
                fs::read_to_string(entry.path()).with_context(|| format!("reading {path}"))?;
            files.insert(path, text);
        }
    }
    Ok(())
}
