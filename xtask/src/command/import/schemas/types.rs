//! Converts lists of types to one type, a union, or a schema for any JSON.

use crate::command::import::draft::Notes;
use serde_json::{Map, Value, json};

const TOPIC: &str = "OpenAPI 3.1";

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Converts a list of types to one type, a union, or a schema for any JSON; `null` becomes
/// `nullable`. Omits a list of several types next to `allOf`, `oneOf` or `anyOf`.
pub(crate) fn types(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let mut kinds: Vec<String> = match schema.get("type") {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(kind)) if kind == "null" => vec![kind.clone()],
        _ => return,
    };
    schema.remove("type");
    if kinds.iter().any(|kind| kind == "null") {
        kinds.retain(|kind| kind != "null");
        schema.insert("nullable".to_owned(), Value::Bool(true));
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
            if values.is_empty() {
                schema.remove("enum");
            }
        }
    }
    if kinds.iter().any(|kind| kind == "number") {
        kinds.retain(|kind| kind != "integer");
    }
    kinds.sort();
    kinds.dedup();
    let is_composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let is_every = TYPES
        .iter()
        .all(|kind| *kind == "integer" || kinds.iter().any(|known| known == kind));
    match kinds.as_slice() {
        [] => {}
        [only] => {
            schema.insert("type".to_owned(), json!(only));
        }
        _ if is_every => {
            for key in KEYS_BY_TYPE.iter().flat_map(|(_, keys)| *keys) {
                schema.remove(*key);
            }
        }
        _ if is_composed => notes.loss(
            TOPIC,
            at,
            format!(
                "the types {} next to `allOf`, `oneOf` or `anyOf` are omitted",
                kinds.join(", ")
            ),
        ),
        _ => {
            let choices = kinds.iter().map(|kind| choice(kind, schema)).collect();
            for key in KEYS_BY_TYPE.iter().flat_map(|(_, keys)| *keys) {
                schema.remove(*key);
            }
            schema.remove("enum");
            schema.insert("oneOf".to_owned(), Value::Array(choices));
            notes.change(
                TOPIC,
                at,
                format!("the types {} become a union", kinds.join(", ")),
            );
        }
    }
}

/// Types, with the keys that apply to each type.
const KEYS_BY_TYPE: [(&str, &[&str]); 5] = [
    (
        "string",
        &[
            "format",
            "pattern",
            "minLength",
            "maxLength",
            "contentEncoding",
            "contentMediaType",
        ],
    ),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
    (
        "integer",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "unevaluatedProperties",
            "minProperties",
            "maxProperties",
            "if",
            "then",
            "else",
            "dependentSchemas",
        ],
    ),
];

/// Returns the schema for one of several types, with the keys that apply to this type.
fn choice(kind: &str, schema: &Map<String, Value>) -> Value {
    let mut choice = Map::from_iter([("type".to_owned(), json!(kind))]);
    let keys = KEYS_BY_TYPE.iter().find(|(known, _)| *known == kind);
    for key in keys.map_or(&[][..], |(_, keys)| *keys) {
        if let Some(value) = schema.get(*key) {
            choice.insert((*key).to_owned(), value.clone());
        }
    }
    let values: Vec<Value> = match schema.get("enum") {
        Some(Value::Array(values)) => values
            .iter()
            .filter(|value| is_of(kind, value))
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    if !values.is_empty() {
        choice.insert("enum".to_owned(), Value::Array(values));
    }
    Value::Object(choice)
}

/// Returns whether a value has the given type. Returns true for an unknown type.
pub(crate) fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
