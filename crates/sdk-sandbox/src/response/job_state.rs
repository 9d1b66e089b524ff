//! Advances jobs, and writes their states to responses and records.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::http::parameter_value::value_of;
use crate::http::wall_clock::unix_now;
use crate::json::plain_text::plain_text;
use crate::json::pointer::set;
use crate::openapi::property::property;
use crate::records::new_key::new_key;
use crate::records::record_view::RecordView;
use crate::response::call_context::CallContext;
use crate::response::occasion::occasion;
use crate::rules::call_rules::{JobRules, OtherwiseRules};
use crate::state::jobs::Job;
use crate::state::occasion::Occasion;
use crate::state::store::{Place, Record};
use crate::state::vendor::Vendor;
use crate::webhooks::target::{resource, shown};
use crate::webhooks::trigger::{has_state_trigger, trigger};

/// Advances the polled job by one state.
pub(crate) fn poll_job(call: &CallContext<'_>) {
    if let Some((kind, rules)) = job_of(call, |rules| &rules.poll)
        && let Some(key) = polled_key(call, rules)
    {
        advance(call.vendor, kind, &key);
    }
}

/// Starts a job if the operation starts one, and writes the state of a started or polled job to the
/// response.
pub(crate) fn start_or_show_job(call: &CallContext<'_>, body: &mut Value) {
    if let Some((kind, rules)) = job_of(call, |rules| &rules.start)
        && rules.answer.is_none()
    {
        start_job(call, kind, rules, body);
    }
    if let Some((kind, rules)) = job_of(call, |rules| &rules.poll) {
        let key = polled_key(call, rules);
        let job = key.and_then(|key| call.vendor.jobs.find(kind, &key));
        match &job {
            Some(job) if job.record.is_none() => show(rules, body, job),
            // The job's record already has the state.
            Some(_) => {}
            None if rules.of.is_some() => {}
            None => show(rules, body, &ended(rules)),
        }
    }
}

/// Returns a completed job, to show a state for a job that the sandbox didn't start.
fn ended(rules: &JobRules) -> Job {
    Job {
        step: rules.states.len().saturating_sub(1),
        states: rules.states.clone().into(),
        ..Job::default()
    }
}

fn polled_key(call: &CallContext<'_>, rules: &JobRules) -> Option<String> {
    if let Some(name) = &rules.of {
        return Some(record_of(call, name)?.1.key);
    }
    let mut parameters = call.operation.parameters.iter();
    let parameter = parameters.find(|p| p.name == rules.parameter)?;
    value_of(parameter, call.request, call.path).map(|key| plain_text(&key))
}

/// Starts a job, and sends the webhooks of its first state. Writes the key of a new record to the
/// response, and also the first state if the response schema allows it.
pub(crate) fn start_job(call: &CallContext<'_>, kind: usize, rules: &JobRules, body: &mut Value) {
    let vendor = call.vendor;
    let mut job = Job {
        states: states(rules, &call.request.job_states, call.payload.value.as_ref()),
        ..Job::default()
    };
    let key = if let Some(index) = rules
        .resource
        .as_ref()
        .and_then(|name| resource(vendor, name))
    {
        let key = new_key(vendor, call.request, call.lookup.resource(index));
        set(body, &rules.key, json!(key));
        set_profile_values(call, rules, body);
        let place = Place {
            scope: Vec::new(),
            key: key.clone(),
        };
        job.base = Some(Arc::new(body.clone()));
        job.record = Some((index, place));
        key
    } else if let Some(name) = &rules.of {
        let Some((index, place)) = record_of(call, name) else {
            return;
        };
        let key = place.key.clone();
        job.record = Some((index, place));
        key
    } else {
        let Some(key) = body.pointer(&rules.key).map(plain_text) else {
            return;
        };
        key
    };
    if rules.of.is_none() && is_listed(call, &rules.state, job.state()) {
        show(rules, body, &job);
    }
    job.occasion = Arc::new(occasion(call, call.operation.success().0, body));
    write_record(vendor, rules, &job);
    vendor.jobs.start(kind, &key, job.clone());
    let webhook_occasion = webhook_occasion(vendor, &job);
    trigger(vendor, &webhook_occasion, Some(job.state()));
    if has_state_trigger(vendor, &webhook_occasion) {
        advance_in_background(vendor, kind, key);
    }
}

/// Returns whether a state is allowed by the response schema of the operation that starts the job.
/// The states of this response can differ from the states of a poll.
fn is_listed(call: &CallContext<'_>, pointer: &str, state: &str) -> bool {
    let tree = call.document();
    let mut steps = pointer.split('/').skip(1);
    let schema = call
        .operation
        .response_schema()
        .and_then(|schema| steps.try_fold(schema, |schema, step| property(tree, schema, step)));
    let listed = schema.and_then(|schema| tree.resolve(schema).get("enum")?.as_array());
    listed.is_none_or(|listed| listed.iter().any(|known| known == state))
}

