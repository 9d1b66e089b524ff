//! Outcome of one document, and the table of all.

use super::sample::{Drawn, Rule};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The steps that a document takes, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Stage {
    /// `cargo xtask import` writes the spec.
    Import,
    /// `cargo xtask new` makes the crate: lint takes the spec, and so does the generator.
    Generate,
    /// The crate compiles with its tests.
    Check,
    /// The tests of the crate pass.
    Test,
}

impl Stage {
    pub(super) const ALL: [Self; 4] = [Self::Import, Self::Generate, Self::Check, Self::Test];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Generate => "generate",
            Self::Check => "check",
            Self::Test => "test",
        }
    }
}

/// Outcome of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) operations: usize,
    /// Time in milliseconds and peak memory in bytes of each step.
    pub(super) steps: BTreeMap<String, (u64, u64)>,
    /// The failed step, and its first error.
    pub(super) failed: Option<(String, String)>,
}

impl Outcome {
    pub(super) fn new(drawn: &Drawn) -> Self {
        Self {
            path: drawn.path.clone(),
            size: drawn.size,
            operations: drawn.operations,
            steps: BTreeMap::new(),
            failed: None,
        }
    }

    /// Whether a step was taken.
    pub(super) fn has(&self, stage: Stage) -> bool {
        self.steps.contains_key(stage.name())
    }

    /// Whether a step was taken without an error.
    fn passed(&self, stage: Stage) -> bool {
        let failed = self.failed.as_ref().map(|(stage, _)| stage.as_str());
        self.has(stage) && failed != Some(stage.name())
    }

    /// One line of the record of a run.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "path": self.path,
            "size": self.size,
            "operations": self.operations,
            "steps": self.steps,
            "failed": self.failed,
        })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let mut steps = BTreeMap::new();
        for (name, step) in value["steps"].as_object()? {
            steps.insert(name.clone(), (step[0].as_u64()?, step[1].as_u64()?));
        }
        let failed = &value["failed"];
        let failed = failed[0].as_str().zip(failed[1].as_str());
        Some(Self {
            path: value["path"].as_str()?.to_owned(),
            size: value["size"].as_u64()?,
            operations: usize::try_from(value["operations"].as_u64()?).ok()?,
            steps,
            failed: failed.map(|(stage, error)| (stage.to_owned(), error.to_owned())),
        })
    }

    /// The outcome on one line.
    pub(super) fn line(&self) -> String {
        let mut text = format!("{} ({} operations):", self.path, self.operations);
        for stage in Stage::ALL {
            if let Some((time, memory)) = self.steps.get(stage.name()) {
                let seconds = *time as f64 / 1e3;
                let gigabytes = *memory as f64 / 1e9;
                let _ = write!(text, " {} {seconds:.1} s {gigabytes:.2} GB", stage.name());
            }
        }
        if let Some((stage, error)) = &self.failed {
            let _ = write!(text, " -- {stage} FAILED: {error}");
        }
        text
    }
}

/// The result page: the rule, the totals, and a row per document in sample order.
pub(super) fn page(rule: &Rule, date: &str, outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "# Public documents\n\n\
         {date}: {} documents of the npm package `{}` {}, seed `{}`. `xtask/corpus/sample.toml` states the rule. To repeat it:\n\n\
         ```sh\n\
         npm pack {}@{} && tar xzf {}-{}.tgz\n\
         cargo xtask corpus package/api --until test --record\n\
         ```\n\n\
         | step | documents that pass it | operations in these |\n| --- | --- | --- |\n",
        outcomes.len(),
        rule.package,
        rule.version,
        rule.seed,
        rule.package,
        rule.version,
        rule.package,
        rule.version,
    );
    for stage in Stage::ALL {
        let taken = outcomes.iter().any(|one| one.has(stage));
        if taken {
            let passed: Vec<_> = outcomes.iter().filter(|one| one.passed(stage)).collect();
            let operations: usize = passed.iter().map(|one| one.operations).sum();
            let _ = writeln!(
                text,
                "| {} | {} | {operations} |",
                stage.name(),
                passed.len()
            );
        }
    }
    text.push_str(
        "\nTimes are seconds of the processors in one run of a debug build of xtask; `check` is `cargo check` of the crate with its tests \
         and example, dependencies apart, with the peak memory of its largest process.\n\n\
         | document | operations | import | generate | check | memory | first error |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for one in outcomes {
        let time = |stage: Stage| match one.steps.get(stage.name()) {
            Some((time, _)) => format!("{:.1}", *time as f64 / 1e3),
            None => String::new(),
        };
        let memory = match one.steps.get(Stage::Check.name()) {
            Some((_, memory)) => format!("{:.2} GB", *memory as f64 / 1e9),
            None => String::new(),
        };
        let error = match &one.failed {
            Some((stage, error)) => format!("{stage}: `{}`", in_a_cell(error)),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {memory} | {error} |",
            in_a_cell(&one.path),
            one.operations,
            time(Stage::Import),
            time(Stage::Generate),
            time(Stage::Check),
        );
    }
    text
}

/// A text that can't break a table cell or its code span, truncated.
fn in_a_cell(text: &str) -> String {
    let text = text.replace(['|', '`', '\n'], " ");
    match text.char_indices().nth(240) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(path: &str, failed: Option<(&str, &str)>, steps: &[&str]) -> Outcome {
        Outcome {
            path: path.to_owned(),
            size: 9,
            operations: 3,
            steps: steps
                .iter()
                .map(|name| ((*name).to_owned(), (1500, 2_000_000_000)))
                .collect(),
            failed: failed.map(|(stage, error)| (stage.to_owned(), error.to_owned())),
        }
    }

    #[test]
    fn the_page_counts_what_passed_each_step_and_has_the_errors() {
        let rule = Rule {
            package: "some-package".to_owned(),
            version: "1.0.0".to_owned(),
            seed: "seed".to_owned(),
            count: 2,
            named: Vec::new(),
        };
        let outcomes = [
            outcome("a.json", None, &["import", "generate", "check"]),
            outcome(
                "b.json",
                Some(("generate", "a `|` b")),
                &["import", "generate"],
            ),
        ];
        let page = page(&rule, "2026-01-31", &outcomes);
        for line in [
            "2026-01-31: 2 documents of the npm package `some-package` 1.0.0, seed `seed`. `xtask/corpus/sample.toml` states the rule. To repeat it:",
            "| import | 2 | 6 |",
            "| generate | 1 | 3 |",
            "| check | 1 | 3 |",
            "| a.json | 3 | 1.5 | 1.5 | 1.5 | 2.00 GB |  |",
            "| b.json | 3 | 1.5 | 1.5 |  |  | generate: `a     b` |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        assert!(!page.contains("| test |"), "{page}");
    }

    #[test]
    fn an_outcome_is_read_as_it_was_written() {
        for outcome in [
            outcome("a.json", None, &["import"]),
            outcome("b.json", Some(("check", "no")), &["import", "check"]),
        ] {
            assert_eq!(Outcome::from_json(&outcome.to_json()), Some(outcome));
        }
    }
}
