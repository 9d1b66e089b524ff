//! Changes to other records that a new or changed record requests, such as setting the picture of a
//! product.

use serde_json::{Map, Value, json};

use crate::actions::merge::merge;
use crate::http::refusal::Refusal;
use crate::json::plain_text::plain_text;
use crate::openapi::schema::FieldViolation;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;
use crate::rules::record_rules::SetsRules;
use crate::state::store::{Place, Record};

/// Returns the changes to other records that the value of a new or changed record requests. Each
/// item consists of the index of a resource, the location of a record, and the change. Rejects a
/// value that requests several changes, or a change to a record that doesn't exist.
pub(super) fn settings(
    call: &CallContext<'_>,
    resource: &Resource,
    body: &Value,
    key: &str,
) -> Result<Vec<(usize, Place, Value)>, Refusal> {
    let mut found = Vec::new();
    for rules in &resource.rules.sets {
        let mut all = call.vendor.resources.all.iter();
        let target = all.position(|resource| resource.name == rules.of);
        if let (Some(index), Some(asked)) = (target, body.get(&rules.field))
            && let Some((place, change)) = change(rules, asked, key)
        {
            call.lookup.check(index, &place)?;
            found.push((index, place, change));
        }
    }
    if found.len() > 1 {
        let field = resource.rules.sets.first().map(|rules| rules.field.clone());
        let fault = FieldViolation {
            field: field.unwrap_or_default(),
            message: "cannot be combined with a reference to another record".to_owned(),
        };
        return Err(Refusal::of_fields(ErrorKind::Validation, vec![fault]));
    }
    Ok(found)
}

fn change(rules: &SetsRules, asked: &Value, key: &str) -> Option<(Place, Value)> {
    let place = Place {
        scope: Vec::new(),
        key: plain_text(asked.get(&rules.key)?),
    };
    let mut entry = Map::new();
    for mark in &rules.marks {
        let value = asked.get(mark).cloned().unwrap_or(Value::Null);
        entry.insert(mark.clone(), value);
    }
    entry.insert(rules.value.clone(), json!(key));
    let name = plain_text(asked.get(&rules.name)?);
    Some((place, json!({ rules.entries.clone(): { name: [entry] } })))
}

/// Merges a change into another record. The caller must hold the lock that blocks other writers.
pub(super) fn set_elsewhere(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    change: &Value,
) -> Result<(), Refusal> {
    let view = call.lookup.view(index, place);
    let mut value = view.value(call.vendor.resources.record_location(index));
    merge(&mut value, change, &call.vendor.profile.merge);
    let record = Record {
        value,
        ..view.record.unwrap_or_default()
    };
    call.vendor.store.put(index, view.place, record)
}
