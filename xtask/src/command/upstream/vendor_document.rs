//! A vendor's published document, as a local file.

use crate::model::text;
use crate::spec::finding::Place;
use crate::spec::load::{Document, assemble};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// Maximum size of a file. The largest public documents are 47 MB of indented JSON.
const MAX_BYTES: u64 = 64 << 20;

/// A parsed file, with line numbers.
pub(super) struct VendorDocument {
    document: Document,
    /// Path as given by the user.
    file: Arc<str>,
    /// SHA-256 of the file, in lowercase hexadecimal.
    pub(super) sha256: String,
}

impl VendorDocument {
    /// Reads a document in YAML or JSON. Fails if the file can't be read, is too large, or isn't an
    /// OpenAPI 3.0 document.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file: Arc<str> = path.display().to_string().into();
        let opened = std::fs::File::open(path).with_context(|| format!("could not open {file}"))?;
        let mut bytes = Vec::new();
        opened
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("could not read {file}"))?;
        ensure!(
            bytes.len() as u64 <= MAX_BYTES,
            "{file} is larger than {MAX_BYTES} bytes"
        );
        Self::parse(file, bytes)
    }

    fn parse(file: Arc<str>, bytes: Vec<u8>) -> Result<Self> {
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        // The loader expects the files of a folder, and uses their names in locations.
        let files = BTreeMap::from([("openapi".to_owned(), bytes)]);
        let document = assemble("", &files).map_err(|findings| {
            // The last finding describes the error that stopped the loader.
            let finding = findings.into_iter().next_back();
            match finding {
                Some(finding) => anyhow::anyhow!(
                    "{file}:{}: {}: {}",
                    finding.place.line,
                    finding.rule,
                    finding.what
                ),
                None => anyhow::anyhow!("could not read {file}"),
            }
        })?;
        let found = Self {
            document,
            file,
            sha256,
        };
        let version = text(found.root(), "openapi");
        ensure!(
            version.starts_with("3.0."),
            "{}: not an OpenAPI 3.0 document (`openapi` is `{version}`); convert it first",
            found.place("/openapi")
        );
        Ok(found)
    }

    pub(super) fn root(&self) -> &Value {
        &self.document.root
    }

    /// Returns the file and line of a node.
    pub(super) fn place(&self, pointer: &str) -> Place {
        let Place { line, .. } = self.document.place(pointer);
        Place {
            file: Arc::clone(&self.file),
            line,
        }
    }

    pub(super) fn title(&self) -> &str {
        text(&self.root()["info"], "title")
    }

    /// Returns `info.version` as text. The value may be a number if the vendor forgot the quotes.
    pub(super) fn version(&self) -> String {
        match &self.root()["info"]["version"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
impl VendorDocument {
    pub(super) fn of_text(file: &str, text: &str) -> Result<Self> {
        Self::parse(file.into(), text.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::VendorDocument;

    #[test]
    fn json_and_yaml_documents_are_read() {
        let yaml = VendorDocument::of_text(
            "a.yaml",
            "openapi: 3.0.1\ninfo:\n  title: A\n  version: 1.5\n",
        )
        .unwrap();
        assert_eq!((yaml.title(), yaml.version().as_str()), ("A", "1.5"));
        let json = VendorDocument::of_text(
            "a.json",
            "{\"openapi\": \"3.0.1\",\n \"info\": {\"title\": \"A\"}}",
        )
        .unwrap();
        assert_eq!(json.place("/info/title").to_string(), "a.json:2");
        assert_eq!(json.sha256.len(), 64);
    }

    #[test]
    fn an_unsupported_or_invalid_document_is_rejected_with_its_line() {
        let error = |text: &str| {
            VendorDocument::of_text("a.yaml", text)
                .err()
                .unwrap()
                .to_string()
        };
        assert_eq!(
            error("# Old.\nswagger: '2.0'\n"),
            "a.yaml:2: not an OpenAPI 3.0 document (`openapi` is ``); convert it first"
        );
        assert!(error("openapi: 3.1.0\n").contains("(`openapi` is `3.1.0`)"));
        assert!(
            error("a: [\n").starts_with("a.yaml:1: yaml: not YAML"),
            "{}",
            error("a: [\n")
        );
        assert!(
            error(&"- ".repeat(200)).starts_with("a.yaml:1: too-deep"),
            "{}",
            error(&"- ".repeat(200))
        );
    }
}
