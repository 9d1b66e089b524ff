//! Properties of a stored record that the vendor's server fills in.

use serde_json::{Map, Value, json};

use crate::json::letters::letters;
use crate::openapi::date_layout;
use crate::openapi::document::Document;
use crate::openapi::property::{is_required, properties};
use crate::openapi::schema::is_type;
use crate::openapi::tree::Tree;
use crate::resources::resource::Resource;
use crate::state::store::Record;

/// Names, in lower case and without punctuation, of properties that contain the creation time.
const CREATION_TIME_NAMES: [&str; 12] = [
    "created",
    "createdat",
    "createddate",
    "createdon",
    "creationdate",
    "dateadded",
    "datecreated",
    "datetime",
    "datetimeadded",
    "rentstart",
    "uploadedat",
    "addedat",
];

/// Names, in lower case and without punctuation, of properties that contain the time of the last
/// change.
const CHANGE_TIME_NAMES: [&str; 10] = [
    "updated",
    "updatedat",
    "updateddate",
    "dateupdated",
    "modified",
    "modifiedat",
    "modifieddate",
    "lastchanged",
    "lastupdate",
    "lastupdated",
];

/// Returns the properties that a response with this schema contains in addition to the stored ones.
///
/// `sample` is a complete record of the schema. A property that no request can set contains the
/// time of creation or change, or the value in the sample. A settable property contains the first
/// of these values that the schema allows: its default value, null, or an empty list or object. If
/// the schema allows none of them, a required property contains the value in the sample, and an
/// optional property is omitted.
pub(super) fn unstored_properties(
    document: &Document,
    resource: &Resource,
    schema: &Value,
    record: &Record,
    sample: &Value,
) -> Map<String, Value> {
    let mut filled = Map::new();
    for (name, property) in properties(document, schema) {
        let inner = document.resolve(property);
        let flag = |key: &str| inner.get(key) == Some(&json!(true));
        if flag("writeOnly") {
            continue;
        }
        let is_set_by_callers = resource.settable.contains(name) && !flag("readOnly");
        let made = || sample.get(name).cloned();
        let value = if is_set_by_callers {
            let value_if_omitted = value_if_omitted(document, inner);
            let needed = is_required(document, schema, name);
            value_if_omitted.or_else(|| needed.then(made).flatten())
        } else {
            time(record, name, inner).or_else(made)
        };
        filled.extend(value.map(|value| (name.to_owned(), value)));
    }
    filled
}

/// Returns the properties that contain the time of the record's last change.
pub(super) fn changed_times(
    tree: &Tree,
    resource: &Resource,
    schema: &Value,
    record: &Record,
) -> Map<String, Value> {
    let told = |(name, property): (&str, &Value)| {
        let is_own = !resource.settable.contains(name) && is_named(name, &CHANGE_TIME_NAMES);
        let at = record.changed_at.filter(|_| is_own)?;
        let value = date_layout::write(tree.resolve(property), at)?;
        Some((name.to_owned(), value))
    };
    let all = properties(tree, schema).into_iter();
    all.filter_map(told).collect()
}

/// Sets the response properties that contain the time of creation or change to the time of the
/// call.
pub(crate) fn write_times(tree: &Tree, schema: &Value, value: &mut Map<String, Value>, now: u64) {
    for (name, property) in properties(tree, schema) {
        if (is_named(name, &CREATION_TIME_NAMES) || is_named(name, &CHANGE_TIME_NAMES))
            && let Some(known) = value.get_mut(name).filter(|known| !known.is_null())
            && let Some(time) = date_layout::write(tree.resolve(property), now)
        {
            *known = time;
        }
    }
}

/// Returns the value of a settable property that the caller omitted.
fn value_if_omitted(document: &Document, schema: &Value) -> Option<Value> {
    if let Some(default) = schema.get("default") {
        return Some(default.clone());
    }
    if schema.get("nullable") == Some(&json!(true)) {
        return Some(Value::Null);
    }
    let least = |key: &str| schema.get(key).and_then(Value::as_u64).unwrap_or(0);
    if is_type(document, schema, "array") && least("minItems") == 0 {
        return Some(json!([]));
    }
    let has_required = schema
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|names| !names.is_empty());
    let is_open_map = is_type(document, schema, "object") && !has_required;
    (is_open_map && least("minProperties") == 0).then(|| json!({}))
}

fn time(record: &Record, name: &str, schema: &Value) -> Option<Value> {
    let at = if is_named(name, &CREATION_TIME_NAMES) {
        record.made_at
    } else if is_named(name, &CHANGE_TIME_NAMES) {
        record.changed_at
    } else {
        None
    };
    date_layout::write(schema, at?)
}

fn is_named(name: &str, known: &[&str]) -> bool {
    known.contains(&letters(name).as_str())
}
