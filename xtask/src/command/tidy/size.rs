//! Rule: files are small enough to read, and folders are small enough to browse.

use super::layer_order::unplaced;
use super::tree::{Source, Tree};
use super::violation::violation;
use crate::output::outside_regions;
use crate::spec::finding::Finding;
use std::collections::BTreeMap;

const MAX_FILE_LINES: usize = 600;
const MAX_LIB_LINES: usize = 150;
const MAX_VENDOR_LIB_LINES: usize = 40;
const MAX_XTASK_MAIN_LINES: usize = 90;
const MAX_FACADE_LINES: usize = 150;
const MAX_FOLDER_FILES: usize = 15;

/// Source folder of the facade.
const FACADE_SOURCES: &str = "crates/vendor-sdks/src/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = tree
        .sources()
        .filter_map(|source| file(tree, source))
        .collect();
    found.extend(facade(tree));
    found.extend(folders(tree));
    found
}

fn file(tree: &Tree, source: Source<'_>) -> Option<Finding> {
    let is_vendor_lib = |name: &String| source.path == format!("crates/{name}/src/lib.rs");
    let (most, to_do) = if tree.vendor_crates().iter().any(is_vendor_lib) {
        (
            MAX_VENDOR_LIB_LINES,
            "keep only the module declarations and re-exports, and move other code to separate files",
        )
    } else if source.path.ends_with("src/lib.rs") {
        (
            MAX_LIB_LINES,
            "keep only the module declarations and re-exports, and move other code to separate files",
        )
    } else if source.path == "xtask/src/main.rs" {
        (
            MAX_XTASK_MAIN_LINES,
            "only dispatch here, and move each command to a file with its name",
        )
    } else {
        (MAX_FILE_LINES, "move each concept in it to a separate file")
    };
    let lines = source.text.lines().count();
    (lines > most).then(|| {
        let what = format!("the file has {lines} lines, but its limit is {most}");
        violation(source.path, most + 1, "size", what, to_do)
    })
}

/// Returns a finding for each source folder with too many Rust files. Test folders, and crates
/// whose files don't follow their layer order yet, may have any number of files.
fn folders(tree: &Tree) -> Vec<Finding> {
    let unplaced = unplaced(tree);
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in tree.sources() {
        let folder = source
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let is_source = folder.split('/').any(|part| part == "src");
        let is_unplaced = unplaced
            .iter()
            .any(|root| folder.starts_with(root.as_str()));
        if is_source && !is_unplaced {
            folders.entry(folder).or_default().push(source.path);
        }
    }
    let crowded = folders
        .iter()
        .filter(|(_, files)| files.len() > MAX_FOLDER_FILES);
    let finding = |(folder, files): (&&str, &Vec<&str>)| {
        let count = files.len();
        let what = format!(
            "{folder} has {count} Rust files, but the limit per folder is {MAX_FOLDER_FILES}"
        );
        let to_do = "move related files to a separate folder";
        violation(files[0], 1, "size", what, to_do)
    };
    crowded.map(finding).collect()
}

fn facade(tree: &Tree) -> Option<Finding> {
    let sources: Vec<_> = tree
        .rust()
        .filter(|source| source.path.starts_with(FACADE_SOURCES))
        .collect();
    let lines: usize = sources
        .iter()
        .map(|source| outside_regions(source.text).count())
        .sum();
    let first = sources.first().filter(|_| lines > MAX_FACADE_LINES)?;
    let what = format!("the facade has {lines} lines, but its limit is {MAX_FACADE_LINES}");
    let to_do = "move logic to the runtime; the facade only re-exports, lists and connects vendors";
    Some(violation(first.path, 1, "size", what, to_do))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn overlong_files_are_reported_with_their_limit() {
        let (short, lib, long) = ("\n".repeat(40), "\n".repeat(151), "\n".repeat(601));
        let files = [
            ("crates/acme-sdk/src/lib.rs", lib.as_str()),
            ("crates/acme-sdk/src/generated/pets.rs", &long),
            ("crates/sdk-runtime/src/lib.rs", &short),
            ("crates/sdk-runtime/src/call.rs", &long),
            ("xtask/src/lib.rs", &lib),
            ("xtask/src/main.rs", &lib),
        ];
        assert_eq!(
            said(check, &files),
            [
                "crates/acme-sdk/src/lib.rs:41: size: the file has 151 lines, but its limit is 40 (keep only the module declarations and re-exports, and move other code to separate files)",
                "crates/sdk-runtime/src/call.rs:601: size: the file has 601 lines, but its limit is 600 (move each concept in it to a separate file)",
                "xtask/src/lib.rs:151: size: the file has 151 lines, but its limit is 150 (keep only the module declarations and re-exports, and move other code to separate files)",
                "xtask/src/main.rs:91: size: the file has 151 lines, but its limit is 90 (only dispatch here, and move each command to a file with its name)",
            ]
        );
    }

    #[test]
    fn an_overfull_folder_is_reported_if_its_crate_is_in_place() {
        let paths: Vec<String> = (10..26)
            .map(|number| format!("crates/acme-core/src/a{number}.rs"))
            .collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        assert_eq!(
            said(check, &files),
            [
                "crates/acme-core/src/a10.rs:1: size: crates/acme-core/src has 16 Rust files, but the limit per folder is 15 (move related files to a separate folder)"
            ]
        );
        files.push((
            "xtask/layers.yaml",
            "crates/acme-core/src: {in_place: false, order: [a10]}\n",
        ));
        assert_eq!(said(check, &files), [""; 0]);
        assert_eq!(said(check, &files[1..16]), [""; 0]);
    }

    #[test]
    fn the_limit_applies_to_all_facade_files_together() {
        let half = "\n".repeat(76);
        let lib = format!("{half}// @generated begin vendors\na\n// @generated end vendors\n");
        let files = [
            ("crates/vendor-sdks/src/connect.rs", half.as_str()),
            ("crates/vendor-sdks/src/lib.rs", &lib),
        ];
        assert_eq!(
            said(check, &files),
            [
                "crates/vendor-sdks/src/connect.rs:1: size: the facade has 152 lines, but its limit is 150 (move logic to the runtime; the facade only re-exports, lists and connects vendors)"
            ]
        );
        assert_eq!(said(check, &files[..1]), [""; 0]);
    }
}
