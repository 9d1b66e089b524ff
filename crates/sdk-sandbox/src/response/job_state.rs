//! The state of jobs in answers.

use serde_json::{Value, json};

use crate::http::parameter_value::value_of;
use crate::http::wall_clock::unix_now;
use crate::json::plain_text::plain_text;
use crate::json::pointer::set;
use crate::records::new_key::new_key;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::rules::call_rules::JobRules;
use crate::state::store::{Place, Record};

/// Writes the state of a job into an answer that starts or polls it.
pub(crate) fn look_at_job(call: &CallContext<'_>, body: &mut Value) {
    if let Some((kind, rules)) = job_of(call, |rules| &rules.start)
        && rules.answer.is_none()
        && let Some(mut key) = body.pointer(&rules.key).map(plain_text)
    {
        let named = |r: &Resource| Some(&r.name) == rules.resource.as_ref();
        let resource = call.vendor.resources.all.iter().position(named);
        if let Some(index) = resource {
            key = new_key(call.vendor, call.request, call.lookup.resource(index));
            set(body, &rules.key, json!(key));
        }
        call.vendor.jobs.start(kind, &key);
        show(rules, body, 0);
        if let Some(index) = resource {
            let place = Place {
                scope: Vec::new(),
                key,
            };
            let record = Record {
                value: body.clone(),
                made_at: Some(unix_now()),
                ..Record::default()
            };
            // Without room for the record, the job is known by its key alone.
            let _ = call.vendor.store.put(index, place, record);
        }
    }
    if let Some((kind, rules)) = job_of(call, |rules| &rules.poll) {
        let parameter = call
            .operation
            .parameters
            .iter()
            .find(|p| p.name == rules.parameter);
        let key = parameter.and_then(|p| value_of(p, call.request, call.path));
        let step = key.map_or(usize::MAX, |key| {
            call.vendor.jobs.poll(kind, &plain_text(&key))
        });
        show(rules, body, step);
    }
}

/// The job that an operation starts or polls.
pub(crate) fn job_of<'s>(
    call: &CallContext<'s>,
    of: impl Fn(&JobRules) -> &Vec<String>,
) -> Option<(usize, &'s JobRules)> {
    let jobs = call.vendor.profile.jobs.iter().enumerate();
    let id = &call.operation.id;
    jobs.into_iter().find(|(_, rules)| of(rules).contains(id))
}

/// Writes a state into an answer.
pub(crate) fn show(rules: &JobRules, body: &mut Value, step: usize) {
    let last = rules.states.len().saturating_sub(1);
    if let Some(state) = rules.states.get(step.min(last)) {
        set(body, &rules.state, json!(state));
    }
    let facts = if step >= last {
        &rules.done
    } else {
        &rules.open
    };
    for (pointer, value) in facts {
        set(body, pointer, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::jobs::Jobs;

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
            show(&rules, &mut body, jobs.poll(0, "a"));
            seen.push(body);
        }
        let done = json!({ "state": "done", "end": 7 });
        assert_eq!(
            seen,
            [json!({ "state": "busy", "end": null }), done.clone(), done]
        );
    }
}