/// Returns the record of the given collection in the path of a call.
fn record_of(call: &CallContext<'_>, name: &str) -> Option<(usize, Place)> {
    let index = resource(call.vendor, name)?;
    let mut path_records = call.lookup.path_records().into_iter().rev();
    path_records.find(|(known, _)| *known == index)
}

/// Returns the states of a job: states from a fault, otherwise states that the request selects,
/// otherwise the states of the profile. A single state from a fault replaces the last state of the
/// profile.
fn states(rules: &JobRules, ordered: &[String], sent: Option<&Value>) -> Arc<[String]> {
    let asks = |other: &&OtherwiseRules| {
        let text = sent.and_then(|sent| sent.pointer(&other.pointer)?.as_str());
        text.is_some_and(|text| text.contains(&other.contains))
    };
    match ordered {
        [] => match rules.otherwise.iter().find(asks) {
            Some(other) => other.states.clone().into(),
            None => rules.states.clone().into(),
        },
        [last] => {
            let usual = rules.states.len().saturating_sub(1);
            let first = rules.states.iter().take(usual).chain([last]);
            first.cloned().collect()
        }
        all => all.into(),
    }
}

/// Sets the values that the profile adds to a new record.
fn set_profile_values(call: &CallContext<'_>, rules: &JobRules, body: &mut Value) {
    let Value::Object(body) = body else { return };
    for (name, value) in &rules.made {
        let value = filled(call, value).unwrap_or(Value::Null);
        body.insert(name.clone(), value);
    }
    let sent = call.payload.value.as_ref();
    for (name, pointer) in &rules.sent {
        let found = sent.map(|sent| select(sent, pointer)).unwrap_or_default();
        if !found.is_empty() {
            body.insert(name.clone(), found.into_iter().cloned().collect());
        }
    }
}

/// Replaces a string that consists of `{name}` with the value of the path parameter `name`. In a
/// list, a string with an unknown name is omitted.
fn filled(call: &CallContext<'_>, value: &Value) -> Option<Value> {
    match value {
        Value::Array(items) => Some(items.iter().filter_map(|item| filled(call, item)).collect()),
        Value::String(text) => match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
            Some(name) => {
                let value = call.path.iter().find(|(known, _)| known == name)?;
                Some(json!(value.1))
            }
            None => Some(value.clone()),
        },
        _ => Some(value.clone()),
    }
}

/// Returns the values at a pointer, in which `*` matches every item of a list.
fn select<'v>(value: &'v Value, pointer: &str) -> Vec<&'v Value> {
    pointer.split('/').skip(1).fold(vec![value], |found, step| {
        let next = found.into_iter().flat_map(|value| match (step, value) {
            ("*", Value::Array(items)) => items.iter().collect(),
            _ => value.get(step).into_iter().collect::<Vec<_>>(),
        });
        next.collect()
    })
}

/// Advances a job by one state, and sends the webhooks of the new state. Returns whether the job
/// has ended.
pub(crate) fn advance(vendor: &Vendor, kind: usize, key: &str) -> bool {
    let (Some(rules), Some(job)) = (
        vendor.profile.jobs.get(kind),
        vendor.jobs.advance(kind, key),
    ) else {
        return true;
    };
    {
        let _turn = vendor.store.write_lock();
        write_record(vendor, rules, &job);
    }
    trigger(vendor, &webhook_occasion(vendor, &job), Some(job.state()));
    job.is_final()
}

/// Advances a job to its end in the background.
fn advance_in_background(vendor: &Vendor, kind: usize, key: String) {
    let (itself, pace) = (vendor.itself.get().cloned(), vendor.job_pace);
    vendor.outbox.spawn(async move {
        loop {
            tokio::time::sleep(pace).await;
            let Some(vendor) = itself.as_ref().and_then(|vendor| vendor.upgrade()) else {
                return;
            };
            if advance(&vendor, kind, &key) {
                return;
            }
        }
    });
}

/// Returns the occasion of a job's webhooks: the call that started the job, with the job's record,
/// if there is one, as the subject.
fn webhook_occasion(vendor: &Vendor, job: &Job) -> Occasion {
    let mut occasion = job.occasion.as_ref().clone();
    if let Some((index, place)) = job.record.clone() {
        let record = vendor.store.get(index, &place);
        occasion.home = record.and_then(|record| record.home).unwrap_or_default();
        if let Some(record) = shown(vendor, index, place) {
            occasion.subject = record;
        }
    }
    occasion
}

