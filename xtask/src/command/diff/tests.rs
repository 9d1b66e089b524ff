//! Checks every rule against its fixture. A fixture contains edits to the spec of a sample shop,
//! and lists the other rules that the edits trigger.

use super::change::Change;
use super::compare;
use super::rule::{Rule, Verdict};
use super::side::{Side, in_normal_form};
use crate::spec::load::{Document, assemble};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Files = BTreeMap<String, Vec<u8>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff")
}

fn base_files() -> Files {
    let entries = fs::read_dir(folder().join("base")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect()
}

/// Replaces the first occurrence of a string in a file, and creates the file if it does not exist.
fn edit(files: &mut Files, file: &str, find: &str, replace: &str) {
    let text = String::from_utf8(files.remove(file).unwrap_or_default()).unwrap();
    assert!(text.contains(find), "{file}: {find}");
    files.insert(
        file.to_owned(),
        text.replacen(find, replace, 1).into_bytes(),
    );
}

fn document(files: &Files) -> Document {
    assemble("shop", files).unwrap()
}

struct Fixture {
    rule: &'static str,
    table: toml::Table,
}

impl Fixture {
    fn of(rule: Rule) -> Self {
        let path = folder().join(format!("{}.toml", rule.name()));
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let table = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            rule: rule.name(),
            table,
        }
    }

    /// Returns the changes from the common base to the edited document, or in the reverse
    /// direction.
    fn changes(&self, shop: &Side<'_>) -> Vec<Change> {
        let mut files = base_files();
        for row in self.table["edit"].as_array().unwrap() {
            let text = |key: &str| row[key].as_str().unwrap();
            edit(&mut files, text("file"), text("find"), text("replace"));
        }
        let edited = in_normal_form(&document(&files));
        let edited = Side::read(&edited).unwrap();
        match self.table.contains_key("reverse") {
            true => compare(&edited, shop).unwrap(),
            false => compare(shop, &edited).unwrap(),
        }
    }

    /// Returns the rule itself, and the rules that the fixture lists in `also`.
    fn expected(&self) -> BTreeSet<&str> {
        let also = self.table.get("also").and_then(toml::Value::as_array);
        let also = also.into_iter().flatten().filter_map(toml::Value::as_str);
        also.chain([self.rule]).collect()
    }
}

#[test]
fn every_fixture_triggers_exactly_the_expected_rules() {
    let base = in_normal_form(&document(&base_files()));
    let shop = Side::read(&base).unwrap();
    let mut wrong = Vec::new();
    for rule in Rule::ALL {
        let fixture = Fixture::of(*rule);
        let changes = fixture.changes(&shop);
        let found: BTreeSet<&str> = changes.iter().map(|change| change.rule.name()).collect();
        if found != fixture.expected() {
            let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
            wrong.push(format!("{}: {:#?}", rule.name(), lines));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fixture_has_a_rule_and_only_breaking_ones_state_the_compiler_result() {
    let known: BTreeSet<String> = Rule::ALL
        .iter()
        .map(|rule| format!("{}.toml", rule.name()))
        .collect();
    let entries = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = entries.filter(|name| name.ends_with(".toml")).collect();
    assert_eq!(found, known);
    for rule in Rule::ALL {
        let says = Fixture::of(*rule).table.contains_key("compiler_refuses");
        assert_eq!(says, rule.verdict() == Verdict::Breaking, "{}", rule.name());
    }
}

#[test]
fn identical_documents_have_no_changes() {
    let base = in_normal_form(&document(&base_files()));
    let shop = Side::read(&base).unwrap();
    assert_eq!(compare(&shop, &shop).unwrap(), []);
}
