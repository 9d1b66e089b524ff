//! Jobs that advance state by state after the response to the call that started them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::state::occasion::Occasion;
use crate::state::store::Place;

/// Maximum number of jobs that are kept.
const MAX_JOBS: usize = 10_000;

/// A job and its current state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Job {
    /// States in order.
    pub(crate) states: Arc<[String]>,
    /// Index of the current state.
    pub(crate) step: usize,
    /// Record with the state: the index of its collection, and its location.
    pub(crate) record: Option<(usize, Place)>,
    /// Content of the job's own record apart from the state.
    pub(crate) base: Option<Arc<Value>>,
    /// Call that started the job.
    pub(crate) occasion: Arc<Occasion>,
}

impl Job {
    pub(crate) fn state(&self) -> &str {
        self.states.get(self.step).map_or("", String::as_str)
    }

    pub(crate) fn is_final(&self) -> bool {
        self.step + 1 >= self.states.len()
    }
}

/// Jobs of a vendor, by kind and key.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<HashMap<(usize, String), Job>>);

impl Jobs {
    fn jobs(&self) -> MutexGuard<'_, HashMap<(usize, String), Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a new job. If a job with the same kind and key exists, replaces it. Drops the new job
    /// if there are too many.
    pub(crate) fn start(&self, kind: usize, key: &str, job: Job) {
        let mut jobs = self.jobs();
        let place = (kind, key.to_owned());
        if jobs.len() < MAX_JOBS || jobs.contains_key(&place) {
            jobs.insert(place, job);
        }
    }

    /// Finds a job. Returns `None` if the job is unknown.
    pub(crate) fn find(&self, kind: usize, key: &str) -> Option<Job> {
        self.jobs().get(&(kind, key.to_owned())).cloned()
    }

    /// Advances a job by one state and returns the job, or `None` if it has ended or is unknown.
    pub(crate) fn advance(&self, kind: usize, key: &str) -> Option<Job> {
        let mut jobs = self.jobs();
        let job = jobs.get_mut(&(kind, key.to_owned()))?;
        if job.is_final() {
            return None;
        }
        job.step += 1;
        Some(job.clone())
    }

    /// Returns the kinds and keys of the unfinished jobs.
    pub(crate) fn open(&self) -> Vec<(usize, String)> {
        let jobs = self.jobs();
        let open = jobs.iter().filter(|(_, job)| !job.is_final());
        let mut open: Vec<_> = open.map(|(place, _)| place.clone()).collect();
        open.sort();
        open
    }

    pub(crate) fn clear(&self) {
        self.jobs().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_advances_through_its_states_and_stays_in_the_last() {
        let jobs = Jobs::default();
        let states = ["new", "busy", "done"].map(str::to_owned).into();
        jobs.start(
            0,
            "a",
            Job {
                states,
                ..Job::default()
            },
        );
        let next = || jobs.advance(0, "a").map(|job| job.state().to_owned());
        assert_eq!(next().as_deref(), Some("busy"));
        assert_eq!(jobs.open(), [(0, "a".to_owned())]);
        assert_eq!(next().as_deref(), Some("done"));
        assert_eq!(next(), None);
        assert_eq!(
            jobs.find(0, "a")
                .map(|job| job.state().to_owned())
                .as_deref(),
            Some("done")
        );
        assert!(jobs.open().is_empty() && jobs.find(1, "a").is_none());
    }
}
