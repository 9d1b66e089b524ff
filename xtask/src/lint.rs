//! Pass two, and the command `lint`: refuses what the generator or a user of its code would trip over.

use crate::finding::{Finding, report};
use crate::load::{Document, load, vendors};
use std::path::Path;

/// Lints the named vendors, or all of them, and prints every finding.
pub fn run(root: &Path, names: &[String]) -> anyhow::Result<()> {
    documents(root, names).map(|_| ())
}

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
    report(findings)?;
    Ok(documents)
}

/// Everything that is wrong with a document, sorted by file and line.
pub(crate) fn lint(document: &Document) -> Vec<Finding> {
    let mut findings = document.findings.clone();
    findings.sort();
    findings.dedup();
    findings
}
