//! Replaces marked regions of hand-written files in memory, so that each file is written only once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::emit::report::vendor_lists::{LISTS, ListedCrate, ListedVendor};
use crate::name;
use crate::output::{Output, has_region, replace_region};

/// Files whose regions are replaced, with their new text.
pub(super) struct MarkedRegions<'r> {
    root: &'r Path,
    texts: BTreeMap<PathBuf, String>,
}

impl<'r> MarkedRegions<'r> {
    pub(super) fn of(root: &'r Path) -> Self {
        Self {
            root,
            texts: BTreeMap::new(),
        }
    }

    /// Replaces a region of a file. The file and the region must exist.
    pub(super) fn replace(&mut self, path: &Path, region: &str, lines: &str) -> Result<()> {
        let text = self.text(path)?;
        let text =
            replace_region(&text, region, lines).with_context(|| path.display().to_string())?;
        self.texts.insert(path.to_owned(), text);
        Ok(())
    }

    /// Replaces a region if the file exists. The file must then contain the region.
    pub(super) fn replace_if_file_exists(
        &mut self,
        file: &str,
        region: &str,
        lines: &str,
    ) -> Result<()> {
        match self.root.join(file).exists() {
            true => self.replace(Path::new(file), region, lines),
            false => Ok(()),
        }
    }

    /// Replaces a region, unless users removed the file, or removed the markers to maintain the
    /// text by hand.
    pub(super) fn replace_if_marked(
        &mut self,
        path: &Path,
        region: &str,
        lines: &str,
    ) -> Result<()> {
        let is_marked = self.root.join(path).exists() && has_region(&self.text(path)?, region);
        match is_marked {
            true => self.replace(path, region, lines),
            false => Ok(()),
        }
    }

    /// Returns the text of a file, with the replacements so far.
    fn text(&self, path: &Path) -> Result<String> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone()),
            None => std::fs::read_to_string(self.root.join(path))
                .with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Replaces every list of vendors in the workspace. Skips missing files, and files that lack
    /// the markers. `tidy` reports missing markers.
    pub(super) fn list(&mut self, vendors: Vec<ListedVendor>) -> Result<()> {
        if !LISTS.iter().any(|list| self.root.join(list.file).exists()) {
            return Ok(());
        }
        let crates: Vec<ListedCrate> = vendors
            .into_iter()
            .map(|vendor| listed_crate(self.root, vendor))
            .collect::<Result<_>>()?;
        LISTS.iter().try_for_each(|list| {
            self.replace_if_marked(Path::new(list.file), list.region, &(list.lines)(&crates))
        })
    }

    pub(super) fn into_output(self) -> Output {
        Output {
            files: self.texts,
            ..Output::default()
        }
    }
}

/// Reads the manifest of the vendor's crate, and returns the vendor with the values that the lists
/// of vendors show.
fn listed_crate(root: &Path, vendor: ListedVendor) -> Result<ListedCrate> {
    let file = format!("crates/{}/Cargo.toml", name::package(vendor.name()));
    let text =
        std::fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
    let manifest: toml::Table = text
        .parse()
        .with_context(|| format!("{file} is not TOML"))?;
    let package = manifest.get("package");
    let word = |key: &str| {
        let word = package.and_then(|package| package.get(key)?.as_str());
        word.map(str::to_owned)
            .with_context(|| format!("{file}: `{key}` in [package] is missing or not a string"))
    };
    let variant = package
        .and_then(|package| package.get("metadata")?.get("vendor-sdks")?.get("variant"))
        .and_then(toml::Value::as_str);
    Ok(ListedCrate {
        version: word("version")?,
        variant: variant.map(str::to_owned),
        vendor,
    })
}
