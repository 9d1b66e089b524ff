//! The command `tidy`: checks the house rules of the workspace, which ARCHITECTURE.md and CONTRIBUTING.md state.

mod clock;
mod dependency;
mod header;
mod layout;
mod leftover;
mod naming;
mod request;
mod size;
mod tree;

use crate::spec::finding::{Finding, Place, report};
use std::path::Path;
use tree::Tree;

/// Every rule.
const CHECKS: [fn(&Tree) -> Vec<Finding>; 8] = [
    size::check,
    header::check,
    layout::check,
    naming::check,
    request::check,
    clock::check,
    leftover::check,
    dependency::check,
];

/// Checks the workspace and prints every violation.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    report(check(&tree), "against the house rules")
}

fn check(tree: &Tree) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check(tree)).collect()
}

fn violation(
    file: &str,
    line: usize,
    rule: &'static str,
    what: String,
    what_to_do: &str,
) -> Finding {
    let place = Place {
        file: file.into(),
        line,
    };
    Finding {
        place,
        rule,
        what,
        what_to_do: what_to_do.to_owned(),
    }
}

/// What the rules say of a made-up tree, one a line.
#[cfg(test)]
fn said(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let mut found = check(&Tree::of(&["acme"], files));
    found.sort();
    found.iter().map(ToString::to_string).collect()
}
