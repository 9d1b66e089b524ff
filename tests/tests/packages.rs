//! Every publishable package contains its licence and the metadata that registries show.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Most keywords that crates.io accepts.
const MOST_KEYWORDS: usize = 5;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Publishable packages, with their folders.
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
fn every_package_has_what_a_registry_shows() {
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
            !keywords.is_empty() && keywords.len() <= MOST_KEYWORDS,
            "{name}: {keywords:?}"
        );
        assert!(
            !package["categories"].as_array().unwrap().is_empty(),
            "{name}"
        );
        assert_eq!(
            package["metadata"]["docs"]["rs"]["all-features"], true,
            "{name}: its documentation shows no optional feature"
        );
        let changelog = fs::read_to_string(folder.join("CHANGELOG.md")).unwrap();
        let version = format!("## {}", text("version"));
        assert!(changelog.contains(&version), "{name}: no entry `{version}`");
    }
}

#[test]
fn every_package_has_the_licence_files() {
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (name, (folder, _)) in packages() {
            let copy = fs::read_to_string(folder.join(file)).unwrap_or_default();
            assert!(copy == text, "{name}: copy {file} into its folder");
        }
    }
}
