//! Key of a job that runs at a vendor.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Key of a job, with all the data that another process needs to wait for the job.
///
/// Store it as a string (`to_string`, `parse`) or with serde, and pass it to `Client::resume`. It
/// contains no credentials. However, anyone with access to the account can use it to fetch the
/// job's result. `Debug` shows only the operation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobKey {
    /// Id of the operation that started the job.
    pub(crate) operation: String,
    /// Arguments of the operation that reads the job.
    pub(crate) poll: BTreeMap<String, String>,
    /// Arguments of the operation that fetches the result.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) result: BTreeMap<String, String>,
}

impl JobKey {
    /// Returns the id of the operation that started the job.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the value of a parameter of the operation that reads the job.
    ///
    /// `name` is the parameter's name in the OpenAPI document.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.poll.get(name).map(String::as_str)
    }
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobKey")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl FromStr for JobKey {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
