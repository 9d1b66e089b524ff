//! Tests every rule against its fixture, and lints deliberately damaged specs.

use crate::spec::finding::Finding;
use crate::spec::lint::index::build::index;
use crate::spec::lint::lint;
use crate::spec::load::{assemble, vendors};
use crate::spec::mutate::{Files, Xorshift, mutate};
use crate::spec::rule::Rule;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint")
}

/// Returns the `.yaml` files of a folder, by name without `.yaml`.
fn files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            files.insert(stem, fs::read(&path).unwrap());
        }
    }
    files
}

/// Returns the files of a fixture: the valid spec with the files of the fixture, and without the
/// files listed in `without.txt`.
fn fixture(name: &str) -> Files {
    let folder = fixtures().join(name);
    let mut files = files_in(&fixtures().join("sound"));
    files.extend(files_in(&folder));
    let without = fs::read_to_string(folder.join("without.txt")).unwrap_or_default();
    for missing in without.lines() {
        files.remove(missing.trim_end_matches(".yaml")).unwrap();
    }
    files
}

fn findings(vendor: &str, files: &Files) -> Vec<Finding> {
    match assemble(vendor, files) {
        Ok(document) => lint(&document),
        Err(mut findings) => {
            findings.sort();
            findings
        }
    }
}

#[test]
fn the_sound_fixture_has_no_findings() {
    assert_eq!(findings("pets", &fixture("sound")), []);
}

#[test]
fn every_rule_reports_exactly_the_findings_that_its_fixture_expects() {
    let mut wrong = Vec::new();
    for rule in Rule::ALL {
        let folder = fixtures().join(rule.name());
        assert!(folder.is_dir(), "the rule {} has no fixture", rule.name());
        let found = findings("pets", &fixture(rule.name()));
        let said: String = found.iter().map(|finding| format!("{finding}\n")).collect();
        assert!(
            said.contains(&format!(": {}: ", rule.name())),
            "the rule {} finds nothing:\n{said}",
            rule.name()
        );
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
        if said != expected {
            wrong.push(format!(
                "{}:\n--- expected\n{expected}--- said\n{said}",
                rule.name()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "correct the rule or its expected.txt\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let rules: BTreeSet<String> = Rule::ALL
        .iter()
        .map(|rule| rule.name().to_owned())
        .collect();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(
            name == "sound" || rules.contains(&name),
            "no rule is named {name}"
        );
    }
}

#[test]
fn the_index_contains_nested_objects_of_the_sound_fixture() {
    let document = assemble("pets", &fixture("sound")).unwrap();
    let spec = index(&document);
    let pointers: BTreeSet<_> = spec
        .nodes
        .iter()
        .map(|node| node.pointer.as_str())
        .collect();
    for pointer in [
        "",
        "/servers/0/variables/host",
        "/paths/~1pets/get/responses/200/content/application~1json/schema",
        "/components/schemas/Cat/allOf/1/properties/lives",
        "/components/schemas/PetPage/properties/items/items",
    ] {
        assert!(pointers.contains(pointer), "{pointer}");
    }
}

#[test]
fn most_damaged_specs_are_rejected_and_none_causes_a_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut random = Xorshift::new(0x5eed);
    let mut refused = 0;
    let mut rounds = 0;
    for vendor in vendors(root).unwrap() {
        let sound = files_in(&root.join("specs").join(&vendor));
        for _ in 0..80 {
            let mut files = sound.clone();
            let mut what = Vec::new();
            for _ in 0..=random.below(3) {
                what.push(mutate(&mut files, &mut random));
            }
            // This is shown only if the test fails.
            println!("{vendor}: {}", what.join(", "));
            let found = findings(&vendor, &files);
            refused += usize::from(!found.is_empty());
            rounds += 1;
        }
    }
    assert!(
        refused * 2 > rounds,
        "only {refused} of {rounds} were refused"
    );
}

#[test]
fn a_long_reference_chain_does_not_overflow_the_stack() {
    let mut text = String::from("components:\n  schemas:\n");
    for index in 0..300 {
        let next = index + 1;
        text += &format!("    A{index}: {{allOf: [{{$ref: '#/components/schemas/A{next}'}}]}}\n");
    }
    text += "    A300: {allOf: [{$ref: '#/components/schemas/A298'}]}\n";
    let mut files = fixture("sound");
    files.insert("pets".to_owned(), text.into_bytes());
    let found = findings("pets", &files);
    let cycles: Vec<_> = found
        .iter()
        .filter(|finding| finding.rule == "allof-cycle")
        .collect();
    assert_eq!(cycles.len(), 1);
    assert_eq!(
        cycles[0].what,
        "a schema extends itself: A298 -> A299 -> A300 -> A298"
    );
}
