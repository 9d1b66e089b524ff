//! Rule: files have descriptive names and are not nested too deeply, and every vendor crate has the
//! same files.

use super::tree::{Source, Tree, is_generated};
use super::violation::violation;
use crate::spec::finding::Finding;
use std::collections::BTreeSet;

/// Names that don't describe the contents.
const EMPTY_NAMES: [&str; 10] = [
    "common", "data", "helper", "helpers", "manager", "managers", "misc", "stuff", "util", "utils",
];

const DEEPEST: usize = 4;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = tree.sources().flat_map(file).collect();
    found.extend(siblings(tree));
    found.extend(readmes(tree));
    found
}

fn file(source: Source<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let parts: Vec<&str> = source.path.trim_end_matches(".rs").split('/').collect();
    // Outside a folder, the file would be a separate test binary, so shared test code must be
    // in a mod.rs.
    let shared_by_tests = parts.len() > 2 && ["tests", "benches"].contains(&parts[parts.len() - 3]);
    if parts.last() == Some(&"mod") && !shared_by_tests {
        let what = "the file is called mod.rs".to_owned();
        let to_do = "move it next to its folder, and give it the folder's name";
        found.push(violation(source.path, 1, "layout", what, to_do));
    } else if let Some(name) = parts.iter().find(|part| EMPTY_NAMES.contains(part)) {
        let what = format!("the name `{name}` does not describe the contents");
        let to_do = "name the concept, and split unrelated code";
        found.push(violation(source.path, 1, "layout", what, to_do));
    }
    let modules = parts
        .iter()
        .position(|part| *part == "src")
        .map_or(0, |at| parts.len() - at - 1);
    if modules > DEEPEST {
        let what = format!("the file has {modules} levels of modules, but the limit is {DEEPEST}");
        let to_do = "move it up, or make its concept a separate module";
        found.push(violation(source.path, 1, "layout", what, to_do));
    }
    found
}

/// Checks that hand-written files have the same names in every vendor crate, except for additional
/// modules of a single vendor.
fn siblings(tree: &Tree) -> Vec<Finding> {
    let crates = tree.vendor_crates();
    let files_of = |name: &String| -> BTreeSet<String> {
        let folder = format!("crates/{name}/src/");
        let paths = tree
            .sources()
            .filter_map(|source| source.path.strip_prefix(&folder).map(str::to_owned));
        let added = additions(tree.text(&format!("{folder}lib.rs")).unwrap_or_default());
        let is_added = |path: &str| {
            let module = path.split('/').next().unwrap_or(path);
            added.contains(module.trim_end_matches(".rs"))
        };
        let own = paths.filter(|path| !is_generated(path) && !is_added(path));
        own.collect()
    };
    let all: BTreeSet<String> = crates.iter().flat_map(files_of).collect();
    let mut found = Vec::new();
    for name in &crates {
        for missing in all.difference(&files_of(name)) {
            let what = format!("{missing} is missing, but another vendor crate has it");
            let to_do =
                "add it, or move vendor-specific code into a file that all vendor crates have";
            let path = format!("crates/{name}/src/lib.rs");
            found.push(violation(&path, 1, "layout", what, to_do));
        }
    }
    found
}

/// Returns the modules that a crate declares in addition to the common ones.
fn additions(lib: &str) -> BTreeSet<&str> {
    lib.lines()
        .filter_map(|line| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        })
        .collect()
}

fn readmes(tree: &Tree) -> Vec<Finding> {
    let crates = tree.crates();
    let without = crates
        .iter()
        .filter(|name| tree.text(&format!("crates/{name}/README.md")).is_none());
    let finding = |name: &&str| {
        let path = format!("crates/{name}/Cargo.toml");
        let to_do = "add one: it is the documentation of the crate, and its code is compiled";
        violation(
            &path,
            1,
            "layout",
            "the crate has no README.md".to_owned(),
            to_do,
        )
    };
    without.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn names_and_depth_are_checked_outside_of_generated_folders() {
        let files = [
            ("crates/sdk-runtime/README.md", ""),
            ("crates/sdk-runtime/src/a/b/c/d.rs", ""),
            ("crates/sdk-runtime/src/a/b/c/d/e.rs", ""),
            ("crates/sdk-runtime/src/generated/mod.rs", ""),
            ("crates/sdk-runtime/src/retry/mod.rs", ""),
            ("crates/sdk-runtime/tests/support/mod.rs", ""),
            ("crates/sdk-runtime/src/utils.rs", ""),
        ];
        assert_eq!(
            said(check, &files),
            [
                "crates/sdk-runtime/src/a/b/c/d/e.rs:1: layout: the file has 5 levels of modules, but the limit is 4 (move it up, or make its concept a separate module)",
                "crates/sdk-runtime/src/retry/mod.rs:1: layout: the file is called mod.rs (move it next to its folder, and give it the folder's name)",
                "crates/sdk-runtime/src/utils.rs:1: layout: the name `utils` does not describe the contents (name the concept, and split unrelated code)",
            ]
        );
    }

    #[test]
    fn vendor_crates_have_the_same_files_and_every_crate_a_readme() {
        let files = [
            ("crates/acme-sdk/src/auth.rs", ""),
            (
                "crates/acme-sdk/src/lib.rs",
                "mod generated;\npub mod events;\n",
            ),
            ("crates/acme-sdk/src/events.rs", ""),
            ("crates/acme-sdk/src/events/signature.rs", ""),
            ("crates/bolt-sdk/README.md", ""),
            ("crates/bolt-sdk/src/lib.rs", ""),
        ];
        let mut found = check(&super::Tree::of(&["acme", "bolt", "planned"], &files));
        found.sort();
        let said: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "crates/acme-sdk/Cargo.toml:1: layout: the crate has no README.md (add one: it is the documentation of the crate, and its code is compiled)",
                "crates/bolt-sdk/src/lib.rs:1: layout: auth.rs is missing, but another vendor crate has it (add it, or move vendor-specific code into a file that all vendor crates have)",
            ]
        );
    }
}
