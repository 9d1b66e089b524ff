//! The steps of a run, and the outcome of one document.

use super::sample::SampledDocument;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The steps of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Stage {
    /// `cargo xtask import` writes the spec.
    Import,
    /// `cargo xtask new` creates the crate: lint and the generator accept the spec.
    Generate,
    /// The crate compiles, with its tests and examples.
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
    /// Processor time in milliseconds and peak memory in bytes of each step, by name of the step.
    pub(super) steps: BTreeMap<String, (u64, u64)>,
    /// The failed step, and its first error.
    pub(super) failed: Option<(String, String)>,
    /// Cost of `cargo check` on the library, by generator: time in milliseconds and peak memory in
    /// bytes, or the error if the generator or the check failed.
    pub(super) libraries: BTreeMap<String, Result<(u64, u64), String>>,
}

/// Name of our own generator in `libraries`.
pub(super) const OURS: &str = "xtask";

impl Outcome {
    pub(super) fn new(drawn: &SampledDocument) -> Self {
        Self {
            path: drawn.path.clone(),
            size: drawn.size,
            operations: drawn.operations,
            steps: BTreeMap::new(),
            failed: None,
            libraries: BTreeMap::new(),
        }
    }

    /// Returns whether a step ran.
    pub(super) fn has(&self, stage: Stage) -> bool {
        self.steps.contains_key(stage.name())
    }

    /// Returns whether a step ran without an error.
    pub(super) fn passed(&self, stage: Stage) -> bool {
        let failed = self.failed.as_ref().map(|(stage, _)| stage.as_str());
        self.has(stage) && failed != Some(stage.name())
    }

    /// Returns the time in milliseconds and the peak memory in bytes of `cargo check` on a
    /// generator's library; `None` if the generator or the check failed or didn't run.
    pub(super) fn cost(&self, generator: &str) -> Option<(u64, u64)> {
        let library = self.libraries.get(generator)?;
        library.as_ref().ok().copied()
    }

    /// Returns the outcome as JSON, which becomes one line of the record file.
    pub(super) fn to_json(&self) -> Value {
        let libraries = self.libraries.iter().map(|(name, library)| {
            let library = match library {
                Ok((time, memory)) => json!([time, memory]),
                Err(why) => json!(why),
            };
            (name.clone(), library)
        });
        json!({
            "path": self.path,
            "size": self.size,
            "operations": self.operations,
            "steps": self.steps,
            "failed": self.failed,
            "libraries": libraries.collect::<Map<_, _>>(),
        })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let mut steps = BTreeMap::new();
        for (name, step) in value["steps"].as_object()? {
            steps.insert(name.clone(), (step[0].as_u64()?, step[1].as_u64()?));
        }
        let mut libraries = BTreeMap::new();
        for (name, library) in value["libraries"].as_object()? {
            let library = match library.as_str() {
                Some(why) => Err(why.to_owned()),
                None => Ok((library[0].as_u64()?, library[1].as_u64()?)),
            };
            libraries.insert(name.clone(), library);
        }
        let failed = &value["failed"];
        let failed = failed[0].as_str().zip(failed[1].as_str());
        Some(Self {
            path: value["path"].as_str()?.to_owned(),
            size: value["size"].as_u64()?,
            operations: usize::try_from(value["operations"].as_u64()?).ok()?,
            steps,
            failed: failed.map(|(stage, error)| (stage.to_owned(), error.to_owned())),
            libraries,
        })
    }

    /// Returns the outcome as one line of text.
    pub(super) fn line(&self) -> String {
        let mut text = format!("{} ({} operations):", self.path, self.operations);
        for stage in Stage::ALL {
            if let Some((time, memory)) = self.steps.get(stage.name()) {
                let seconds = *time as f64 / 1e3;
                let gigabytes = *memory as f64 / 1e9;
                let _ = write!(text, " {} {seconds:.1} s {gigabytes:.2} GB", stage.name());
            }
        }
        for (name, library) in &self.libraries {
            let _ = match library {
                Ok((time, _)) => write!(text, " {name} {:.1} s", *time as f64 / 1e3),
                Err(_) => write!(text, " {name} failed"),
            };
        }
        if let Some((stage, error)) = &self.failed {
            let _ = write!(text, " -- {stage} FAILED: {error}");
        }
        text
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
            libraries: BTreeMap::new(),
        }
    }

    #[test]
    fn an_outcome_survives_a_json_round_trip() {
        let mut compared = outcome("c.json", None, &["import"]);
        compared.libraries = BTreeMap::from([
            (OURS.to_owned(), Ok((1500, 2_000_000))),
            ("peer 1.0.0".to_owned(), Err("does not compile".to_owned())),
        ]);
        for outcome in [
            outcome("a.json", None, &["import"]),
            outcome("b.json", Some(("check", "no")), &["import", "check"]),
            compared,
        ] {
            assert_eq!(Outcome::from_json(&outcome.to_json()), Some(outcome));
        }
    }
}
