//! Report of a suite, with one line per call and a list of failed calls.

use sdk_runtime::{Error, Operation, StatusCode};

/// Results of a suite's calls.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per call, in the format `ok|failed <operation_id> <METHOD> <path> <status>`.
    ///
    /// Each line starts with the name of the suite, which is empty for typed calls.
    pub lines: Vec<String>,
    /// Failed calls, each with its error.
    pub failed: Vec<String>,
    /// Calls without a response.
    pub unanswered: Vec<String>,
    /// Whether the server is the sandbox.
    pub own: bool,
    /// Prefix of each line.
    suite: &'static str,
}

impl Report {
    pub(crate) fn new(suite: &'static str, own: bool) -> Self {
        Self {
            suite,
            own,
            ..Self::default()
        }
    }

    /// Fails unless every call received a response.
    ///
    /// If the server is the sandbox, every call must also have had the expected result.
    ///
    /// # Errors
    ///
    /// Returns the calls that caused the failure, one per line.
    pub fn verdict(&self) -> Result<(), String> {
        let wrong = if self.own {
            &self.failed
        } else {
            &self.unanswered
        };
        if wrong.is_empty() {
            return Ok(());
        }
        Err(format!("{} failed:\n{}", wrong.len(), wrong.join("\n")))
    }

    /// Records the result of a call and prints its line.
    pub(crate) fn note(
        &mut self,
        operation: &Operation,
        media: &str,
        outcome: Result<StatusCode, Error>,
    ) {
        let status = match &outcome {
            Ok(status) => Some(*status),
            Err(error) => error.status(),
        };
        let line = self.line(operation, outcome.is_ok(), status);
        if let Err(error) = outcome {
            let told = format!("{line} ({media}): {error}");
            if error.status().is_none() {
                self.unanswered.push(told.clone());
            }
            self.failed.push(told);
        }
    }

    /// Prints and stores a line.
    pub(crate) fn line(
        &mut self,
        operation: &Operation,
        ok: bool,
        status: Option<StatusCode>,
    ) -> String {
        let word = if ok { "ok" } else { "failed" };
        let status = status.map_or_else(|| "-".to_owned(), |status| status.as_str().to_owned());
        let (id, method, path) = (operation.id, operation.method, operation.path);
        let line = format!("{}{word} {id} {method} {path} {status}", self.suite);
        println!("{line}");
        self.lines.push(line.clone());
        line
    }
}
