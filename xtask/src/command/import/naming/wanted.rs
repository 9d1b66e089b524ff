//! The preferred name of an inline schema: derived from its location, or from the values of a map.

use crate::command::import::schemas::words::shortened;
use serde_json::{Map, Value};

/// Prefix of references to schemas that have no name yet.
pub(super) const UNNAMED: &str = "#/unnamed/";

/// Returns the preferred name. Free-form objects are called `AnyObject`, maps are named after their
/// values, and all other schemas are named after their locations.
pub(super) fn wanted(schema: &Map<String, Value>, words: &str) -> String {
    let has_none = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_none_or(Map::is_empty);
    let is_composed = ["allOf", "oneOf", "anyOf", "enum"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let others = ["minProperties", "maxProperties"]
        .iter()
        .any(|key| schema.contains_key(*key));
    if !has_none || is_composed || others {
        return shortened(words, words);
    }
    match schema.get("additionalProperties") {
        None | Some(Value::Bool(_)) => "AnyObject".to_owned(),
        Some(values) => format!("{}Map", kind_words(values, words)),
    }
}

/// Returns words for the values of a map: the name of the referenced schema, or a word for a simple
/// type. Returns `words` for all other values.
fn kind_words(schema: &Value, words: &str) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return match reference.strip_prefix(UNNAMED) {
            Some(_) => words.to_owned(),
            None => reference.rsplit('/').next().unwrap_or_default().to_owned(),
        };
    }
    let kind = schema.get("type").and_then(Value::as_str);
    let is_plain = schema.as_object().is_some_and(|object| {
        object
            .keys()
            .all(|key| ["type", "description", "title", "example"].contains(&key.as_str()))
    });
    match kind {
        Some("string") if is_plain => "Text".to_owned(),
        Some("integer") if is_plain => "Integer".to_owned(),
        Some("number") if is_plain => "Number".to_owned(),
        Some("boolean") if is_plain => "Flag".to_owned(),
        _ => words.to_owned(),
    }
}
