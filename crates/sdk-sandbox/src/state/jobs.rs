//! Jobs, which go on after their call was answered, state by state.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::state::occasion::Occasion;
use crate::state::store::Place;

/// The most jobs that are followed.
const FOLLOWED: usize = 10_000;

/// A job that goes on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Job {
    /// Its states, from the first to the last.
    pub(crate) states: Arc<[String]>,
    /// The state that it is in.
    pub(crate) step: usize,
    /// The record whose state it is: the number of its collection, and its place.
    pub(crate) record: Option<(usize, Place)>,
    /// What the record of a job of its own says apart from the state.
    pub(crate) base: Option<Arc<Value>>,
    /// What started it.
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

/// The jobs of a vendor, by kind and key.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<HashMap<(usize, String), Job>>);

impl Jobs {
    fn jobs(&self) -> MutexGuard<'_, HashMap<(usize, String), Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a job under a key, in place of one of the same key.
    pub(crate) fn start(&self, kind: usize, key: &str, job: Job) {
        let mut jobs = self.jobs();
        let place = (kind, key.to_owned());
        if jobs.len() < FOLLOWED || jobs.contains_key(&place) {
            jobs.insert(place, job);
        }
    }

    /// A job as it is; none if it was not started here.
    pub(crate) fn find(&self, kind: usize, key: &str) -> Option<Job> {
        self.jobs().get(&(kind, key.to_owned())).cloned()
    }

    /// Takes a job one step further and returns it; none if it has ended.
    pub(crate) fn advance(&self, kind: usize, key: &str) -> Option<Job> {
        let mut jobs = self.jobs();
        let job = jobs.get_mut(&(kind, key.to_owned()))?;
        if job.is_final() {
            return None;
        }
        job.step += 1;
        Some(job.clone())
    }

    /// The kinds and keys of the jobs that have not ended.
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
    fn a_job_goes_through_its_states_and_stays_in_the_last() {
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
