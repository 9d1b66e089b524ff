//! Refuses specs that the generator, or a user of its code, would trip over.
//!
//! A rule is a function over the indexed document that adds findings; its name and its fixture are in `spec/rule.rs`. Rules stand in
//! groups: operations, schemas, and here those that concern both.

mod credentials;
mod description;
mod extension;
pub(crate) mod identifier;
pub(crate) mod index;
pub(crate) mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use super::finding::{Finding, report};
use super::load::{Document, load, vendors};
use std::path::Path;

/// Loads and lints the named vendors, or all of them; fails after printing the findings of all.
pub(crate) fn documents(root: &Path, names: &[String]) -> anyhow::Result<Vec<Document>> {
    let known = vendors(root)?;
    for name in names {
        anyhow::ensure!(
            known.contains(name),
            "no folder specs/{name}; there are: {}",
            known.join(", ")
        );
    }
    let mut documents = Vec::new();
    let mut findings = Vec::new();
    for name in known
        .iter()
        .filter(|name| names.is_empty() || names.contains(name))
    {
        match load(root, name) {
            Ok(document) => {
                findings.extend(lint(&document));
                documents.push(document);
            }
            Err(found) => findings.extend(found),
        }
    }
    report(findings, "in specs/; nothing was written")?;
    Ok(documents)
}

/// Everything that is wrong with a document, sorted by file and line.
pub(crate) fn lint(document: &Document) -> Vec<Finding> {
    let mut spec = index::build::index(document);
    for check in operations::CHECKS.iter().chain(&schemas::CHECKS) {
        check(&mut spec);
    }
    for check in [
        description::check,
        identifier::check,
        extension::check,
        credentials::check,
    ] {
        check(&mut spec);
    }
    let mut findings = document.findings.clone();
    findings.append(&mut spec.findings);
    findings.sort();
    findings.dedup();
    findings
}
