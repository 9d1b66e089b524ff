//! Order of keys in the written files: names first, content last.

use crate::command::import::visit::{Holds, held};
use serde_json::{Map, Value};

/// Keys that come first, in this order. Extensions follow them, and then other keys.
const FIRST: [&str; 14] = [
    "openapi",
    "info",
    "title",
    "version",
    "name",
    "in",
    "url",
    "$ref",
    "tags",
    "operationId",
    "type",
    "format",
    "nullable",
    "deprecated",
];

/// Keys that come last, in this order.
const LAST: [&str; 19] = [
    "description",
    "externalDocs",
    "servers",
    "security",
    "required",
    "parameters",
    "requestBody",
    "schema",
    "headers",
    "content",
    "responses",
    "discriminator",
    "enum",
    "items",
    "additionalProperties",
    "properties",
    "paths",
    "components",
    "example",
];

/// Returns the members of an object in the order in which they are written. Only the keys of
/// OpenAPI objects are reordered.
pub(super) fn members(object: &Map<String, Value>, holds: Holds) -> Vec<(&String, &Value, Holds)> {
    let mut members: Vec<_> = object
        .iter()
        .map(|(key, value)| (key, value, held(holds, key)))
        .collect();
    if holds == Holds::Object {
        members.sort_by_key(|(key, ..)| rank(key));
    }
    members
}

fn rank(key: &str) -> (usize, usize) {
    if let Some(index) = FIRST.iter().position(|known| *known == key) {
        return (0, index);
    }
    if key.starts_with("x-") {
        return (1, 0);
    }
    match LAST.iter().position(|known| *known == key) {
        Some(index) => (3, index),
        None => (2, 0),
    }
}
