//! Refuses specs that would cause problems for the generator or for users of its code.
//!
//! A rule is a function that checks the indexed document and adds findings. Its name and its level
//! are in `spec/rule.rs`. The modules `operations` and `schemas` contain the rules about operations
//! and about schemas. All other rules are in the neighboring modules. Findings of house rules in an
//! imported spec are debt.

mod credentials;
pub(crate) mod debt;
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
use debt::Debt;
use std::path::Path;

/// Documents that passed lint.
pub(crate) struct Linted {
    pub(crate) documents: Vec<Document>,
    /// Imported specs that have less debt than their baseline records: the vendor, and the current
    /// debt.
    pub(crate) lowered: Vec<(String, Debt)>,
}

/// Loads and lints the given vendors, or all vendors if none is given. Prints all findings that are
/// not debt, and fails if there are any.
pub(crate) fn documents(root: &Path, names: &[String]) -> anyhow::Result<Vec<Document>> {
    linted(root, names).map(|linted| linted.documents)
}

/// Like [`documents`], but also returns the baselines that can be lowered.
pub(crate) fn linted(root: &Path, names: &[String]) -> anyhow::Result<Linted> {
    let known = vendors(root)?;
    for name in names {
        anyhow::ensure!(
            known.contains(name),
            "the folder specs/{name} does not exist; known vendors: {}",
            known.join(", ")
        );
    }
    let mut documents = Vec::new();
    let mut lowered = Vec::new();
    let mut findings = Vec::new();
    for name in known
        .iter()
        .filter(|name| names.is_empty() || names.contains(name))
    {
        match load(root, name) {
            Ok(document) => {
                let mut found = lint(&document);
                if debt::is_imported(&document) {
                    let (new, lower) = debt::settle(root, name, found)?;
                    lowered.extend(lower.map(|debt| (name.clone(), debt)));
                    found = new;
                }
                findings.extend(found);
                documents.push(document);
            }
            Err(found) => findings.extend(found),
        }
    }
    report(findings, "in specs/; nothing was written")?;
    Ok(Linted { documents, lowered })
}

/// Returns all findings for a document, sorted by file and line.
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
