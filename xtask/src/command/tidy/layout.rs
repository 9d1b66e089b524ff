//! Rule: files have descriptive names and are not nested too deeply, vendor crates have the files
//! that `cargo xtask new` writes, and every crate has a README.md.

use super::tree::{Source, Tree};
use super::violation::violation;
use crate::command::new::crate_files;
use crate::spec::finding::Finding;

/// Names that don't describe the contents.
const VAGUE_NAMES: [&str; 10] = [
    "common", "data", "helper", "helpers", "manager", "managers", "misc", "stuff", "util", "utils",
];

const MAX_DEPTH: usize = 4;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = tree.sources().flat_map(file).collect();
    found.extend(missing_vendor_files(tree));
    found.extend(missing_readmes(tree));
    found
}

fn file(source: Source<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let parts: Vec<&str> = source.path.trim_end_matches(".rs").split('/').collect();
    // A file directly in `tests` or `benches` is a separate binary, so shared code must be in the
    // mod.rs of a folder.
    let shared_by_tests = parts.len() > 2 && ["tests", "benches"].contains(&parts[parts.len() - 3]);
    if parts.last() == Some(&"mod") && !shared_by_tests {
        let what = "the file is called mod.rs".to_owned();
        let to_do = "move it next to its folder, and give it the folder's name";
        found.push(violation(source.path, 1, "layout", what, to_do));
    } else if let Some(name) = parts.iter().find(|part| VAGUE_NAMES.contains(part)) {
        let what = format!("the name `{name}` does not describe the contents");
        let to_do =
            "choose a name that describes the contents, and move unrelated code to separate files";
        found.push(violation(source.path, 1, "layout", what, to_do));
    }
    let modules = parts
        .iter()
        .position(|part| *part == "src")
        .map_or(0, |at| parts.len() - at - 1);
    if modules > MAX_DEPTH {
        let what =
            format!("the file has {modules} levels of modules, but the limit is {MAX_DEPTH}");
        let to_do = "move the file to a higher level, or make its concept a separate module";
        found.push(violation(source.path, 1, "layout", what, to_do));
    }
    found
}

/// Checks that every vendor crate has the files that `cargo xtask new` writes.
///
/// Examples aren't checked, because their names differ between crates, and `missing_readmes` checks
/// README.md.
fn missing_vendor_files(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in tree.vendor_crates() {
        for file in crate_files::paths().filter(|path| !path.contains('{') && *path != "README.md")
        {
            if tree.text(&format!("crates/{name}/{file}")).is_none() {
                let what = format!("the crate has no {file}");
                let to_do = "add it as in the other vendor crates; `cargo xtask new` writes it";
                let path = format!("crates/{name}/Cargo.toml");
                found.push(violation(&path, 1, "layout", what, to_do));
            }
        }
    }
    found
}

fn missing_readmes(tree: &Tree) -> Vec<Finding> {
    let crates = tree.crates();
    let without = crates
        .iter()
        .filter(|name| tree.text(&format!("crates/{name}/README.md")).is_none());
    let finding = |name: &&str| {
        let path = format!("crates/{name}/Cargo.toml");
        let to_do = "add a README.md: it is the documentation of the crate, and its code examples are compiled";
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
    fn file_names_and_depth_are_checked_outside_generated_folders() {
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
                "crates/sdk-runtime/src/a/b/c/d/e.rs:1: layout: the file has 5 levels of modules, but the limit is 4 (move the file to a higher level, or make its concept a separate module)",
                "crates/sdk-runtime/src/retry/mod.rs:1: layout: the file is called mod.rs (move it next to its folder, and give it the folder's name)",
                "crates/sdk-runtime/src/utils.rs:1: layout: the name `utils` does not describe the contents (choose a name that describes the contents, and move unrelated code to separate files)",
            ]
        );
    }

    #[test]
    fn a_missing_template_file_or_readme_is_reported() {
        let files = [
            ("crates/acme-sdk/CHANGELOG.md", ""),
            ("crates/acme-sdk/Cargo.toml", ""),
            ("crates/acme-sdk/README.md", ""),
            ("crates/acme-sdk/src/lib.rs", ""),
            ("crates/acme-sdk/src/events.rs", ""),
            ("crates/acme-sdk/tests/every_operation.rs", ""),
            ("crates/acme-sdk/tests/example.rs", ""),
            ("crates/sdk-runtime/src/lib.rs", ""),
        ];
        let found = check(&super::Tree::of(&["acme"], &files));
        let said: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "crates/acme-sdk/Cargo.toml:1: layout: the crate has no tests/round_trips.rs (add it as in the other vendor crates; `cargo xtask new` writes it)",
                "crates/sdk-runtime/Cargo.toml:1: layout: the crate has no README.md (add a README.md: it is the documentation of the crate, and its code examples are compiled)",
            ]
        );
    }
}
