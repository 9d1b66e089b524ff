//! A finding about a spec, with its location, rule, problem and advice.

use crate::spec::rule::{Level, Rule};
use std::fmt;
use std::sync::Arc;

/// A line of a spec file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Path relative to the workspace root, with forward slashes: `specs/<vendor>/<file>.yaml`.
    pub(crate) file: Arc<str>,
    /// Line number, starting at 1.
    pub(crate) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file, self.line)
    }
}

/// A problem in a spec. Findings are sorted by file, line, rule and text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) place: Place,
    pub(crate) rule: &'static str,
    pub(crate) what: String,
    pub(crate) what_to_do: String,
    /// Level of the rule, which determines whether the finding can be debt of an imported spec.
    pub(crate) level: Level,
}

impl Finding {
    pub(crate) fn new(
        place: Place,
        rule: Rule,
        what: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self {
            place,
            rule: rule.name(),
            what: what.into(),
            what_to_do: what_to_do.into(),
            level: rule.level(),
        }
    }
}

impl fmt::Display for Finding {
    /// Writes exactly one line, even if names in a spec contain control characters.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("{}: {} ({})", self.rule, self.what, self.what_to_do);
        write!(out, "{}: ", self.place)?;
        for character in line.chars() {
            if character.is_control() {
                write!(out, "{}", character.escape_default())?;
            } else {
                write!(out, "{character}")?;
            }
        }
        Ok(())
    }
}

/// Prints the findings in order and without duplicates, one per line, and returns the error that
/// ends the command. Returns `Ok` if there are no findings.
pub(crate) fn report(mut findings: Vec<Finding>, about: &str) -> anyhow::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort();
    findings.dedup();
    for finding in &findings {
        eprintln!("{finding}");
    }
    let count = findings.len();
    let noun = if count == 1 { "finding" } else { "findings" };
    anyhow::bail!("{count} {noun} {about}")
}
