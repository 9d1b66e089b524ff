//! Tests of repeated imports: of unchanged, reordered, newer and corrected documents, and of edited
//! specs.

use crate::command::import::{Arguments, import, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const DOCUMENT: &str = include_str!("../../../../fixtures/new/parcels.yaml");

/// A temporary workspace with an imported document; it is removed on drop.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("xtask-again-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let workspace = Self(root);
        workspace.import(DOCUMENT).unwrap();
        workspace
    }

    fn document(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn arguments(&self, text: &str) -> Arguments {
        Arguments {
            name: "acme".to_owned(),
            file: self.document("document.yaml", text),
            previous: None,
            discard_edits: false,
        }
    }

    fn import(&self, text: &str) -> Result<(), String> {
        run(&self.0, &self.arguments(text)).map_err(|error| format!("{error:#}"))
    }

    /// Describes what an import of this document would change.
    fn difference(&self, text: &str) -> String {
        let file = self.document("document.yaml", text);
        let imported = import(&self.0, "acme", &file).unwrap();
        super::difference(&self.0, "acme", &imported.files).unwrap()
    }

    fn files(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.0.join("specs/acme")).unwrap();
        let files = entries.map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(entry.path()).unwrap())
        });
        files.collect()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join("specs/acme").join(name), text).unwrap();
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns the document with its paths and its top-level keys in a different order.
fn reordered() -> String {
    let (head, rest) = DOCUMENT.split_once("paths:\n").unwrap();
    let (paths, components) = rest.split_once("components:\n").unwrap();
    let (parcels, status) = paths.split_once("  /status:\n").unwrap();
    format!("{head}components:\n{components}paths:\n  /status:\n{status}{parcels}")
}

/// Returns the document with an additional property and without one operation.
fn newer() -> String {
    let text = DOCUMENT.replace(
        "        id: {type: string}\n        weight",
        "        id: {type: string}\n        colour: {type: string}\n        weight",
    );
    let (head, rest) = text.split_once("    delete:\n").unwrap();
    let (_, tail) = rest.split_once("  /status:\n").unwrap();
    format!("{head}  /status:\n{tail}")
}

#[test]
fn importing_an_unchanged_or_reordered_document_does_not_change_the_spec() {
    let workspace = Workspace::new("unchanged");
    let before = workspace.files();
    assert!(workspace.difference(DOCUMENT).contains("no changes since"));
    workspace.import(DOCUMENT).unwrap();
    assert_eq!(workspace.files(), before);

    assert!(
        workspace
            .difference(&reordered())
            .contains("no changes since")
    );
    workspace.import(&reordered()).unwrap();
    let after = workspace.files();
    for (name, text) in before.iter().filter(|(name, _)| name.ends_with(".yaml")) {
        assert_eq!(&after[name], text, "{name}");
    }
}

#[test]
fn a_newer_document_is_reported_as_changes_for_users() {
    let workspace = Workspace::new("newer");
    let difference = workspace.difference(&newer());
    for wanted in [
        "parcels.yaml: changed",
        "`Parcel::colour`",
        "`delete_parcel",
    ] {
        assert!(difference.contains(wanted), "{wanted}: {difference}");
    }
    workspace.import(&newer()).unwrap();
    assert!(workspace.difference(&newer()).contains("no changes since"));
}

#[test]
fn an_overlay_survives_imports_and_fails_if_its_target_matches_nothing() {
    let workspace = Workspace::new("corrected");
    let overlay = "\
overlay: 1.0.0
info: {title: Corrections, version: '1'}
actions:
  - target: $.paths['/parcels/{id}'].delete
    update: {x-sdk-repeat: safe}
  - target: $.components.schemas.Parcel.properties.weight
    update: {description: Weight in grams.}
";
    workspace.write("overlay.yaml", overlay);
    workspace.import(DOCUMENT).unwrap();
    let files = workspace.files();
    assert_eq!(files["overlay.yaml"], overlay);
    let all: String = files
        .iter()
        .filter(|(name, _)| *name != "overlay.yaml")
        .map(|(_, text)| text.as_str())
        .collect();
    assert!(
        all.contains("x-sdk-repeat: safe") && all.contains("Weight in grams."),
        "{all}"
    );
    workspace.import(&reordered()).unwrap();
    let error = workspace.import(&newer()).unwrap_err();
    assert!(
        error.contains("specs/acme/overlay.yaml:4: the target `$.paths['/parcels/{id}'].delete` matches nothing"),
        "{error}"
    );
}

#[test]
fn an_edit_stops_the_import_unless_it_is_merged_or_discarded() {
    let workspace = Workspace::new("edited");
    let spec = workspace.files()["openapi.yaml"].clone();
    let edited = spec.replace(
        "description: Sends parcels.",
        "description: Sends parcels by air.",
    );
    assert_ne!(edited, spec);
    workspace.write("openapi.yaml", &edited);
    let before = workspace.files();
    let error = workspace.import(&newer()).unwrap_err();
    assert!(
        error.contains("edited since the last import: openapi.yaml"),
        "{error}"
    );
    assert_eq!(workspace.files(), before);

    let mut arguments = workspace.arguments(&newer());
    arguments.previous = Some(workspace.document("previous.yaml", DOCUMENT));
    run(&workspace.0, &arguments).unwrap();
    let merged = workspace.files();
    assert!(merged["openapi.yaml"].contains("Sends parcels by air."));
    assert!(merged.values().any(|text| text.contains("colour")));

    // The merged file still counts as edited, because it differs from the output of the import.
    assert!(workspace.import(&newer()).is_err());
    let mut arguments = workspace.arguments(&newer());
    arguments.discard_edits = true;
    run(&workspace.0, &arguments).unwrap();
    assert!(!workspace.files()["openapi.yaml"].contains("by air"));
}
