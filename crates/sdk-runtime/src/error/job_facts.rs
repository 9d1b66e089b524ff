//! Facts about a job that the client started or waited for.

use crate::value::job_key::JobKey;

#[derive(Clone, Default)]
pub(super) struct JobFacts {
    pub(super) state: Option<String>,
    pub(super) key: Option<JobKey>,
    pub(super) find: Option<&'static str>,
}
