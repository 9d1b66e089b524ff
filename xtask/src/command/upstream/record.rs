//! `specs/<vendor>/upstream.toml`: the last reviewed document of the vendor.

use super::vendor_document::VendorDocument;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const HEAD: &str = "# The vendor's document that the spec was last compared with. `cargo xtask upstream … --accept` writes this file.\n";

/// Contents of `upstream.toml`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) title: String,
    pub(super) version: String,
    /// Date of the review, `YYYY-MM-DD`.
    pub(super) date: String,
    pub(super) sha256: String,
}

fn path(root: &Path, vendor: &str) -> PathBuf {
    root.join("specs").join(vendor).join("upstream.toml")
}

impl Record {
    pub(super) fn of(document: &VendorDocument, date: String) -> Self {
        Self {
            title: document.title().to_owned(),
            version: document.version(),
            date,
            sha256: document.sha256.clone(),
        }
    }

    /// Reads the record. Returns `None` if no document has been reviewed yet.
    pub(super) fn read(root: &Path, vendor: &str) -> Result<Option<Self>> {
        let path = path(root, vendor);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        Self::parse(&text)
            .map(Some)
            .with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("the file is not valid TOML")?;
        let word = |key: &str| {
            let value = table.get(key).and_then(toml::Value::as_str);
            value
                .map(str::to_owned)
                .with_context(|| format!("`{key}` is missing or not a string"))
        };
        Ok(Self {
            title: word("title")?,
            version: word("version")?,
            date: word("date")?,
            sha256: word("sha256")?,
        })
    }

    fn text(&self) -> String {
        let rows = [
            ("title", &self.title),
            ("version", &self.version),
            ("date", &self.date),
            ("sha256", &self.sha256),
        ];
        let rows =
            rows.map(|(key, value)| format!("{key} = {}\n", toml::Value::from(value.as_str())));
        format!("{HEAD}{}", rows.concat())
    }

    pub(super) fn write(&self, root: &Path, vendor: &str) -> Result<()> {
        let path = path(root, vendor);
        std::fs::write(&path, self.text()).with_context(|| format!("writing {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn a_record_round_trips() {
        let record = Record {
            title: "A \"quoted\"\nname".to_owned(),
            version: "0.1".to_owned(),
            date: "2026-11-28".to_owned(),
            sha256: "00ff".to_owned(),
        };
        assert_eq!(Record::parse(&record.text()).unwrap(), record);
    }

    #[test]
    fn a_record_without_a_hash_is_rejected() {
        let error = Record::parse("title = 'A'\nversion = '1'\ndate = '2026-11-28'\n").unwrap_err();
        assert_eq!(error.to_string(), "`sha256` is missing or not a string");
    }
}
