//! The sample of public documents: a rule, and the documents that it selects from a folder.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The sampling rule, as defined in `xtask/corpus/sample.toml`.
#[derive(Debug)]
pub(super) struct Rule {
    /// Name of the npm package that contains the documents.
    pub(super) package: String,
    /// Version of the package.
    pub(super) version: String,
    pub(super) seed: String,
    pub(super) count: usize,
    pub(super) named: Vec<String>,
}

/// A document of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SampledDocument {
    /// Path below the folder, with forward slashes.
    pub(super) path: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// Number of operations.
    pub(super) operations: usize,
}

/// Maximum length of the name of an import.
const MAX_NAME_LENGTH: usize = 40;

impl Rule {
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a sampling rule", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("not TOML")?;
        let text = |key: &str| {
            let text = table.get(key).and_then(toml::Value::as_str);
            let text = text.with_context(|| format!("`{key}` is not a string"));
            text.map(str::to_owned)
        };
        let count = table.get("count").and_then(toml::Value::as_integer);
        let count = count.and_then(|count| usize::try_from(count).ok());
        let named = table.get("named").and_then(toml::Value::as_array);
        let named = named.context("`named` is not a list")?.iter();
        let named = named.map(|path| path.as_str().map(str::to_owned));
        Ok(Self {
            package: text("package")?,
            version: text("version")?,
            seed: text("seed")?,
            count: count.context("`count` is not a number")?,
            named: named
                .collect::<Option<_>>()
                .context("`named` contains an item that is not a string")?,
        })
    }

    /// Returns the documents of the sample, with the named documents first.
    pub(super) fn draw(&self, folder: &Path) -> Result<Vec<SampledDocument>> {
        let mut all = documents_below(folder)?;
        all.sort_by_cached_key(|path| Sha256::digest(format!("{}:{path}", self.seed)));
        let mut providers = HashSet::new();
        let mut drawn = Vec::new();
        for path in &self.named {
            providers.insert(provider(path));
            match read_document(folder, path)? {
                Some(document) => drawn.push(document),
                None => bail!("{path} is not an OpenAPI 3 document"),
            }
        }
        for path in &all {
            if drawn.len() >= self.count {
                break;
            }
            if providers.contains(provider(path)) {
                continue;
            }
            if let Some(document) = read_document(folder, path)? {
                providers.insert(provider(path));
                drawn.push(document);
            }
        }
        Ok(drawn)
    }
}

impl SampledDocument {
    /// Returns the name for the import: the words of the path, except words that would exceed the
    /// maximum length.
    pub(super) fn name(&self) -> String {
        let path = self.path.trim_end_matches(".json").to_ascii_lowercase();
        let mut name = String::new();
        for word in path.split(|c: char| !c.is_ascii_alphanumeric()) {
            if !word.is_empty() && name.len() + word.len() < MAX_NAME_LENGTH {
                let hyphen = if name.is_empty() { "" } else { "-" };
                name = format!("{name}{hyphen}{word}");
            }
        }
        name
    }
}

/// Returns the provider of a document: the first segment of its path, without `.json`.
fn provider(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.trim_end_matches(".json")
}

/// Returns the paths of all `.json` files below a folder, relative to it.
fn documents_below(folder: &Path) -> Result<Vec<String>> {
    let mut open = vec![PathBuf::new()];
    let mut paths = Vec::new();
    while let Some(below) = open.pop() {
        let at = folder.join(&below);
        let entries = fs::read_dir(&at).with_context(|| format!("cannot list {}", at.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                paths.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}

/// Reads a document; returns `None` if the file isn't an OpenAPI 3 document in JSON.
fn read_document(folder: &Path, path: &str) -> Result<Option<SampledDocument>> {
    let bytes = fs::read(folder.join(path)).with_context(|| format!("cannot read {path}"))?;
    let Ok(document) = serde_json::from_slice::<Value>(&bytes) else {
        return Ok(None);
    };
    let version = document["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.") {
        return Ok(None);
    }
    const METHODS: [&str; 8] = [
        "get", "put", "post", "delete", "patch", "head", "options", "trace",
    ];
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.map(|(_, item)| {
        let has = |method: &&&str| item.get(**method).is_some();
        METHODS.iter().filter(has).count()
    });
    Ok(Some(SampledDocument {
        path: path.to_owned(),
        size: bytes.len() as u64,
        operations: operations.sum(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_contains_named_documents_and_one_per_other_provider() {
        let folder = std::env::temp_dir().join(format!("xtask-corpus-{}", std::process::id()));
        let three =
            r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {}, "parameters": [], "post": {}}}}"#;
        for (path, text) in [
            ("acme.example.json", three),
            ("acme.example/other.json", three),
            ("bolt.example/Some-API v2.json", three),
            ("bolt.example/more.json", three),
            ("core.example.json", r#"{"swagger": "2.0"}"#),
            ("dyne.example.json", "not JSON"),
            ("echo.example/readme.md", three),
        ] {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let rule = |count| Rule {
            package: "some".to_owned(),
            version: "1".to_owned(),
            seed: "seed".to_owned(),
            count,
            named: vec!["acme.example/other.json".to_owned()],
        };
        let drawn = rule(10).draw(&folder).unwrap();
        let paths: Vec<&str> = drawn.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths.len(), 2, "{paths:?}");
        assert_eq!(paths[0], "acme.example/other.json");
        assert!(paths[1].starts_with("bolt.example/"), "{paths:?}");
        assert_eq!(drawn[0].operations, 2);
        assert_eq!(drawn, rule(10).draw(&folder).unwrap());
        assert_eq!(rule(1).draw(&folder).unwrap(), drawn[..1]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_document_is_named_after_its_path() {
        let drawn = |path: &str| SampledDocument {
            path: path.to_owned(),
            size: 0,
            operations: 0,
        };
        let name = drawn("bolt.example/Some-API v2.json").name();
        assert_eq!(name, "bolt-example-some-api-v2");
        let long = format!("bolt.example/{}.json", "word-".repeat(20));
        assert_eq!(drawn(&long).name().len(), 37);
    }
}
