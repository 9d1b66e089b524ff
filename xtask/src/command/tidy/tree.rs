//! Files of the workspace that house rules examine.

use crate::name;
use crate::spec::lint::debt::is_imported;
use crate::spec::load::{load, vendors};
use anyhow::Context as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file that states the order of the layers of each crate.
pub(super) const LAYERS: &str = "xtask/layers.yaml";

/// The script of CI, which lists vendors.
const CI: &str = ".ci/run";

/// Text files by path below the root, and the vendors' names.
pub(super) struct Tree {
    files: BTreeMap<String, String>,
    /// Folder names of `specs/`.
    pub(super) vendors: Vec<String>,
    /// Those of them whose spec is an import.
    pub(super) imported: Vec<String>,
    /// Spellings in the specs' titles that differ, in lower case.
    pub(super) spellings: Vec<String>,
}

/// A hand-written Rust file.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) path: &'t str,
    pub(super) text: &'t str,
}

impl<'t> Source<'t> {
    /// Lines, numbered from 1.
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
            // An unreadable spec is reported by lint.
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
        // A workspace without orders has no layers to check, and one without the script no CI.
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

    /// A sample tree.
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

    /// Hand-written Rust files.
    pub(super) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.rust().filter(|source| !is_generated(source.path))
    }

    /// Every Rust file.
    pub(super) fn rust(&self) -> impl Iterator<Item = Source<'_>> {
        let rust = self.files.iter().filter(|(path, _)| path.ends_with(".rs"));
        rust.map(|(path, text)| Source { path, text })
    }

    /// Markdown files whose path below the root is a text in the code: documentation that this code includes.
    pub(super) fn included_by<'t>(&'t self, code: Source<'t>) -> impl Iterator<Item = &'t str> {
        let pages = self.files.iter().filter(|(path, _)| path.ends_with(".md"));
        pages
            .filter(move |(path, _)| code.text.contains(&format!("\"{path}\"")))
            .map(|(_, text)| text.as_str())
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Folders in `crates/`.
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

    /// The crates of the vendors that have one.
    pub(super) fn vendor_crates(&self) -> Vec<String> {
        let names = self.vendors.iter().map(|vendor| name::package(vendor));
        names
            .filter(|name| self.crates().contains(&name.as_str()))
            .collect()
    }
}

/// Whether xtask writes the file.
pub(super) fn is_generated(path: &str) -> bool {
    path.split('/').any(|part| part == "generated")
}

/// Reads `.rs`, `.md` and `.toml` files; fixtures are data and left out.
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
