//! Pass two, and the command `lint`: refuses what the generator or a user of its code would trip over.

mod answer;
mod body;
mod description;
mod extension;
mod grammar;
mod identifier;
mod operation;
mod parameter;
mod path;
mod reference;
mod schema;
mod secret;
mod security;
mod server;
mod spec;
mod tag;
#[cfg(test)]
mod tests;
mod value;
mod verb;
mod view;
mod walk;

pub(crate) use grammar::Kind;

use crate::finding::{Finding, report};
use crate::load::{Document, load, vendors};
use spec::Spec;
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
    report(findings, "in specs/; nothing was written")?;
    Ok(documents)
}

/// Every family of rules, besides the shape that the walk checks.
const CHECKS: [fn(&mut Spec<'_>); 15] = [
    server::check,
    security::check,
    tag::check,
    operation::check,
    description::check,
    path::check,
    parameter::check,
    body::check,
    answer::check,
    reference::check,
    schema::check,
    value::check,
    identifier::check,
    secret::check,
    extension::check,
];

/// Everything that is wrong with a document, sorted by file and line.
pub(crate) fn lint(document: &Document) -> Vec<Finding> {
    let mut spec = Spec::new(document);
    for check in CHECKS {
        check(&mut spec);
    }
    let mut findings = document.findings.clone();
    findings.append(&mut spec.findings);
    findings.sort();
    findings.dedup();
    findings
}
