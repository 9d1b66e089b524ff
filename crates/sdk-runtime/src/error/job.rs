//! Methods of an error about a job.

use std::sync::Arc;

use crate::error::Error;
use crate::error::job_facts::JobFacts;
use crate::value::job_key::JobKey;

impl Error {
    /// Returns the last state of the job, in the vendor's spelling.
    pub fn job_state(&self) -> Option<&str> {
        self.0.job.as_ref()?.state.as_deref()
    }

    /// Returns the key of the started job.
    ///
    /// The job may still be running. To wait for it again, pass the key to `Client::resume`.
    pub fn job_key(&self) -> Option<&JobKey> {
        self.0.job.as_ref()?.key.as_ref()
    }

    /// Returns how to find out whether the call took effect.
    ///
    /// The value is a sentence fragment that mentions the operations to call. It is `None` if the
    /// vendor offers no such operation, or if [`is_maybe_applied`](Self::is_maybe_applied) is
    /// false.
    pub fn how_to_find_job(&self) -> Option<&'static str> {
        let of_job = self.0.job.as_ref().and_then(|job| job.find);
        let operation = self.0.operation.filter(|_| self.is_maybe_applied());
        of_job
            .or_else(|| operation?.how_to_find())
            .filter(|find| !find.is_empty())
    }

    pub(crate) fn with_job_state(self, state: &str) -> Self {
        self.with_job(|job| job.state = Some(state.to_owned()))
    }

    pub(crate) fn with_job_key(self, key: &JobKey) -> Self {
        self.with_job(|job| job.key = Some(key.clone()))
    }

    pub(crate) fn with_how_to_find_job(self, find: &'static str) -> Self {
        self.with_job(|job| job.find = Some(find))
    }

    fn with_job(mut self, change: impl FnOnce(&mut JobFacts)) -> Self {
        change(Arc::make_mut(self.edit().job.get_or_insert_default()));
        self
    }
}
