//! Debt of an imported spec: its house findings. A baseline file records these findings.
//! Between imports, their number can only decrease.
//!
//! The file records a fingerprint of the text of each finding, without its line number. Therefore,
//! edits elsewhere in the spec do not affect the file, and new findings are reported even if the
//! same number of old findings were fixed.

use crate::spec::finding::Finding;
use crate::spec::load::Document;
use crate::spec::rule::{Level, Rule};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Extension that marks documents written by `cargo xtask import`.
const IMPORTED: &str = "x-sdk-imported";

const HEAD: &str = "\
# Findings of house rules in this imported spec: the number of findings per rule, and a fingerprint of each finding.
# `cargo xtask lint` fails if a finding is not recorded here. `cargo xtask lint --lower-baseline` and `cargo xtask generate` remove
# findings that no longer occur. Only an import adds findings.
";

/// Number of digits of a fingerprint.
const DIGITS: usize = 8;

/// Recorded findings: the fingerprints per rule, and the number of findings with each fingerprint.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Debt {
    rules: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Returns whether house findings in the document are debt.
pub(crate) fn is_imported(document: &Document) -> bool {
    document.root.get(IMPORTED) == Some(&Value::Bool(true))
}

/// Returns the path of a vendor's baseline file, relative to the workspace root.
pub(crate) fn path(vendor: &str) -> PathBuf {
    Path::new("specs").join(vendor).join("debt.toml")
}

/// Returns the findings of an imported spec that its baseline lacks, and the lowered baseline if
/// findings were fixed.
pub(super) fn settle(
    root: &Path,
    vendor: &str,
    findings: Vec<Finding>,
) -> Result<(Vec<Finding>, Option<Debt>)> {
    let path = path(vendor);
    let text = match fs::read_to_string(root.join(&path)) {
        Ok(text) => text,
        // Without a baseline, every finding of a house rule is new.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let known = Debt::read(&text).with_context(|| {
        let to_do = "restore it from version control, or import the document again";
        format!("cannot read {} ({to_do})", path.display())
    })?;
    let (new, left) = known.split_off_new(findings);
    let is_lower = left != known;
    Ok((new, is_lower.then_some(left)))
}

impl Debt {
    /// Returns the debt for findings. Findings of correctness rules are not debt.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let mut debt = Self::default();
        for finding in findings {
            if finding.level == Level::House {
                debt.add(finding.rule, fingerprint(finding));
            }
        }
        debt
    }

    fn add(&mut self, rule: &str, fingerprint: String) {
        let known = self.rules.entry(rule.to_owned()).or_default();
        *known.entry(fingerprint).or_default() += 1;
    }

    /// Returns the number of findings.
    pub(crate) fn count(&self) -> usize {
        self.rules.values().flat_map(BTreeMap::values).sum()
    }

    /// Returns the findings that are not part of the debt, and the part of the debt that remains.
    pub(crate) fn split_off_new(&self, findings: Vec<Finding>) -> (Vec<Finding>, Self) {
        let mut left = Self::default();
        let mut new = Vec::new();
        for finding in findings {
            let print = fingerprint(&finding);
            let count = |debt: &Self| {
                let known = debt.rules.get(finding.rule);
                known.and_then(|known| known.get(&print)).copied()
            };
            let is_known = finding.level == Level::House
                && count(&left).unwrap_or(0) < count(self).unwrap_or(0);
            match is_known {
                true => left.add(finding.rule, print),
                false => new.push(finding),
            }
        }
        (new, left)
    }

    /// Returns the text of the baseline file. Each line contains the fingerprints with the same
    /// first digit, so that few lines change at a time.
    pub(crate) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (rule, prints) in &self.rules {
            let count: usize = prints.values().sum();
            text.push_str(&format!("\n[{rule}]\ncount = {count}\nfindings = \"\"\"\n"));
            let mut first = None;
            for (print, count) in prints {
                for _ in 0..*count {
                    if first.is_some() {
                        let starts_line = first != print.chars().next();
                        text.push(if starts_line { '\n' } else { ' ' });
                    }
                    first = print.chars().next();
                    text.push_str(print);
                }
            }
            text.push_str("\n\"\"\"\n");
        }
        text
    }

    fn read(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("not TOML")?;
        let mut debt = Self::default();
        for (rule, entry) in table {
            let is_house = |known: &&Rule| known.name() == rule && known.level() == Level::House;
            if !Rule::ALL.iter().any(|known| is_house(&known)) {
                bail!("`{rule}` is not a house rule");
            }
            let prints = entry.get("findings").and_then(toml::Value::as_str);
            let prints = prints.with_context(|| format!("`{rule}` has no string `findings`"))?;
            let mut counted = 0;
            for print in prints.split_whitespace() {
                let is_hex = print.bytes().all(|byte| byte.is_ascii_hexdigit());
                ensure!(
                    print.len() == DIGITS && is_hex,
                    "`{print}` of `{rule}` is not a fingerprint"
                );
                debt.add(&rule, print.to_owned());
                counted += 1;
            }
            let count = entry.get("count").and_then(toml::Value::as_integer);
            ensure!(
                count == Some(counted),
                "`count` of `{rule}` must be {counted}, the number of its fingerprints"
            );
        }
        Ok(debt)
    }
}

