//! Results of a comparison: as text for the terminal, as Markdown for a changelog, and as JSON for
//! scripts.

use super::change::Change;
use super::revision::Base;
use super::rule::{Rule, Verdict};
use super::version;
use crate::name;
use semver::Version;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Comparison of one crate with its base.
pub(crate) struct Report {
    pub(super) vendor: String,
    /// Revision that the crate is compared with; `None` if no commit contains the crate yet.
    pub(super) base: Option<Base>,
    /// Version in the working tree.
    pub(super) version: Version,
    /// Changes, most severe first.
    pub(super) changes: Vec<Change>,
    /// Reason for skipping the comparison.
    pub(super) skipped: Option<String>,
}

impl Report {
    pub(super) fn crate_name(&self) -> String {
        name::package(&self.vendor)
    }

    /// Returns the verdict of the most severe change; `Documentation` if there are no changes.
    fn verdict(&self) -> Verdict {
        self.changes
            .iter()
            .map(Change::verdict)
            .max()
            .unwrap_or(Verdict::Documentation)
    }

    /// Returns the lowest version that Cargo's rules allow for the changes. Returns `None` if the
    /// base has no released version of the crate.
    pub(super) fn needed(&self) -> Option<Version> {
        let base = self.base.as_ref().filter(|base| base.is_released)?;
        Some(version::needed(base.version.as_ref()?, self.verdict()))
    }

    /// Returns whether the version in the working tree is high enough for the changes.
    pub(super) fn follows(&self) -> bool {
        let base = self.base.as_ref().filter(|base| base.is_released);
        let base = base.and_then(|base| base.version.as_ref());
        base.is_none_or(|base| version::follows(base, &self.version, self.verdict()))
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.changes
            .iter()
            .filter(|change| change.verdict() == verdict)
            .count()
    }

    /// Returns one line per change, and a last line with the conclusion.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for change in &self.changes {
            let _ = writeln!(out, "{change}");
        }
        let _ = writeln!(out, "{}: {}", self.crate_name(), self.conclusion());
        out
    }

    fn conclusion(&self) -> String {
        let Some(base) = &self.base else {
            return "not committed yet, so there is nothing to compare with".to_owned();
        };
        let since = format!("since {}", base.name);
        if let Some(why) = &self.skipped {
            return format!("not compared with {}: {why}", base.name);
        }
        let counts = format!(
            "{} breaking, {} compatible, {} documentation-only {since}",
            self.count(Verdict::Breaking),
            self.count(Verdict::Compatible),
            self.count(Verdict::Documentation)
        );
        let version = &self.version;
        match (self.needed(), &base.version) {
            (None, None) => format!("{counts}; the crate did not exist at that revision"),
            (None, Some(_)) => format!(
                "{counts}; {version} is not tagged, so nobody depends on it and any change is allowed"
            ),
            (Some(needed), _) if self.follows() => {
                format!("{counts}; requires {needed}, has {version}")
            }
            (Some(needed), _) => format!(
                "{counts}; requires {needed}, has {version}: raise `version` in crates/{}/Cargo.toml and in the root Cargo.toml",
                self.crate_name()
            ),
        }
    }

    /// Returns the changelog entry: breaking changes, additions, other compatible changes, and
    /// documentation.
    pub(super) fn changelog(&self) -> String {
        let next = self
            .needed()
            .unwrap_or_else(|| self.version.clone())
            .max(self.version.clone());
        let mut out = format!("## {next} (unreleased)\n");
        for (heading, is_part) in [
            ("Breaking", is_breaking as fn(&Change) -> bool),
            ("Added", |change| {
                change.verdict() == Verdict::Compatible && is_addition(change.rule)
            }),
            ("Changed", |change| {
                change.verdict() == Verdict::Compatible && !is_addition(change.rule)
            }),
        ] {
            let lines: Vec<&Change> = self
                .changes
                .iter()
                .filter(|change| is_part(change))
                .collect();
            if lines.is_empty() {
                continue;
            }
            let _ = write!(out, "\n### {heading}\n\n");
            for change in lines {
                let _ = writeln!(
                    out,
                    "- `{}`: {}.",
                    markdown(&change.subject),
                    markdown(&change.what)
                );
            }
        }
        if self.count(Verdict::Documentation) > 0 {
            let _ = write!(out, "\n### Documentation\n\n");
            let subjects = self
                .changes
                .iter()
                .filter(|change| change.verdict() == Verdict::Documentation);
            let subjects: Vec<String> = subjects
                .map(|change| format!("`{}`", markdown(&change.subject)))
                .collect();
            let _ = writeln!(
                out,
                "- Changed descriptions, examples or bounds of {}.",
                subjects.join(", ")
            );
        }
        out
    }

    pub(super) fn json(&self) -> Value {
        let changes = self.changes.iter().map(|change| {
            json!({
                "rule": change.rule.name(),
                "verdict": change.verdict().word(),
                "breaking": change.verdict() == Verdict::Breaking,
                "subject": change.subject,
                "what": change.what,
                "why": change.rule.why(),
                "file": change.place.file.as_ref(),
                "line": change.place.line,
                "in_base": change.at_base,
            })
        });
        let base = self.base.as_ref().map(|base| {
            json!({
                "commit": base.commit,
                "name": base.name,
                "version": base.version.as_ref().map(Version::to_string),
                "released": base.is_released,
            })
        });
        json!({
            "vendor": self.vendor,
            "crate": self.crate_name(),
            "base": base,
            "version": self.version.to_string(),
            "verdict": self.verdict().word(),
            "needs": self.needed().map(|version| version.to_string()),
            "follows": self.follows(),
            "skipped": self.skipped,
            "changes": changes.collect::<Vec<_>>(),
        })
    }
}

fn is_breaking(change: &Change) -> bool {
    change.verdict() == Verdict::Breaking
}

fn is_addition(rule: Rule) -> bool {
    rule.name().ends_with("-added")
}

/// Formats text from a document as one line of Markdown.
fn markdown(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect()
}
