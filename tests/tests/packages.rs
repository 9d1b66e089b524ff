//! Tests the publishable packages and the links in Markdown files.
//!
//! Every package contains its license and the metadata that registries show. Every relative link
//! points to an existing file.
#![allow(clippy::unwrap_used)] // In a test, a panic is the failure report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use workspace_tests::cookbook;

/// Maximum number of keywords on crates.io.
const MAX_KEYWORDS: usize = 5;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the folder and the metadata of each publishable package, by name.
fn packages() -> BTreeMap<String, (PathBuf, Value)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = metadata["packages"].as_array().unwrap().iter();
    let published = all.filter(|package| package["publish"].is_null());
    published
        .map(|package| {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            let folder = manifest.parent().unwrap().to_owned();
            let name = package["name"].as_str().unwrap().to_owned();
            (name, (folder, package.clone()))
        })
        .collect()
}

#[test]
fn every_package_has_the_metadata_that_registries_show() {
    let packages = packages();
    assert!(packages.len() >= 9, "{:?}", packages.keys());
    for (name, (folder, package)) in packages {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let description = text("description");
        assert!(
            (40..=200).contains(&description.len()) && !description.ends_with('.'),
            "{name}: `{description}`"
        );
        assert_eq!(text("license"), "MIT OR Apache-2.0", "{name}");
        assert!(text("repository").starts_with("https://"), "{name}");
        assert_eq!(text("readme"), "README.md", "{name}");
        assert!(!text("rust_version").is_empty(), "{name}");
        let keywords = package["keywords"].as_array().unwrap();
        assert!(
            !keywords.is_empty() && keywords.len() <= MAX_KEYWORDS,
            "{name}: {keywords:?}"
        );
        assert!(
            !package["categories"].as_array().unwrap().is_empty(),
            "{name}"
        );
        assert_eq!(
            package["metadata"]["docs"]["rs"]["all-features"], true,
            "{name}: set `all-features` in `[package.metadata.docs.rs]`"
        );
        let changelog = fs::read_to_string(folder.join("CHANGELOG.md")).unwrap();
        let version = format!("## {}", text("version"));
        assert!(
            changelog.contains(&version),
            "{name}: the changelog lacks an entry `{version}`"
        );
    }
}

#[test]
fn every_package_has_the_license_files() {
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (name, (folder, _)) in packages() {
            let copy = fs::read_to_string(folder.join(file)).unwrap_or_default();
            assert!(copy == text, "{name}: copy {file} into its folder");
        }
    }
}

#[test]
fn every_cookbook_recipe_is_compiled_and_listed() {
    let index = fs::read_to_string(root().join("docs/cookbook/README.md")).unwrap();
    for entry in fs::read_dir(root().join("docs/cookbook")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("docs/cookbook/{name}");
        assert!(
            cookbook::FILES.contains(&path.as_str()),
            "{path}: add it to tests/src/cookbook.rs"
        );
        assert!(
            name == "README.md" || index.contains(&format!("({name})")),
            "{path}: list it in docs/cookbook/README.md"
        );
    }
}

#[test]
fn every_relative_link_points_to_an_existing_file() {
    let mut documents: Vec<PathBuf> = cookbook::FILES.iter().map(PathBuf::from).collect();
    let names = [
        "ARCHITECTURE.md",
        "BENCHMARKS.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "specs/README.md",
        "xtask/corpus/RESULT.md",
    ];
    documents.extend(names.map(PathBuf::from));
    for (folder, _) in packages().values() {
        let files = ["README.md", "CHANGELOG.md", "API.md"].map(|name| folder.join(name));
        documents.extend(files.into_iter().filter(|file| file.exists()));
    }
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(root().join(&document)).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap().split('#').next().unwrap();
            // Paths of Rust items, such as `crate::Error`, are checked by rustdoc.
            let is_elsewhere = target.contains("::") || target.contains("://") || target.is_empty();
            let path = root().join(document.parent().unwrap()).join(target);
            if !is_elsewhere && !path.exists() {
                broken.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:?}");
}
