//! Rule: vendor-neutral code does not mention vendors.

use super::tree::{Source, Tree};
use super::violation::violation;
use crate::name;
use crate::spec::finding::Finding;

const NEUTRAL_FOLDERS: [&str; 6] = [
    "crates/sdk-conformance/src/",
    "crates/sdk-runtime/src/",
    "crates/sdk-runtime/tests/",
    "crates/sdk-sandbox/src/",
    "xtask/src/",
    "xtask/tests/",
];

/// The only vendor-neutral files that may mention vendors.
const ALLOWED: [&str; 1] = ["crates/sdk-sandbox/src/rules/embedded.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.sources() {
        let is_neutral = NEUTRAL_FOLDERS
            .iter()
            .any(|folder| source.path.starts_with(folder));
        if !is_neutral || ALLOWED.contains(&source.path) {
            continue;
        }
        for name in tree.vendors.iter().chain(&tree.spellings) {
            match tree.imported.contains(name) {
                true => found.extend(crate_mentions(source, name)),
                false => found.extend(vendor_mentions(source, name)),
            }
        }
    }
    found
}

fn vendor_mentions(source: Source<'_>, name: &str) -> Vec<Finding> {
    let finding = |line, what| {
        let to_do = "make it independent of the vendor; only data files, vendor crates and the facade refer to vendors";
        violation(source.path, line, "naming", what, to_do)
    };
    let mut found = Vec::new();
    if source.path.to_lowercase().contains(name) {
        found.push(finding(
            1,
            format!("the file is named after the vendor `{name}`"),
        ));
    }
    for (number, line) in source.lines() {
        if mentions(&line.to_lowercase(), name) {
            found.push(finding(
                number,
                format!("the line mentions the vendor `{name}`"),
            ));
        }
    }
    found
}

/// Returns a finding for each line that mentions the crate of an imported vendor. The name of the
/// vendor is allowed, because it may be an ordinary word in code, such as `box`.
fn crate_mentions(source: Source<'_>, name: &str) -> Vec<Finding> {
    let words = [name::package(name), name::library(name)];
    let lines = source.lines().filter(|(_, line)| {
        words.iter().any(|word| {
            line.match_indices(word.as_str()).any(|(at, _)| {
                let (before, after) = (&line[..at], &line[at + word.len()..]);
                !before.ends_with(is_identifier) && !after.starts_with(is_identifier)
            })
        })
    });
    let finding = |(number, _)| {
        let what = format!("the line mentions the crate of the vendor `{name}`");
        let to_do = "make it independent of the vendor; only data files, vendor crates and the facade refer to vendors";
        violation(source.path, number, "naming", what, to_do)
    };
    lines.map(finding).collect()
}

/// Returns whether a lowercase line contains the name of a vendor. Ignores occurrences as the name
/// of a method, or of an external module or item, such as `tokio::sync::name`.
fn mentions(line: &str, name: &str) -> bool {
    let code = line.trim_start().trim_start_matches("pub ");
    let is_foreign_use = code.starts_with("use ")
        && !["crate", "super", "self"]
            .iter()
            .any(|own| code[4..].starts_with(own));
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let is_word = !before.ends_with(is_identifier) && !after.starts_with(is_identifier);
        let is_path = before.ends_with("::") || before.ends_with('.') || after.starts_with("::");
        !(is_word && (is_path || is_foreign_use))
    })
}

fn is_identifier(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::{check, mentions};
    use crate::command::tidy::said;
    use crate::command::tidy::tree::Tree;

    #[test]
    fn a_vendor_name_in_neutral_code_is_reported() {
        let files = [
            ("crates/acme-sdk/src/lib.rs", "// Acme\n"),
            (
                "crates/sdk-runtime/src/call.rs",
                "//! Calls.\n// As AcmeClient does.\n",
            ),
            ("crates/sdk-sandbox/src/rules/embedded.rs", "\"acme\"\n"),
            ("xtask/src/acme.rs", "//! One.\n"),
        ];
        assert_eq!(
            said(check, &files),
            [
                "crates/sdk-runtime/src/call.rs:2: naming: the line mentions the vendor `acme` (make it independent of the vendor; only data files, vendor crates and the facade refer to vendors)",
                "xtask/src/acme.rs:1: naming: the file is named after the vendor `acme` (make it independent of the vendor; only data files, vendor crates and the facade refer to vendors)",
            ]
        );
    }

    #[test]
    fn an_imported_vendor_name_is_allowed_but_its_crate_name_is_reported() {
        let files = [(
            "xtask/src/a.rs",
            "//! A loop.\nuse loop_sdk::Client;\nlet my_loop_sdk = 1;\n",
        )];
        let mut tree = Tree::of(&["loop"], &files);
        tree.imported.push("loop".to_owned());
        let said: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with("xtask/src/a.rs:2: naming: the line mentions the crate"),
            "{said:?}"
        );
    }

    #[test]
    fn an_external_module_or_method_may_share_a_vendor_name() {
        for line in [
            "let (a, b) = acme::channel();",
            "tokio::sync::acme;",
            "use tokio::sync::{mutex, acme};",
            "service.acme(request)",
        ] {
            assert!(!mentions(line, "acme"), "{line}");
        }
        for line in [
            "acme_sdk::client",
            "use acme_sdk::client;",
            "\"acme\"",
            "use crate::{acme};",
            "mod acme;",
        ] {
            assert!(mentions(line, "acme"), "{line}");
        }
    }
}
