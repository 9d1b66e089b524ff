//! Complete imports of small documents. The documents are in `fixtures/import`, and the expected
//! folders are in `fixtures/import/specs`.
//!
//! To rewrite an expected folder, run
//! `cargo xtask --root xtask/fixtures/import import <name> xtask/fixtures/import/<file>`.

use super::{Arguments, draft, import, run};
use crate::spec::lint::debt::Debt;
use crate::spec::lint::lint;
use crate::spec::load::load;
use crate::spec::rule::Level;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of each spec, and the file that it is imported from.
const DOCUMENTS: [(&str, &str); 3] = [
    ("shop", "shop.yaml"),
    ("events", "events.json"),
    ("hostile", "hostile.yaml"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import")
}

/// A temporary folder, which is removed on drop.
struct Root(PathBuf);

impl Root {
    fn new(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("xtask-import-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("specs")).unwrap();
        Self(root)
    }

    fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.0.join(file);
        fs::write(&path, text).unwrap();
        path
    }

    fn import(&self, name: &str, file: &Path) -> anyhow::Result<()> {
        let arguments = Arguments {
            name: name.to_owned(),
            file: file.to_owned(),
            previous: None,
            discard_edits: false,
        };
        run(&self.0, &arguments)
    }

    fn files(&self, name: &str) -> BTreeMap<String, String> {
        files(&self.0.join("specs").join(name))
    }

    /// Returns the number of files and folders in the specs folder.
    fn specs(&self) -> usize {
        fs::read_dir(self.0.join("specs")).unwrap().count()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().to_string_lossy().into_owned(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect()
}

#[test]
fn documents_become_the_expected_specs() {
    let root = Root::new("expected");
    for (name, file) in DOCUMENTS {
        root.import(name, &fixtures().join(file)).unwrap();
        let (made, expected) = (
            root.files(name),
            files(&fixtures().join("specs").join(name)),
        );
        assert_eq!(
            made.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{name}"
        );
        for (file, text) in &expected {
            assert_eq!(
                made[file], *text,
                "{name}/{file} differs: see the top of this file for how to rewrite it"
            );
        }
    }
}

#[test]
fn lint_finds_only_the_recorded_debt_in_an_import() {
    let root = Root::new("lint");
    for (name, file) in DOCUMENTS {
        root.import(name, &fixtures().join(file)).unwrap();
        let findings = lint(&load(&root.0, name).unwrap());
        let wrong: Vec<_> = findings
            .iter()
            .filter(|one| one.level == Level::Correctness)
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(root.files(name)["debt.toml"], Debt::of(&findings).text());
    }
}

#[test]
fn reimporting_the_same_or_a_reordered_document_changes_no_spec_file() {
    let root = Root::new("again");
    for (name, file) in DOCUMENTS {
        let path = fixtures().join(file);
        root.import(name, &path).unwrap();
        let first = root.files(name);
        root.import(name, &path).unwrap();
        assert_eq!(root.files(name), first, "{name}");
        let source = super::Source::read(&path).unwrap();
        let reordered = root.write("reordered.json", &reversed(&source.root).to_string());
        let specs = |files: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            // Ignore the report, which contains line numbers of the source, and the record, which
            // contains its hash.
            files
                .clone()
                .into_iter()
                .filter(|(file, _)| !["IMPORT.md", "import.toml"].contains(&file.as_str()))
                .collect()
        };
        root.import(name, &reordered).unwrap();
        assert_eq!(specs(&root.files(name)), specs(&first), "{name}");
    }
}

/// Returns the same document with all keys, parameters and required names in reverse order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        Value::Object(members) => {
            let turned = |(key, inner): (&String, &Value)| {
                let mut inner = reversed(inner);
                if let Value::Array(items) = &mut inner
                    && ["parameters", "required"].contains(&key.as_str())
                {
                    items.reverse();
                }
                (key.clone(), inner)
            };
            Value::Object(members.iter().rev().map(turned).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[test]
fn unresolvable_references_are_reported_with_their_line_and_not_followed() {
    let root = Root::new("references");
    for target in [
        "/etc/passwd",
        "other.yaml#/A",
        "https://evil.example/a.json",
        "file:///etc/passwd",
        "#/components/schemas/None",
        "#/../../x",
    ] {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          description: ok\n          content:\n            application/json:\n              schema:\n                $ref: '{target}'\n"
        );
        let file = root.write("a.yaml", &text);
        match root.import("acme", &file) {
            // A reference that cannot be followed is replaced with a schema for any JSON. The
            // report contains the line of the reference, and no other file is read.
            Ok(()) => {
                let report = root.files("acme")["IMPORT.md"].clone();
                let line = report
                    .lines()
                    .find(|line| line.ends_with("(11)") || line.ends_with("(12)"));
                assert!(
                    line.is_some_and(|line| line.contains(target)),
                    "{target}: {report}"
                );
                fs::remove_dir_all(root.0.join("specs/acme")).unwrap();
            }
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains("a.yaml:12: "), "{target}: {error}");
            }
        }
        assert_eq!(root.specs(), 0, "{target}");
    }
}

