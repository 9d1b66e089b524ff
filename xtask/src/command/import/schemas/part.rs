//! Content of an `allOf` part: the keys that describe its use, and the keys that are merged into
//! the schema.

use crate::command::import::draft::Notes;
use crate::command::import::schemas::repair::is_any;
use crate::command::import::schemas::shape::USAGE_KEYS;
use serde_json::{Map, Value, json};

const TOPIC: &str = "compositions";

pub(crate) fn is_annotation_key(key: &str) -> bool {
    USAGE_KEYS.contains(&key) || key.starts_with("x-") || key == "externalDocs"
}

/// Returns the keys of a schema that constrain the value.
pub(crate) fn structure(schema: &Map<String, Value>) -> impl Iterator<Item = &String> {
    schema.keys().filter(|key| !is_annotation_key(key))
}

/// Copies the keys that describe the use of an inner schema to the outer schema. Skips `title` and
/// the keys that the outer schema already has.
pub(crate) fn inherit(schema: &mut Map<String, Value>, inner: &Map<String, Value>) {
    for (key, value) in inner {
        if is_annotation_key(key) && key != "title" {
            schema.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// Merges the properties, requirements and other keys of a part into a schema. In a conflict, the
/// schema takes precedence, unless its own property accepts any JSON.
pub(crate) fn merge(
    at: &str,
    schema: &mut Map<String, Value>,
    part: Map<String, Value>,
    notes: &mut Notes,
) {
    for (key, value) in part {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let own = schema.entry("properties").or_insert_with(|| json!({}));
                let Some(own) = own.as_object_mut() else {
                    continue;
                };
                for (name, property) in properties {
                    match own.get(&name) {
                        Some(known) if *known != property && !is_any(&property) => {
                            if is_any(known) {
                                own.insert(name, property);
                            } else {
                                notes.change(
                                    TOPIC,
                                    at,
                                    format!("two parts of `allOf` declare `{name}` with different schemas: the first is used"),
                                );
                            }
                        }
                        Some(_) => {}
                        None => drop(own.insert(name, property)),
                    }
                }
            }
            ("required", Value::Array(names)) => {
                let own = schema.entry("required").or_insert_with(|| json!([]));
                let Some(own) = own.as_array_mut() else {
                    continue;
                };
                for name in names {
                    if !own.contains(&name) {
                        own.push(name);
                    }
                }
            }
            ("title", _) => {}
            (_, value) => drop(schema.entry(key).or_insert(value)),
        }
    }
}
