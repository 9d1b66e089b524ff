//! The command `diff` lists changes to the merged documents since a revision, from the point of
//! view of the crates' Rust users.
//!
//! The generator's own code for types and signatures reads the old and the new document, and the
//! table in `rule` classifies the differences. Versions follow Cargo's SemVer rules. Without
//! `--base`, a version that was never tagged allows any change.

mod behavior;
mod bodies;
mod change;
mod documentation;
mod fields;
mod operations;
mod parameters;
mod report;
mod revision;
mod rule;
mod side;
#[cfg(test)]
mod tests;
mod types;
mod vendor;
mod version;

use crate::exit_code;
use crate::name;
use crate::spec::finding::Finding;
use crate::spec::lint::{documents, lint};
use crate::spec::load::{Document, assemble};
use crate::spec::rule::Rule as LintRule;
use anyhow::{Context, Result, bail};
use change::{Change, Changes};
use clap::Args;
use report::Report;
use revision::{Base, Repository};
use side::{Side, in_normal_form};
use std::path::Path;
use std::process::ExitCode;

/// Arguments of the command `diff`.
#[derive(Args, Debug, Default)]
pub struct Arguments {
    /// Vendors to compare. Defaults to all vendors.
    pub vendors: Vec<String>,
    /// Compares with this revision instead of the last tag of each crate. The versions at this
    /// revision are treated as released.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Prints a changelog entry for each crate with changes.
    #[arg(long, conflicts_with = "json")]
    pub changelog: bool,
    /// Prints the results as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Compares each vendor with the revision `arguments.base`, or with the last tag of its crate.
/// Without tags, compares with the commit that last set the version of the crate.
///
/// The exit code is 0 if every version matches its changes, 1 if a version doesn't, and 2 if the
/// comparison failed.
pub fn run(root: &Path, arguments: &Arguments) -> ExitCode {
    exit_code::compared(report(root, arguments))
}

/// Prints the reports, and returns whether every version matches its changes.
fn report(root: &Path, arguments: &Arguments) -> Result<bool> {
    let repository = Repository::open(root)?;
    let mut reports = Vec::new();
    for document in documents(root, &arguments.vendors)? {
        let vendor = document.vendor.clone();
        let report = compare_with_base(root, &repository, document, arguments.base.as_deref());
        reports.push(report.with_context(|| format!("specs/{vendor} could not be compared"))?);
    }
    if arguments.json {
        let vendors: Vec<_> = reports.iter().map(Report::json).collect();
        println!("{:#}", serde_json::json!({ "vendors": vendors }));
    } else if arguments.changelog {
        for report in reports.iter().filter(|report| !report.changes.is_empty()) {
            println!("<!-- {} -->\n{}", report.crate_name(), report.changelog());
        }
    } else {
        reports
            .iter()
            .for_each(|report| print!("{}", report.text()));
    }
    let behind = reports.iter().filter(|report| !report.follows());
    let behind: Vec<String> = behind.map(Report::crate_name).collect();
    if !behind.is_empty() {
        eprintln!(
            "error: these versions do not match their changes: {}",
            behind.join(", ")
        );
    }
    Ok(behind.is_empty())
}

fn compare_with_base(
    root: &Path,
    repository: &Repository<'_>,
    document: Document,
    base: Option<&str>,
) -> Result<Report> {
    let crate_name = name::package(&document.vendor);
    let manifest = root.join(format!("crates/{crate_name}/Cargo.toml"));
    let manifest_text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("reading {}", manifest.display()))?;
    let version =
        version::of_manifest(&manifest_text).with_context(|| manifest.display().to_string())?;
    let base = match base {
        Some(revision) => Some(repository.named(revision, &crate_name)?),
        None => repository.of_crate(&crate_name)?,
    };
    let mut report = Report {
        vendor: document.vendor.clone(),
        base,
        version,
        changes: Vec::new(),
        skipped: None,
    };
    let Some(base) = report.base.clone() else {
        return Ok(report);
    };
    let document = in_normal_form(&document);
    let new = Side::read(&document)?;
    match changes_since(repository, &base, &new) {
        Ok(Some(changes)) => report.changes = changes,
        Ok(None) => report.skipped = Some("the vendor had no spec at that revision".to_owned()),
        // An unreleased crate has no users, so a base that can't be read is not an error.
        Err(error) if !base.is_released => report.skipped = Some(format!("{error:#}")),
        Err(error) => return Err(error),
    }
    Ok(report)
}

/// Returns the changes since the base; `None` if the vendor had no spec at that revision.
fn changes_since(
    repository: &Repository<'_>,
    base: &Base,
    new: &Side<'_>,
) -> Result<Option<Vec<Change>>> {
    let vendor = new.document.vendor.as_str();
    let files = repository.specs_at(&base.commit, vendor)?;
    if files.is_empty() {
        return Ok(None);
    }
    let document = match assemble(vendor, &files) {
        Ok(document) => document,
        Err(findings) => bail!("{} at {}", first(&findings), base.name),
    };
    // Findings that the generator can handle are ignored: their rules may be newer than the base.
    let findings = fatal(&document);
    if !findings.is_empty() {
        bail!("{} at {}", first(&findings), base.name);
    }
    let document = in_normal_form(&document);
    let before = Side::read(&document)
        .with_context(|| format!("the generator rejects the document at {}", base.name))?;
    compare(&before, new).map(Some)
}

/// Returns the changes from one spec to another spec of the same vendor, one line per change, most
/// severe first.
///
/// Fails if the generator would reject one of the specs.
pub(crate) fn between(before: &Document, after: &Document) -> Result<Vec<String>> {
    for document in [before, after] {
        let findings = fatal(document);
        if !findings.is_empty() {
            bail!("{}", first(&findings));
        }
    }
    let (before, after) = (in_normal_form(before), in_normal_form(after));
    let changes = compare(&Side::read(&before)?, &Side::read(&after)?)?;
    Ok(changes.iter().map(ToString::to_string).collect())
}

/// Returns the findings that the generator cannot handle.
fn fatal(document: &Document) -> Vec<Finding> {
    let mut findings = lint(document);
    findings.retain(|finding| FATAL.iter().any(|rule| rule.name() == finding.rule));
    findings
}

const FATAL: [LintRule; 7] = [
    LintRule::Structure,
    LintRule::MissingKey,
    LintRule::UnresolvedRef,
    LintRule::AllofCycle,
    LintRule::RefCycle,
    LintRule::SchemaType,
    LintRule::DuplicateOperationId,
];

fn first(findings: &[Finding]) -> String {
    findings
        .first()
        .map_or_else(|| "the spec cannot be read".to_owned(), ToString::to_string)
}

/// Returns the changes between two documents of a vendor, most severe first.
fn compare(base: &Side<'_>, new: &Side<'_>) -> Result<Vec<Change>> {
    let mut changes = Changes::default();
    vendor::compare(base, new, &mut changes);
    operations::compare(base, new, &mut changes)?;
    types::compare(base, new, &mut changes);
    documentation::compare_rest(base, new, &mut changes);
    Ok(changes.sorted())
}
