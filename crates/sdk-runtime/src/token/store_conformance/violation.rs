//! Result of a failed check.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// Reason why a check failed: a rule that the store violates, an error of the store, or a failure
/// of a process or task that the check runs.
pub struct Violation(String);

impl Violation {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// Adds the round and seed for repeating the check.
    pub(super) fn in_round(self, round: u32, seed: u64) -> Self {
        Self(format!("{} (round {round}, seed {seed})", self.0))
    }
}

impl From<Error> for Violation {
    fn from(error: Error) -> Self {
        Self(format!("the store failed: {error}"))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

/// Maximum time for a store operation that must not wait.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn soon<T>(
    what: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Violation> {
    match tokio::time::timeout(OPERATION_TIMEOUT, work).await {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(Violation::new(format!(
            "{what} took longer than {OPERATION_TIMEOUT:?}"
        ))),
    }
}