/// Writes the state of a job to its record, unless the record was deleted. The caller must hold the
/// lock that blocks other writers.
fn write_record(vendor: &Vendor, rules: &JobRules, job: &Job) {
    let Some((index, place)) = &job.record else {
        return;
    };
    if vendor.store.is_gone(*index, place) {
        return;
    }
    let known = vendor.store.get(*index, place);
    let made_at = job.base.is_some().then(unix_now);
    let mut record = known.clone().unwrap_or_else(|| Record {
        made_at,
        home: job.base.as_ref().and_then(|base| home(vendor, rules, base)),
        ..Record::default()
    });
    record.value = match (&job.base, known) {
        (Some(base), _) => base.as_ref().clone(),
        (None, Some(known)) => known.value,
        (None, None) => {
            let made_up = RecordView {
                vendor,
                resource: &vendor.resources.all[*index],
                place: place.clone(),
                record: None,
            };
            made_up.value(vendor.resources.record_location(*index))
        }
    };
    show(rules, &mut record.value, job);
    // If the store is full, the job exists without a record.
    let _ = vendor.store.put(*index, place.clone(), record);
}

/// Returns the path values (`home`) of the record that a new record refers to, so that both records
/// appear in the same list.
fn home(vendor: &Vendor, rules: &JobRules, base: &Value) -> Option<Vec<String>> {
    let rules = rules.home.as_ref()?;
    let key = plain_text(base.pointer(&rules.key)?);
    let index = resource(vendor, &rules.of)?;
    let place = vendor.store.places(index, |place| place.key == key);
    vendor.store.get(index, place.first()?)?.home
}

/// Returns the job that an operation starts or polls.
pub(crate) fn job_of<'s>(
    call: &CallContext<'s>,
    of: impl Fn(&JobRules) -> &Vec<String>,
) -> Option<(usize, &'s JobRules)> {
    let jobs = call.vendor.profile.jobs.iter().enumerate();
    let id = &call.operation.id;
    jobs.into_iter().find(|(_, rules)| of(rules).contains(id))
}

/// Sets the state of a job, and the values that belong to the state.
pub(crate) fn show(rules: &JobRules, body: &mut Value, job: &Job) {
    let state = job.state();
    set(body, &rules.state, json!(state));
    let is_failure = rules.failed.iter().any(|failed| failed == state);
    let facts = match (job.is_final(), is_failure) {
        (true, true) => &rules.failure,
        (true, false) => &rules.done,
        (false, _) => &rules.open,
    };
    let own = rules.in_state.get(state);
    for (pointer, value) in facts.iter().chain(own.into_iter().flatten()) {
        let value = match value.as_str() {
            Some("{now}") => json!(unix_now()),
            _ => value.clone(),
        };
        set(body, pointer, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> JobRules {
        serde_json::from_value(json!({
            "start": ["begin"], "poll": ["look"], "key": "/id", "parameter": "id", "failed": ["broken"],
            "state": "/state", "states": ["new", "busy", "done"], "open": { "/end": null }, "done": { "/end": 7 },
            "failure": { "/end": 8, "/why": "x" }, "in_state": { "busy": { "/by": "me" } },
        }))
        .unwrap()
    }

    fn seen(ordered: &[&str]) -> Vec<Value> {
        let rules = rules();
        let ordered: Vec<String> = ordered.iter().map(|state| state.to_string()).collect();
        let states = states(&rules, &ordered, None);
        let steps = 0..states.len();
        let seen = steps.map(|step| {
            let mut body = json!({});
            let states = Arc::clone(&states);
            show(
                &rules,
                &mut body,
                &Job {
                    states,
                    step,
                    ..Job::default()
                },
            );
            body
        });
        seen.collect()
    }

    #[test]
    fn each_job_state_sets_its_own_values() {
        let expected = [
            json!({ "state": "new", "end": null }),
            json!({ "state": "busy", "end": null, "by": "me" }),
            json!({ "state": "done", "end": 7 }),
        ];
        assert_eq!(seen(&[]), expected);
    }

    #[test]
    fn a_fault_replaces_the_last_state_or_all_states_of_a_job() {
        let failed = seen(&["broken"]);
        assert_eq!(failed.len(), 3);
        assert_eq!(
            failed[2],
            json!({ "state": "broken", "end": 8, "why": "x" })
        );
        let own = seen(&["again", "done"]);
        assert_eq!(own[0], json!({ "state": "again", "end": null }));
        assert_eq!(own[1]["end"], 7);
    }

    #[test]
    fn a_star_in_a_pointer_selects_every_list_item() {
        let value = json!({ "calls": [{ "id": 1 }, { "id": 2 }, {}] });
        let found = select(&value, "/calls/*/id");
        assert_eq!(found, [&json!(1), &json!(2)]);
    }
}