#[test]
fn a_failed_import_leaves_nothing_behind() {
    let root = Root::new("nothing");
    let good = fixtures().join("shop.yaml");
    for name in ["..", "../x", "a/b", "a\0b", "A", "", "openapi.yaml"] {
        assert!(root.import(name, &good).is_err(), "{name:?}");
    }
    let deep = format!(
        "{{\"openapi\": \"3.0.3\", \"paths\": {}1{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    for (file, text) in [
        ("deep.json", deep.as_str()),
        ("two.yaml", "swagger: '2.0'\n"),
        ("cut.json", "{\"openapi\": \"3.0.3\", \"paths\": {"),
        ("empty.yaml", ""),
        ("list.yaml", "- 1\n"),
        ("none.yaml", "openapi: 3.0.3\npaths: {}\n"),
    ] {
        let path = root.write(file, text);
        let error = root.import("acme", &path).unwrap_err().to_string();
        assert!(error.contains(&format!("{file}:")), "{error}");
    }
    assert!(root.import("acme", &root.0).is_err(), "a folder");
    assert!(root.import("acme", &root.0.join("missing.yaml")).is_err());
    assert_eq!(root.specs(), 0);
}

#[test]
fn a_50_megabyte_document_is_rejected_and_writes_nothing() {
    let root = Root::new("large");
    // A description of 50 MB, which is too large for the spec.
    let text = format!(
        "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"T\", \"version\": \"1\", \"description\": \"{}\"}},\n\"paths\": {{\"/a\": {{\"get\": {{\"responses\": {{\"200\": {{\"description\": \"ok\"}}}}}}}}}}}}",
        "word ".repeat(10 << 20)
    );
    let path = root.write("large.json", &text);
    let error = root.import("acme", &path).unwrap_err().to_string();
    assert!(
        error.contains("large.json:"),
        "{}",
        &error[..error.len().min(300)]
    );
    assert_eq!(root.specs(), 0);
}

#[test]
fn a_hand_written_spec_is_not_overwritten() {
    let root = Root::new("by-hand");
    fs::create_dir_all(root.0.join("specs/acme")).unwrap();
    root.write("specs/acme/openapi.yaml", "openapi: 3.0.3\n");
    let error = root
        .import("acme", &fixtures().join("shop.yaml"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("hand-written spec"), "{error}");
    assert_eq!(root.files("acme")["openapi.yaml"], "openapi: 3.0.3\n");
}

#[test]
fn damaged_documents_are_imported_or_rejected_without_a_panic() {
    use crate::spec::mutate::{Files, Xorshift, mutate};
    let text = fs::read(fixtures().join("shop.yaml")).unwrap();
    let mut random = Xorshift::new(7);
    for _ in 0..150 {
        let mut files: Files = BTreeMap::from([("shop".to_owned(), text.clone())]);
        let mut what = mutate(&mut files, &mut random);
        what.push_str(&mutate(&mut files, &mut random));
        let Ok(source) = super::Source::parse("shop.yaml", &files["shop"]) else {
            continue;
        };
        match draft("shop", source) {
            Ok(made) => {
                if let Err(error) = super::finish("shop", made) {
                    assert!(error.to_string().contains("shop.yaml:"), "{what}: {error}");
                }
            }
            Err(error) => assert!(error.to_string().contains("shop.yaml:"), "{what}: {error}"),
        }
    }
}

#[test]
fn import_itself_writes_nothing() {
    let root = Root::new("unread");
    assert!(import(&root.0, "acme", &fixtures().join("shop.yaml")).is_ok());
    assert_eq!(root.specs(), 0, "`import` itself writes nothing");
}
