//! `oneOf` and `anyOf`: keeps the choices that are types, and converts or drops the others.

use crate::command::import::draft::Notes;
use crate::command::import::schemas::class::{Class, Classes};
use crate::command::import::schemas::part::{is_annotation_key, merge, structure};
use crate::command::import::schemas::repair::is_any;
use crate::model::elements;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const TOPIC: &str = "compositions";

pub(crate) fn choices(
    at: &str,
    key: &str,
    schema: &mut Map<String, Value>,
    classes: &Classes,
    notes: &mut Notes,
) {
    let Some(Value::Array(all)) = schema.remove(key) else {
        return;
    };
    let has_tag = schema.contains_key("discriminator");
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let is_scalar = kind.as_deref().is_some_and(|kind| kind != "object");
    let mut kept: Vec<Value> = Vec::new();
    let mut conditions = Vec::new();
    for mut choice in flatten_choices(all, key, has_tag) {
        if let (Some(kind), true, Some(object)) = (&kind, is_scalar, choice.as_object_mut())
            && !["$ref", "type", "allOf", "oneOf", "anyOf"]
                .iter()
                .any(|key| object.contains_key(*key))
        {
            object.insert("type".to_owned(), json!(kind));
        }
        match required_names(&choice, schema) {
            Some(names) => conditions.push(names),
            None if kept.contains(&choice) => {}
            None => kept.push(choice),
        }
    }
    if !conditions.is_empty() {
        notes.loss(
            TOPIC,
            at,
            format!(
                "`{key}` requires {}: the crate makes all of these properties optional",
                alternatives(&conditions)
            ),
        );
    }
    // The choices only restrict the type that the list or scalar already has: merge them into the
    // schema, or drop them.
    if is_scalar
        && kept.iter().all(|choice| {
            choice.get("$ref").is_none()
                && choice.get("type") == kind.as_ref().map(|kind| json!(kind)).as_ref()
        })
    {
        if kind.as_deref() == Some("array") && schema.contains_key("items") {
            if !kept.is_empty() {
                notes.change(
                    TOPIC,
                    at,
                    format!("`{key}` of a list with `items` is omitted"),
                );
            }
            return;
        }
        schema.remove("type");
        if let Some(whole) = common_scalar(&kept) {
            for (key, value) in whole {
                schema.entry(key).or_insert(value);
            }
            return;
        }
        schema.extend(kind.map(|kind| ("type".to_owned(), json!(kind))));
        return;
    }
    if is_scalar && !kept.is_empty() {
        for key in [
            "type",
            "format",
            "enum",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "items",
        ] {
            schema.remove(key);
        }
    }
    let before = kept.len();
    kept.retain(|choice| !is_any(choice));
    if kept.len() < before && kept.len() < 2 {
        if before > 1 || !kept.is_empty() {
            notes.change(
                TOPIC,
                at,
                format!("`{key}` with a choice that accepts any JSON is omitted: the schema accepts any JSON"),
            );
        }
        return;
    }
    if let Some(whole) = common_scalar(&kept) {
        if before > 1 {
            notes.change(
                TOPIC,
                at,
                format!("`{key}` of choices with the same scalar type becomes that type"),
            );
        }
        for (key, value) in whole {
            schema.entry(key).or_insert(value);
        }
        return;
    }
    // Enums are open, so they also accept other strings.
    let is_plain_text = |choice: &Value| {
        choice.get("type") == Some(&json!("string")) && choice.get("enum").is_none()
    };
    let enums: Vec<Value> = kept
        .iter()
        .filter(|choice| classes.class(choice) == Class::Enum)
        .cloned()
        .collect();
    if enums.len() == 1
        && kept.len() > 1
        && kept
            .iter()
            .all(|choice| enums.contains(choice) || is_plain_text(choice))
    {
        notes.change(
            TOPIC,
            at,
            format!("`{key}` of an enum and any string becomes the enum, which accepts any string"),
        );
        kept = enums;
    }
    match kept.len() {
        0 => {}
        1 => inline_only_choice(at, schema, kept.remove(0), notes),
        _ => drop(schema.insert(key.to_owned(), Value::Array(kept))),
    }
}

/// Returns the choices, with nested choices expanded.
fn flatten_choices(all: Vec<Value>, key: &str, has_tag: bool) -> Vec<Value> {
    let mut out = Vec::new();
    for choice in all {
        let inner = choice.as_object().filter(|object| {
            !has_tag && structure(object).eq([key]) && !object.contains_key("nullable")
        });
        match inner.and_then(|object| object[key].as_array()) {
            Some(inner) => out.extend(inner.iter().cloned()),
            None => out.push(choice),
        }
    }
    out
}

