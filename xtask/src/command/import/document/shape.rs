//! Reduces every object to the keys and value types that lint accepts.
//!
//! The pass uses lint's own table, so lint and the pass can't disagree about a key.

use crate::command::import::draft::{Draft, Notes};
use crate::spec::extension::Extension;
use crate::spec::kind::Kind;
use crate::spec::lint::index::fields::{ValueKind, fields};
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Number, Value, json};

/// Removes or fixes whatever lint's table does not allow. Reports unsupported keys and invalid
/// values.
pub(in crate::command::import) fn to_table(draft: &mut Draft) -> Result<()> {
    let notes = &mut draft.notes;
    if let Some(root) = draft.document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.insert("x-sdk-imported".to_owned(), json!(true));
        let info = root.entry("info").or_insert_with(|| json!({}));
        if !info.is_object() {
            *info = json!({});
        }
        root.entry("components").or_insert_with(|| json!({}));
        // The version check has already reported the webhooks.
        root.remove("webhooks");
    }
    mend(Kind::Document, &mut draft.document, "", notes);
    Ok(())
}

/// Makes an object valid; returns `false` if that is impossible.
fn mend(kind: Kind, value: &mut Value, at: &str, notes: &mut Notes) -> bool {
    let Some(object) = value.as_object_mut() else {
        return false;
    };
    if kind.section().is_some() && object.get("$ref").is_some_and(Value::is_string) {
        object.retain(|key, _| key == "$ref");
        return true;
    }
    if kind == Kind::SecurityRequirement {
        return true;
    }
    add_required_keys(kind, object, notes);
    let keys: Vec<String> = object.keys().cloned().collect();
    for key in keys {
        let pointer = below(at, &key);
        if key.starts_with("x-") {
            extension(kind, object, &key, &pointer, notes);
            continue;
        }
        let Some(field) = fields(kind).iter().find(|field| field.name == key) else {
            object.remove(&key);
            report_unsupported_key(kind, &key, &pointer, notes);
            continue;
        };
        let Some(inner) = object.get_mut(&key) else {
            continue;
        };
        if !coerce(field.value, inner, &pointer, notes) {
            let was = object.remove(&key).unwrap_or_default();
            if !was.is_null() {
                let text = format!("`{key}` of {} is invalid and is omitted", kind.noun());
                notes.loss("invalid values", &pointer, text);
            }
        }
    }
    fields(kind)
        .iter()
        .all(|field| !field.required || object.contains_key(field.name))
}

/// Returns whether a key has no effect, so that removing it is not a loss.
fn is_without_effect(kind: Kind, key: &str) -> bool {
    matches!(
        (kind, key),
        (
            Kind::Schema,
            "xml" | "$schema" | "$id" | "$comment" | "$anchor"
        ) | (Kind::Document, "jsonSchemaDialect" | "$schema" | "$self")
    )
}

fn report_unsupported_key(kind: Kind, key: &str, pointer: &str, notes: &mut Notes) {
    let text = format!("`{key}` of {}", kind.noun());
    match is_without_effect(kind, key) {
        true => notes.change("keys without effect", pointer, text),
        false => notes.loss("unsupported keys", pointer, text),
    }
}

fn extension(kind: Kind, object: &mut Map<String, Value>, key: &str, at: &str, notes: &mut Notes) {
    let known = Extension::of(key);
    let stands =
        known.is_some_and(|known| known.kinds().is_empty() || known.kinds().contains(&kind));
    if !stands && key != "x-sdk-imported" {
        object.remove(key);
        notes.loss("extensions", at, format!("`{key}`"));
    }
}

