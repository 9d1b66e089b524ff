//! Hand-written files of a vendor crate. They start as copies of templates and of the license
//! files. `generate` fills the marked regions that some templates contain.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::new::template::fill;
use crate::emit::docs_text::api_name;
use crate::model::{Api, text};
use crate::name;
use crate::normalize::normalize;
use crate::spec::load::Document;
use crate::spec::variants;

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/crate/", $name, ".template"))
    };
}

/// The path of each file in the crate, and its template. `{example}` in a path is replaced with the
/// name of the example.
const TEMPLATES: [(&str, &str); 8] = [
    ("Cargo.toml", template!("Cargo.toml")),
    ("CHANGELOG.md", template!("CHANGELOG.md")),
    ("README.md", template!("README.md")),
    ("examples/{example}.rs", template!("first_call.rs")),
    ("src/lib.rs", template!("lib.rs")),
    ("tests/every_operation.rs", template!("every_operation.rs")),
    ("tests/example.rs", template!("example.rs")),
    ("tests/round_trips.rs", template!("round_trips.rs")),
];

/// Returns the path of every file that a new crate gets from a template. A path can contain
/// `{example}` in place of the name of the example.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|(path, _)| *path)
}

/// Manifest keys that a crate may inherit from the workspace, in the order in which they are
/// written.
const INHERITED: [&str; 7] = [
    "edition",
    "rust-version",
    "license",
    "repository",
    "homepage",
    "authors",
    "publish",
];

/// Maximum length of a keyword on crates.io.
const MAX_KEYWORD_LENGTH: usize = 20;

/// Maximum length of the API's name in a description.
const MAX_NAME_LENGTH: usize = 100;

/// Folder of the sandbox, if it is in the workspace.
const SANDBOX: &str = "crates/sdk-sandbox";

/// Returns the path of the vendor's document that the sandbox embeds.
pub(crate) fn sandbox_document(vendor: &str) -> PathBuf {
    PathBuf::from(SANDBOX).join(format!("documents/{vendor}.json"))
}

/// Returns the path of the vendor's sandbox profile.
pub(crate) fn sandbox_profile(vendor: &str) -> PathBuf {
    PathBuf::from(SANDBOX).join(format!("profiles/{vendor}.yaml"))
}

/// Returns the files of a new vendor except its spec and the output of `generate`, by path below
/// the root.
pub(crate) fn files(root: &Path, document: &Document) -> Result<Vec<(PathBuf, String)>> {
    let vendor = document.vendor.as_str();
    let (package, library) = (name::package(vendor), name::library(vendor));
    let example = name::first_call_example(vendor);
    let expanded = variants::expand(&document.root);
    let normal = normalize(&expanded);
    let operations = Api::read(vendor, &normal.root).operations.len();
    let info = &document.root["info"];
    let api = api_name(text(info, "title"));
    let workspace = Workspace::read(root)?;
    let has_sandbox = root.join(SANDBOX).exists();
    let values = [
        ("package", package.clone()),
        ("library", library),
        ("description", description(&api, operations)),
        ("api", api),
        ("example", example.clone()),
        ("keywords", keywords(vendor)),
        ("inherited", workspace.inherited()),
        ("dependency", workspace.dependency(&package)),
        (
            "sandbox",
            match has_sandbox {
                true => format!(" = {{ workspace = true, features = [\"{vendor}\"] }}"),
                false => ".workspace = true".to_owned(),
            },
        ),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let krate = PathBuf::from("crates").join(&package);
    let mut files = Vec::new();
    for (path, template) in TEMPLATES {
        let path = krate.join(path.replace("{example}", &example));
        files.push((path, fill(template, &values)?));
    }
    for (file, text) in licences(root)? {
        files.push((krate.join(file), text));
    }
    if has_sandbox {
        let profile = template!("profile.yaml");
        files.push((sandbox_profile(vendor), profile.to_owned()));
    }
    Ok(files)
}

/// Returns the description of the crate, of at most 200 characters, as a TOML string.
fn description(api: &str, operations: usize) -> String {
    let api: String = api.chars().take(MAX_NAME_LENGTH).collect();
    let count = match operations {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    let text = format!(
        "Client for the {}: {count}, generated from its OpenAPI document",
        api.trim()
    );
    toml::Value::from(text).to_string()
}

fn keywords(vendor: &str) -> String {
    let common = ["api", "client", "openapi", "sdk"];
    let is_own = vendor.len() <= MAX_KEYWORD_LENGTH && !common.contains(&vendor);
    let all = is_own.then_some(vendor).into_iter().chain(common);
    let words: Vec<String> = all.map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

/// Returns the license files of the workspace, which are copied to each package.
fn licences(root: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(root).with_context(|| format!("cannot list {}", root.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("LICENSE") && entry.file_type()?.is_file() {
            let text = std::fs::read_to_string(entry.path())
                .with_context(|| format!("cannot read {name}"))?;
            files.push((name, text));
        }
    }
    files.sort();
    Ok(files)
}

/// The table `workspace.package` of the manifest: the properties that packages can inherit.
struct Workspace(toml::Table);

impl Workspace {
    fn read(root: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(root.join("Cargo.toml")).context("cannot read Cargo.toml")?;
        let manifest: toml::Table = text.parse().context("Cargo.toml is not valid TOML")?;
        let package = manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("package")?.as_table());
        Ok(Self(package.cloned().unwrap_or_default()))
    }

    fn inherited(&self) -> String {
        let known = INHERITED.iter().filter(|key| self.0.contains_key(**key));
        known
            .map(|key| format!("{key}.workspace = true\n"))
            .collect()
    }

    /// Returns the line that users add to their manifest to depend on a package. The line contains
    /// a path if the workspace doesn't publish its packages, and a version otherwise.
    fn dependency(&self, package: &str) -> String {
        match self.0.get("publish") {
            Some(toml::Value::Boolean(false)) => {
                format!("{package} = {{ path = \"crates/{package}\" }}")
            }
            _ => format!("{package} = \"0.1\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_and_keywords_stay_within_registry_limits() {
        let long = api_name(&"Very \"long\" title\n".repeat(40));
        for (api, operations) in [("Acme API", 1), ("A", 2), (long.as_str(), 3)] {
            let text = description(api, operations);
            let table: toml::Table = format!("description = {text}").parse().unwrap();
            let text = table["description"].as_str().unwrap();
            assert!(
                (40..=200).contains(&text.len()) && !text.ends_with('.'),
                "{text}"
            );
        }
        assert_eq!(keywords("api"), "\"api\", \"client\", \"openapi\", \"sdk\"");
        assert_eq!(
            keywords("a-name-of-more-than-twenty-letters")
                .matches(',')
                .count(),
            3
        );
    }
}
