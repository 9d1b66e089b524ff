//! Places that need a Rust type although progenitor's signatures don't contain them: choices of
//! unions, variants of bodies, and responses by status. They are the properties of one helper
//! schema, so typify determines their types in the same way as the types of other properties.

use serde_json::{Map, Value, json};

use super::Simplifier;
use super::schema::is_union;
use crate::model::{Api, Content, elements};

/// Name of the helper schema. Its type is removed from the output.
pub(crate) const PLACES: &str = "SdkPlaces";

/// Returns the key of a choice of the union with the given schema name.
pub(crate) fn choice(schema: &str, index: usize) -> String {
    format!("choice {index} {schema}")
}

/// Returns the key of a variant of the operation's body.
pub(crate) fn body(operation: &str, index: usize) -> String {
    format!("body {index} {operation}")
}

/// Returns the key of the operation's response for a status.
pub(crate) fn answer(operation: &str, status: &str) -> String {
    format!("answer {status} {operation}")
}

/// Returns the choices of a union: first the choices in `oneOf`, then the choices in `anyOf`.
pub(crate) fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    elements(schema, "oneOf")
        .iter()
        .chain(elements(schema, "anyOf"))
}

pub(super) fn schema(api: &Api<'_>, simplifier: &Simplifier<'_>) -> Value {
    let mut properties = Map::new();
    for (name, schema) in api.schemas.iter().filter(|(_, schema)| is_union(schema)) {
        for (index, part) in choices(schema).enumerate() {
            properties.insert(choice(name, index), simplifier.schema(part));
        }
    }
    for operation in &api.operations {
        for (index, variant) in operation.variants(api).iter().enumerate() {
            if let Some(schema) = variant.schema {
                properties.insert(body(operation.id, index), simplifier.schema(schema));
            }
        }
    }
    for operation in &api.operations {
        for answer in operation.responses_by_status().into_iter().flatten() {
            if let Content::Json(schema) = answer.content() {
                properties.insert(
                    self::answer(operation.id, answer.status),
                    simplifier.schema(schema),
                );
            }
        }
    }
    let required: Vec<&String> = properties.keys().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
