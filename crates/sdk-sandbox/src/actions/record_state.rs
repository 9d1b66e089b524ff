//! The states of records: calls that a state forbids, and calls that change it.

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::records::record_view::RecordView;
use crate::response::call_context::CallContext;
use crate::rules::record_rules::StateRules;
use crate::state::store::{Place, Record};

/// Refuses a call that the state of a record in its path forbids. A record that the sandbox makes up forbids nothing.
pub(super) fn check_states(call: &CallContext<'_>) -> Result<(), Refusal> {
    for (view, rules) in records_with_states(call) {
        let Some(record) = &view.record else { continue };
        let state = record.value.get(&rules.property).unwrap_or(&Value::Null);
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

/// Notes the states that a call leaves behind.
pub(super) fn change_states(call: &CallContext<'_>) -> Result<(), Refusal> {
    for (view, rules) in records_with_states(call) {
        let Some(state) = rules.after.get(&call.operation.id) else {
            continue;
        };
        let _turn = call.vendor.store.writing();
        let (index, place) = (view.resource_index(), view.place.clone());
        let mut value = view.value(call.vendor.resources.record_location(index));
        value[&rules.property] = state.clone();
        let record = Record {
            value,
            ..view.record.unwrap_or_default()
        };
        call.vendor.store.put(index, place, record)?;
    }
    Ok(())
}

/// The records that the path of a call leads through, and the one that it is about, as far as they have states.
fn records_with_states<'c>(call: &CallContext<'c>) -> Vec<(RecordView<'c>, &'c StateRules)> {
    let values = call.lookup.values();
    let parents = call.vendor.resources.parents(call.index);
    let own = call.part().filter(|part| {
        let item = call.lookup.resource(part.resource).item.as_deref();
        item == Some(call.operation.path.as_str())
    });
    let own = own.map(|part| (part.resource, values.len()));
    let all = parents.iter().copied().chain(own);
    all.filter_map(|(index, count)| {
        let rules = call.lookup.resource(index).rules.state.as_ref()?;
        let (key, scope) = values.get(..count)?.split_last()?;
        let place = Place {
            scope: scope.to_vec(),
            key: key.clone(),
        };
        Some((call.lookup.view(index, place), rules))
    })
    .collect()
}