/// Returns the names of the properties that a choice requires, if the choice only adds requirements
/// to the schema. Returns `None` if the choice is a type.
fn required_names(choice: &Value, schema: &Map<String, Value>) -> Option<Vec<String>> {
    let object = choice.as_object()?;
    let has_own = ["properties", "allOf", "items", "additionalProperties"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let own = schema.get("properties");
    let repeats = |name: &String, property: &Value| {
        is_any(property) || own.and_then(|own| own.get(name)) == Some(property)
    };
    let is_condition = object.iter().all(|(key, value)| match key.as_str() {
        "required" => true,
        "properties" => value
            .as_object()
            .is_some_and(|all| all.iter().all(|(name, property)| repeats(name, property))),
        "type" => value == "object",
        key => is_annotation_key(key) && key != "nullable",
    });
    let says = object.contains_key("required")
        || object.contains_key("properties")
        || has_own && structure(object).all(|key| key == "type");
    if !is_condition || !says || !has_own && object.contains_key("properties") {
        return None;
    }
    let names = elements(choice, "required")
        .iter()
        .filter_map(Value::as_str);
    Some(names.map(str::to_owned).collect())
}

fn alternatives(conditions: &[Vec<String>]) -> String {
    let texts: BTreeSet<String> = conditions
        .iter()
        .filter(|names| !names.is_empty())
        .map(|names| format!("`{}`", names.join("` and `")))
        .collect();
    match texts.is_empty() {
        true => "certain combinations of its properties".to_owned(),
        false => texts.into_iter().take(8).collect::<Vec<_>>().join(" or "),
    }
}

/// Returns one schema for choices that are scalars of the same type, or that are all numbers.
fn common_scalar(kept: &[Value]) -> Option<Map<String, Value>> {
    let first = kept.first()?.get("type")?.as_str()?;
    let numbers = ["integer", "number"];
    let mut kinds = BTreeSet::new();
    let mut formats = BTreeSet::new();
    let mut values: Vec<Value> = Vec::new();
    let mut is_closed = true;
    for choice in kept {
        let object = choice.as_object()?;
        let kind = object.get("type")?.as_str()?;
        let is_alike = kind == first || numbers.contains(&kind) && numbers.contains(&first);
        let is_composed = ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| object.contains_key(*key));
        if !is_alike || is_composed || ["object", "array"].contains(&kind) {
            return None;
        }
        kinds.insert(kind);
        formats.insert(
            object
                .get("format")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        );
        match object.get("enum") {
            Some(Value::Array(list)) => {
                for value in list {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
            _ => is_closed = false,
        }
    }
    let mut whole = match kept {
        [only] => only.as_object()?.clone(),
        _ => Map::from_iter([(
            "type".to_owned(),
            json!(if kinds.len() > 1 { "number" } else { first }),
        )]),
    };
    if kept
        .iter()
        .any(|choice| choice.get("nullable") == Some(&Value::Bool(true)))
    {
        whole.insert("nullable".to_owned(), Value::Bool(true));
    }
    if kept.len() > 1 {
        if let (1, Some(format)) = (formats.len(), formats.first())
            && !format.is_empty()
        {
            whole.insert("format".to_owned(), json!(format));
        }
        // Enums are open, so a plain string among the choices changes nothing for users.
        if !values.is_empty() && (is_closed || first == "string") {
            whole.insert("enum".to_owned(), Value::Array(values));
        }
    }
    Some(whole)
}

/// Adds the only choice of a union to the schema, in place of the union.
fn inline_only_choice(at: &str, schema: &mut Map<String, Value>, choice: Value, notes: &mut Notes) {
    let Value::Object(object) = choice else {
        return;
    };
    schema.remove("discriminator");
    let is_plain = !object.contains_key("$ref");
    let has_own = structure(schema).any(|key| key != "type");
    if is_plain && !has_own {
        for (key, value) in object {
            if !is_annotation_key(&key) {
                schema.insert(key, value);
            } else if key != "title" {
                schema.entry(key).or_insert(value);
            }
        }
        return;
    }
    if is_plain
        && !["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| object.contains_key(*key))
    {
        merge(at, schema, object, notes);
        return;
    }
    if !has_own {
        schema.remove("type");
    }
    let parts = schema.entry("allOf").or_insert_with(|| json!([]));
    if let Some(parts) = parts.as_array_mut() {
        parts.push(Value::Object(object));
    }
}
