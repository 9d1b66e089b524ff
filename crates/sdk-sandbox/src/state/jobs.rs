//! Work that goes on after its call was answered: every look at it finds it one step further.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::json::pointer::set;

/// How many pieces of work are followed.
const FOLLOWED: usize = 10_000;

/// A kind of work, from its beginning to its end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRules {
    /// The operations that begin it, of which only calls with this query parameter where one is named.
    pub(crate) start: Vec<String>,
    #[serde(default)]
    pub(crate) when: Option<(String, String)>,
    /// The collection that it is a record of.
    #[serde(default)]
    pub(crate) resource: Option<String>,
    /// The operations that look at it.
    pub(crate) poll: Vec<String>,
    /// Where the answer of the beginning has the key.
    pub(crate) key: String,
    /// The parameter of the look that carries the key.
    pub(crate) parameter: String,
    /// Where answers have the state.
    pub(crate) state: String,
    /// From the first to the last.
    pub(crate) states: Vec<String>,
    /// What else is so in the last state, by pointer; and in those before it.
    #[serde(default)]
    pub(crate) done: Map<String, Value>,
    #[serde(default)]
    pub(crate) open: Map<String, Value>,
    /// The body of the beginning, where the document describes another one.
    #[serde(default)]
    pub(crate) answer: Option<Value>,
}

/// How far the work of a vendor is, by kind and key.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<HashMap<(usize, String), usize>>);

impl Jobs {
    /// Begins work under a key.
    pub(crate) fn start(&self, kind: usize, key: &str) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.len() < FOLLOWED {
            jobs.insert((kind, key.to_owned()), 0);
        }
    }

    /// Goes one step on. Work that nobody began here is done.
    pub(crate) fn poll(&self, kind: usize, key: &str) -> usize {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.get_mut(&(kind, key.to_owned())) {
            Some(step) => {
                *step = step.saturating_add(1);
                *step
            }
            None => usize::MAX,
        }
    }

    pub(crate) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl JobRules {
    /// Writes a state into an answer.
    pub(crate) fn show(&self, body: &mut Value, step: usize) {
        let last = self.states.len().saturating_sub(1);
        if let Some(state) = self.states.get(step.min(last)) {
            set(body, &self.state, json!(state));
        }
        let facts = if step >= last { &self.done } else { &self.open };
        for (pointer, value) in facts {
            set(body, pointer, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_finds_it_one_step_further() {
        let rules: JobRules = serde_json::from_value(json!({
            "start": ["begin"], "poll": ["look"], "key": "/id", "parameter": "id",
            "state": "/state", "states": ["new", "busy", "done"], "open": { "/end": null }, "done": { "/end": 7 },
        }))
        .unwrap();
        let jobs = Jobs::default();
        jobs.start(0, "a");
        let mut seen = Vec::new();
        for _ in 0..3 {
            let mut body = json!({});
            rules.show(&mut body, jobs.poll(0, "a"));
            seen.push(body);
        }
        let done = json!({ "state": "done", "end": 7 });
        assert_eq!(
            seen,
            [json!({ "state": "busy", "end": null }), done.clone(), done]
        );
    }
}