/// Adds missing required keys that have a harmless default.
fn add_required_keys(kind: Kind, object: &mut Map<String, Value>, notes: &Notes) {
    let fill: &[(&str, Value)] = &match kind {
        Kind::Info => vec![("title", json!(notes.name)), ("version", json!("0"))],
        Kind::License => vec![("name", json!("License"))],
        Kind::ServerVariable => vec![("default", json!(""))],
        Kind::Answer => vec![("description", json!(""))],
        Kind::Header => vec![("schema", json!({"type": "string"}))],
        Kind::Operation => vec![("responses", json!({}))],
        Kind::Document => vec![("tags", json!([])), ("paths", json!({}))],
        _ => Vec::new(),
    };
    for (key, value) in fill {
        if object.get(*key).is_none_or(Value::is_null) {
            object.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Converts a value to the required type; returns `false` if that is impossible.
fn coerce(wanted: ValueKind, value: &mut Value, at: &str, notes: &mut Notes) -> bool {
    match wanted {
        ValueKind::Any => true,
        ValueKind::One(kind) => mend(kind, value, at, notes),
        ValueKind::SchemaOrFlag => value.is_boolean() || mend(Kind::Schema, value, at, notes),
        ValueKind::List(kind) => mend_list(kind, value, at, notes),
        ValueKind::Parts(kind) => {
            mend_list(kind, value, at, notes)
                && value.as_array().is_some_and(|list| !list.is_empty())
        }
        ValueKind::Map(kind) => mend_map(kind, value, at, notes),
        scalar => {
            if let Some(mended) = mended(scalar, value) {
                *value = mended;
            }
            has_kind(scalar, value)
        }
    }
}

fn mend_list(kind: Kind, value: &mut Value, at: &str, notes: &mut Notes) -> bool {
    let Some(items) = value.as_array_mut() else {
        return false;
    };
    let mut index = 0;
    items.retain_mut(|item| {
        let pointer = below(at, &index.to_string());
        index += 1;
        let sound = mend(kind, item, &pointer, notes);
        if !sound {
            let text = format!("{} is invalid and is omitted", kind.noun());
            notes.loss("invalid values", &pointer, text);
        }
        sound
    });
    true
}

fn mend_map(kind: Kind, value: &mut Value, at: &str, notes: &mut Notes) -> bool {
    let Some(members) = value.as_object_mut() else {
        return false;
    };
    members.retain(|name, member| {
        let pointer = below(at, name);
        // In maps of paths or statuses, `x-` keys are extensions.
        if matches!(kind, Kind::PathItem | Kind::Answer)
            && name.starts_with("x-")
            && !at.starts_with("/components")
        {
            notes.loss("extensions", &pointer, format!("`{name}`"));
            return false;
        }
        let sound = mend(kind, member, &pointer, notes);
        if !sound {
            let text = format!("`{name}`, {}, is invalid and is omitted", kind.noun());
            notes.loss("invalid values", &pointer, text);
        }
        sound
    });
    true
}

/// Converts a scalar, or a list or map of strings, to the required type. Drops elements that can't
/// be converted. Returns `None` if the value needs no conversion or can't be converted.
fn mended(wanted: ValueKind, value: &Value) -> Option<Value> {
    let text = value.as_str().map(str::trim);
    match wanted {
        ValueKind::Text if value.is_number() || value.is_boolean() => {
            Some(json!(value.to_string()))
        }
        ValueKind::Flag => match text?.to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(json!(true)),
            "false" | "no" => Some(json!(false)),
            _ => None,
        },
        ValueKind::Number => {
            let number: f64 = text?.parse().ok()?;
            Number::from_f64(number).map(Value::Number)
        }
        ValueKind::Count => {
            let number = match text {
                Some(text) => text.parse::<f64>().ok()?,
                None => value.as_f64()?,
            };
            let is_whole = number >= 0.0 && number.fract() == 0.0 && number < 9e15;
            is_whole.then(|| json!(number as u64))
        }
        ValueKind::TextList => match value {
            Value::String(_) => Some(json!([value])),
            Value::Array(items) => {
                let texts = items.iter().filter_map(|item| match item {
                    Value::String(_) => Some(item.clone()),
                    Value::Number(_) | Value::Bool(_) => Some(json!(item.to_string())),
                    _ => None,
                });
                Some(Value::Array(texts.collect()))
            }
            _ => None,
        },
        ValueKind::TextMap => {
            let members = value.as_object()?.iter();
            let texts = members.filter(|(_, value)| value.is_string());
            Some(Value::Object(
                texts
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            ))
        }
        _ => None,
    }
}

fn has_kind(wanted: ValueKind, value: &Value) -> bool {
    match wanted {
        ValueKind::Text => value.is_string(),
        ValueKind::Flag => value.is_boolean(),
        ValueKind::Number => value.is_number(),
        ValueKind::Count => value.is_u64(),
        ValueKind::Values => value.as_array().is_some_and(|list| !list.is_empty()),
        ValueKind::TextList => value.is_array(),
        ValueKind::TextMap => value.is_object(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn shaped(text: &str) -> Draft {
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        to_table(&mut draft).unwrap();
        draft
    }

    #[test]
    fn unknown_keys_and_invalid_values_are_removed_and_reported() {
        let text = "\
info: {title: T, version: 1.0, x-logo: {}}
paths:
  x-note: 1
  /a:
    get:
      deprecated: 'true'
      callbacks: {}
      x-codeSamples: []
      tags: a
      responses: {200: {description: null}}
components:
  schemas:
    A: {type: object, xml: {name: a}, minLength: '3', maxLength: 4.0, title: [x], x-sdk-secret: true, required: [1, {}]}
    B: 5
";
        let draft = shaped(text);
        let document = &draft.document;
        assert_eq!(document["openapi"], "3.0.3");
        assert_eq!(document["info"], json!({"title": "T", "version": "1.0"}));
        assert_eq!(
            document["paths"],
            json!({"/a": {"get": {"deprecated": true, "tags": ["a"], "responses": {"200": {"description": ""}}}}})
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({"A": {"type": "object", "minLength": 3, "maxLength": 4, "x-sdk-secret": true, "required": ["1"]}})
        );
        let report = draft.notes.report.markdown("", "");
        for entry in [
            "- `callbacks` of an operation (7)",
            "- `x-codeSamples` (8)",
            "- `x-note` (3)",
            "- `xml` of a schema (13)",
            "`title` of a schema is invalid and is omitted (13)",
            "`B`, a schema, is invalid and is omitted (14)",
        ] {
            assert!(report.contains(entry), "{entry}\n{report}");
        }
    }
}
