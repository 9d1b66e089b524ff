//! The command `tidy`: checks the house rules of the workspace, which ARCHITECTURE.md and
//! CONTRIBUTING.md describe.
//!
//! Each rule has its own file, with a test whose sample files violate the rule. A rule examines the
//! files in `tree`, or the imports in `module_graph`, and reports one finding per violation.

mod clock;
mod dependency;
mod header;
mod layer;
mod layer_order;
mod layout;
mod leftover;
mod methods;
mod module_graph;
mod naming;
mod request;
mod size;
mod tree;
mod vendor_list;
mod violation;

use crate::spec::finding::{Finding, report};
use std::path::Path;
use tree::Tree;

/// All rules.
const CHECKS: [fn(&Tree) -> Vec<Finding>; 11] = [
    size::check,
    header::check,
    layout::check,
    layer::check,
    methods::check,
    naming::check,
    request::check,
    clock::check,
    leftover::check,
    dependency::check,
    vendor_list::check,
];

/// Checks the workspace and prints every violation.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    report(check(&tree), "of house rules")
}

fn check(tree: &Tree) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check(tree)).collect()
}

/// Returns the findings of a rule for a sample tree with the vendor `acme`, as sorted lines.
#[cfg(test)]
fn said(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let mut found = check(&Tree::of(&["acme"], files));
    found.sort();
    found.iter().map(ToString::to_string).collect()
}
