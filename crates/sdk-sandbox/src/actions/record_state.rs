//! States of records: rejects calls that a state forbids, and applies the state changes of calls.

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::json::plain_text::plain_text;
use crate::json::pointer::set;
use crate::openapi::property::property;
use crate::records::record_view::RecordView;
use crate::response::call_context::CallContext;
use crate::rules::record_rules::StateRules;
use crate::sample::sampler::Sampler;
use crate::state::store::Record;

/// Rejects a call if a stored record in the path has a state that forbids the call. Generated
/// records allow all calls.
pub(super) fn check_states(call: &CallContext<'_>) -> Result<(), Refusal> {
    for view in records(call) {
        let Some(rules) = &view.resource.rules.state else {
            continue;
        };
        let Some(record) = &view.record else { continue };
        let state = record.value.get(&rules.property).unwrap_or(&Value::Null);
        let codes = rules.codes.get(&call.operation.id);
        if let Some(code) = codes.and_then(|codes| codes.get(&plain_text(state))) {
            let detail = format!("the {} of {} is {state}", rules.property, view.place.key);
            return Err(Refusal::of_code(call.operation, code, detail));
        }
        for (status, states) in &rules.refused {
            let status = status.parse().unwrap_or(409);
            if states.contains(state) && call.operation.answer(status).is_some() {
                let property = &rules.property;
                let detail = format!("the {property} of {} is {state}", view.place.key);
                return Err(Refusal::of_status(status, detail));
            }
        }
    }
    Ok(())
}

/// Stores the states that the call sets and the properties that it renews.
pub(super) fn change_states(call: &CallContext<'_>) -> Result<(), Refusal> {
    for view in records(call) {
        let rules = &view.resource.rules;
        let id = &call.operation.id;
        let state = rules.state.as_ref();
        let state = state.and_then(|rules| Some((&rules.property, rules.after.get(id)?)));
        let renewed = rules.renewed.get(id).into_iter().flatten();
        let location = call.vendor.resources.record_location(view.resource_index());
        let renewed = renewed.filter_map(|name| {
            let schema = property(call.document(), &location?.schema, name)?;
            let seed = call.seed(name, call.number);
            let value = Sampler::new(call.document(), seed).value(schema);
            Some((name, value))
        });
        let state = state.map(|(name, state)| (name, state.clone()));
        let changes: Vec<_> = state.into_iter().chain(renewed).collect();
        if changes.is_empty() {
            continue;
        }
        let _turn = call.vendor.store.write_lock();
        let (index, place) = (view.resource_index(), view.place.clone());
        let mut value = view.value(call.vendor.resources.record_location(index));
        for (name, change) in changes {
            value[name.as_str()] = change;
        }
        let record = Record {
            value,
            ..view.record.unwrap_or_default()
        };
        call.vendor.store.put(index, place, record)?;
    }
    Ok(())
}

/// Sets the response values that the profile defines for the states of the records in the path.
pub(super) fn set_state_values(call: &CallContext<'_>, mut reply: Reply) -> Reply {
    for view in records(call) {
        let Some(rules) = &view.resource.rules.state else {
            continue;
        };
        let says = rules.says.get(&call.operation.id);
        let says = says.and_then(|says| says.get(&state_of(call, &view, rules)?));
        if let Some(facts) = says
            && let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
        {
            for (pointer, fact) in facts {
                set(&mut body, pointer, fact.clone());
            }
            reply.body = body.to_string().into();
        }
    }
    reply
}

/// Returns the state of a stored or generated record.
fn state_of(call: &CallContext<'_>, view: &RecordView<'_>, rules: &StateRules) -> Option<String> {
    let location = call.vendor.resources.record_location(view.resource_index());
    let value = view.value(location);
    value.get(&rules.property)?.as_str().map(str::to_owned)
}

/// Returns the records in the path of a call, except those whose collections have neither state
/// rules nor renewed properties.
fn records<'c>(call: &CallContext<'c>) -> Vec<RecordView<'c>> {
    let all = call.lookup.path_records().into_iter();
    let ruled = all.filter(|(index, _)| {
        let rules = &call.lookup.resource(*index).rules;
        rules.state.is_some() || !rules.renewed.is_empty()
    });
    ruled
        .map(|(index, place)| call.lookup.view(index, place))
        .collect()
}
