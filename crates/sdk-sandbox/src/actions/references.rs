//! Checks of properties. References must point to existing records. A record that others refer to
//! can't be deleted, and some of its properties can't change. Required properties must be present,
//! and immutable ones can't change.

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::json::plain_text::plain_text;
use crate::openapi::schema::FieldViolation;
use crate::records::record_view::RecordView;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;
use crate::state::store::Place;

/// Maximum number of seed records that are searched for a name.
const MAX_SEEDS: u64 = 1000;

/// Rejects a deletion or change if other records refer to the record. `known` is the current value
/// of the record.
pub(super) fn check_unreferenced(
    call: &CallContext<'_>,
    resource: &Resource,
    view: &RecordView<'_>,
    known: &Value,
) -> Result<(), Refusal> {
    for rules in &resource.rules.dependants {
        let name = |property: &String| {
            if resource.key.as_ref() == Some(property) {
                return Some(view.place.key.clone());
            }
            known.get(property).filter(|v| !v.is_null()).map(plain_text)
        };
        let names: Vec<String> = rules.is.iter().filter_map(name).collect();
        let depends = |record: &Value| {
            let named = record.get(&rules.field).map(plain_text);
            named.is_some_and(|named| names.contains(&named))
        };
        let mut all = call.vendor.resources.all.iter();
        let found = all.position(|resource| resource.name == rules.of);
        if found.is_some_and(|index| call.vendor.store.any(index, depends)) {
            let detail = format!("records of {} depend on {}", rules.of, view.place.key);
            return Err(Refusal::new(ErrorKind::InUse, detail));
        }
    }
    Ok(())
}

/// Rejects a change to a property that can't change while other records refer to the record.
pub(super) fn check_held(
    call: &CallContext<'_>,
    resource: &Resource,
    view: &RecordView<'_>,
    known: &Value,
    changed: &Value,
) -> Result<(), Refusal> {
    let held = &resource.rules.held;
    if held.iter().all(|name| known.get(name) == changed.get(name)) {
        return Ok(());
    }
    check_unreferenced(call, resource, view, known)
}

/// Rejects a change to an immutable property of an existing record.
pub(super) fn check_fixed(
    resource: &Resource,
    known: &Value,
    change: &Value,
) -> Result<(), Refusal> {
    let mut fixed = resource.rules.fixed.iter();
    let altered = fixed.find(|name| {
        let sent = change.get(*name);
        sent.is_some() && known.get(*name).is_some() && sent != known.get(*name)
    });
    altered.map_or(Ok(()), |name| Err(fault(name, "cannot be changed")))
}

/// Rejects a body whose key differs from the key in the path.
pub(super) fn check_key(resource: &Resource, place: &Place, body: &Value) -> Result<(), Refusal> {
    let given = resource.key_in(body).filter(|_| !resource.single);
    match (given, &resource.key) {
        (Some(given), Some(name)) if given != place.key => {
            Err(fault(name, "does not match the key in the path"))
        }
        _ => Ok(()),
    }
}

/// Restores the immutable properties that are missing after a PUT.
pub(super) fn restore_fixed(resource: &Resource, known: &Value, value: &mut Value) {
    let Value::Object(value) = value else { return };
    for name in &resource.rules.fixed {
        if let (Some(known), false) = (known.get(name), value.contains_key(name)) {
            value.insert(name.clone(), known.clone());
        }
    }
}

/// Rejects a new record in which a required property is missing or null.
pub(super) fn check_required(resource: &Resource, body: &Value) -> Result<(), Refusal> {
    let lacks = |name: &&String| body.get(*name).is_none_or(Value::is_null);
    let lacking: Vec<FieldViolation> = resource
        .rules
        .required
        .iter()
        .filter(lacks)
        .map(|name| FieldViolation {
            field: name.clone(),
            message: "is required for a new record".to_owned(),
        })
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Refusal::of_fields(ErrorKind::Validation, lacking))
}

/// Rejects a body that refers to records that don't exist. References in `known`, the current value
/// of the record, are allowed.
pub(super) fn check_references(
    call: &CallContext<'_>,
    resource: &Resource,
    body: &Value,
    known: &Value,
) -> Result<(), Refusal> {
    for rules in &resource.rules.references {
        let shown = resource.rules.fields.get(&rules.field);
        let before = names(known.get(&rules.field));
        let before = [before, names(shown.and_then(|name| known.get(name)))].concat();
        let mut all = call.vendor.resources.all.iter();
        let Some(index) = all.position(|resource| resource.name == rules.of) else {
            continue;
        };
        for name in names(body.get(&rules.field)) {
            if !before.contains(&name) && !has_record_named(call, index, &rules.is, &name) {
                let told = format!("refers to a record of {} that does not exist", rules.of);
                return Err(fault(&rules.field, &told));
            }
        }
    }
    Ok(())
}

/// Returns whether any record has the given name as its key or, ignoring case, as the value of one
/// of `properties`. With lenient references, returns `true` for every name except the key of a
/// deleted record.
fn has_record_named(
    call: &CallContext<'_>,
    index: usize,
    properties: &[String],
    name: &str,
) -> bool {
    let place = Place {
        scope: Vec::new(),
        key: name.to_owned(),
    };
    let store = &call.vendor.store;
    if call.vendor.lenient_references {
        return !store.is_gone(index, &place);
    }
    let has = |value: &Value, property: &String| {
        let known = value.get(property).map(plain_text);
        known.is_some_and(|known| known.eq_ignore_ascii_case(name))
    };
    let is = |value: &Value| properties.iter().any(|property| has(value, property));
    call.lookup.exists(index, &place) || store.any(index, is) || seeds(call, index).iter().any(is)
}

/// Returns the seed records of a collection that haven't been deleted. Examines at most
/// `MAX_SEEDS` records.
fn seeds(call: &CallContext<'_>, index: usize) -> Vec<Value> {
    let resource = call.lookup.resource(index);
    let location = call.vendor.resources.record_location(index);
    let numbers = 0..call.vendor.items.min(MAX_SEEDS);
    let view = |number| {
        let key = resource.key_of(call.document(), number);
        let scope = Vec::new();
        let place = Place { scope, key };
        if call.vendor.store.is_gone(index, &place) {
            return None;
        }
        Some(call.lookup.view(index, place).render(location?))
    };
    numbers.filter_map(view).collect()
}

fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(plain_text).collect(),
        Some(Value::Object(map)) => map.keys().cloned().collect(),
        Some(value) => vec![plain_text(value)],
    }
}

fn fault(field: &str, message: &str) -> Refusal {
    let fault = FieldViolation {
        field: field.to_owned(),
        message: message.to_owned(),
    };
    Refusal::of_fields(ErrorKind::Validation, vec![fault])
}