/// Returns a hash of a finding's text, without its line number.
fn fingerprint(finding: &Finding) -> String {
    let digest = Sha256::digest(finding.what.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::finding::Place;

    fn finding(rule: Rule, line: usize, what: &str) -> Finding {
        let place = Place {
            file: "specs/acme/openapi.yaml".into(),
            line,
        };
        Finding::new(place, rule, what, "correct it")
    }

    fn undescribed(line: usize, what: &str) -> Finding {
        finding(Rule::MissingDescription, line, what)
    }

    #[test]
    fn a_recorded_finding_stays_debt_when_its_line_changes() {
        let debt = Debt::of(&[undescribed(3, "a"), undescribed(4, "b")]);
        let (new, left) = debt.split_off_new(vec![undescribed(9, "a"), undescribed(5, "b")]);
        assert_eq!(new, []);
        assert_eq!(left, debt);
    }

    #[test]
    fn a_new_finding_is_reported_even_if_an_old_one_was_fixed() {
        let debt = Debt::of(&[undescribed(3, "a"), undescribed(4, "b")]);
        let (new, left) = debt.split_off_new(vec![undescribed(3, "a"), undescribed(4, "c")]);
        assert_eq!(new, [undescribed(4, "c")]);
        assert_eq!(left, Debt::of(&[undescribed(3, "a")]));
    }

    #[test]
    fn a_second_finding_with_the_same_text_is_new() {
        let debt = Debt::of(&[undescribed(3, "a")]);
        let (new, left) = debt.split_off_new(vec![undescribed(3, "a"), undescribed(7, "a")]);
        assert_eq!(new, [undescribed(7, "a")]);
        assert_eq!(left, debt);
    }

    #[test]
    fn a_correctness_finding_is_never_debt() {
        let wrong = finding(Rule::UnresolvedRef, 3, "a");
        let debt = Debt::of(std::slice::from_ref(&wrong));
        assert_eq!(debt, Debt::default());
        assert_eq!(debt.split_off_new(vec![wrong.clone()]).0, [wrong]);
    }

    #[test]
    fn a_baseline_file_survives_a_round_trip() {
        let texts: Vec<String> = (0..200).map(|index| index.to_string()).collect();
        let mut findings: Vec<Finding> = texts.iter().map(|text| undescribed(1, text)).collect();
        findings.push(undescribed(2, "7"));
        findings.push(finding(Rule::InlineEnum, 1, "an enum"));
        let debt = Debt::of(&findings);
        assert_eq!(debt.count(), 202);
        let text = debt.text();
        assert_eq!(Debt::read(&text).unwrap(), debt);
        // There is one line per rule and first digit, and a few more lines per rule and at the top.
        assert!(text.lines().count() < 50, "{text}");
    }

    #[test]
    fn a_malformed_baseline_file_is_rejected() {
        for (text, why) in [
            ("[missing-description", "not TOML"),
            (
                "[unresolved-ref]\ncount = 0\nfindings = \"\"",
                "not a house rule",
            ),
            (
                "[inline-enum]\ncount = 1\nfindings = \"abc\"",
                "not a fingerprint",
            ),
            (
                "[inline-enum]\ncount = 2\nfindings = \"0123abcd\"",
                "must be 1, the number of its fingerprints",
            ),
            ("[inline-enum]\ncount = 0", "no string `findings`"),
        ] {
            let error = format!("{:#}", Debt::read(text).unwrap_err());
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
