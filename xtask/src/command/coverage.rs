//! The command `coverage`: reports how many operations of each document are generated, how many of
//! them the tests call, and for how many the tests receive an error response.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use regex::Regex;

use crate::model::Api;
use crate::spec::lint::documents;

/// Runs of the test that calls every operation of a vendor: the heading of each run, and the prefix
/// of its output lines.
const RUNS: [(&str, &str); 3] = [
    ("typed", ""),
    ("by table", "table"),
    ("error seen", "error"),
];

/// Counts the operations of the given vendors, or of all vendors.
///
/// Fails if an operation is missing from one of the counts, or if the test of a vendor fails.
pub fn run(root: &Path, vendors: &[String]) -> Result<()> {
    let documents = documents(root, vendors)?;
    let mut headings = vec!["vendor", "in the spec", "generated"];
    headings.extend(RUNS.map(|(heading, _)| heading));
    let mut table = vec![row(headings.iter().map(ToString::to_string))];
    let mut short = Vec::new();
    for document in &documents {
        let api = Api::read(&document.vendor, &document.root);
        let known: BTreeSet<&str> = api.operations.iter().map(|known| known.id).collect();
        let (lines, passed) = run_test(root, &document.vendor)?;
        if !passed {
            short.push(format!(
                "{}: the test that calls every operation fails",
                api.vendor
            ));
        }
        let mut cells = vec![api.vendor.to_owned(), known.len().to_string()];
        let generated = methods(root, &document.vendor)?;
        let columns = RUNS.map(|(heading, way)| (heading, seen(&lines, way)));
        for (heading, found) in [("generated", generated)].into_iter().chain(columns) {
            let missing: Vec<&str> = known
                .iter()
                .filter(|id| !found.contains(**id))
                .copied()
                .collect();
            cells.push(share(known.len() - missing.len(), known.len()));
            if !missing.is_empty() {
                short.push(format!(
                    "{}, {heading}: missing {}",
                    api.vendor,
                    missing.join(", ")
                ));
            }
        }
        table.push(row(cells.into_iter()));
    }
    println!("{}", table.join("\n"));
    if !short.is_empty() {
        bail!("not every operation is covered\n  {}", short.join("\n  "));
    }
    Ok(())
}

/// Returns the names of the public methods in a vendor's generated code.
fn methods(root: &Path, vendor: &str) -> Result<BTreeSet<String>> {
    let method = Regex::new(r"(?m)^    pub fn ([a-z0-9_]+)")?;
    let folder = root.join(format!("crates/{vendor}-sdk/src/generated"));
    let mut names = BTreeSet::new();
    let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let found = method.captures_iter(&text);
            names.extend(found.map(|found| found[1].to_owned()));
        }
    }
    Ok(names)
}

/// Runs a vendor's test of every operation; returns its output and whether it passed.
fn run_test(root: &Path, vendor: &str) -> Result<(Vec<String>, bool)> {
    let manifest = root.join(format!("crates/{vendor}-sdk/Cargo.toml"));
    let features = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root)
        .args(["test", "--quiet", "--test", "every_operation", "--package"])
        .arg(format!("{vendor}-sdk"));
    if features.lines().any(|line| line.starts_with("internal =")) {
        command.args(["--features", "internal"]);
    }
    command.args(["--", "--nocapture", "--test-threads", "1"]);
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.context("cannot run cargo test")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().map(str::to_owned).collect();
    Ok((lines, output.status.success()))
}

/// Returns the operations in the lines of one run, except those with a failed call.
fn seen(lines: &[String], way: &str) -> BTreeSet<String> {
    let (mut called, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        // The test runner prints a dot per test without a line break.
        let words: Vec<&str> = line.trim_start_matches('.').split(' ').collect();
        let (word, id) = match words[..] {
            [word, id, ..] if way.is_empty() => (word, id),
            [first, word, id, ..] if first == way => (word, id),
            _ => continue,
        };
        match word {
            "ok" => called.insert(id.to_owned()),
            "failed" => failed.insert(id.to_owned()),
            _ => continue,
        };
    }
    called.difference(&failed).cloned().collect()
}

fn share(part: usize, whole: usize) -> String {
    // Round down, so that "all but one" isn't 100%.
    let percent = (part * 100).checked_div(whole).unwrap_or(100);
    format!("{part} ({percent}%)")
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let row: String = cells.map(|cell| format!("{cell:14}")).collect();
    row.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(way: &str) -> Vec<String> {
        let lines = [
            "running 2 tests",
            "ok get_thing GET /things/{id} 200",
            "failed get_token POST /token 401",
            ".table ok list_things GET /things 200",
            "table failed get_token POST /token -",
            "error ok get_thing GET /things/{id} 404",
            "error failed get_thing GET /things/{id} 500",
            "test result: ok. 2 passed",
        ];
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        seen(&lines, way).into_iter().collect()
    }

    #[test]
    fn each_run_counts_only_its_own_lines_and_a_failure_excludes_the_operation() {
        assert_eq!(ids(""), ["get_thing"]);
        assert_eq!(ids("table"), ["list_things"]);
        assert!(ids("error").is_empty());
    }

    #[test]
    fn a_share_is_rounded_down() {
        assert_eq!(share(137, 138), "137 (99%)");
        assert_eq!(share(0, 0), "0 (100%)");
    }
}
