//! Replaces a schema that is only another name for a scalar or a list (`allOf` with one reference)
//! with a copy of that scalar or list.

use serde_json::Value;

use super::document::{schemas, schemas_mut, target, visit};
use crate::model::elements;

/// Maximum length of a chain of aliases.
const DEPTH: usize = 128;

pub(super) fn flatten(root: &mut Value) {
    let flat: Vec<(String, Value)> = schemas(root)
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), flattened(root, schema)?)))
        .collect();
    if let Some(schemas) = schemas_mut(root) {
        schemas.extend(flat);
    }
    let snapshot = root.clone();
    visit(root, &mut |node| {
        let is_parameter = node.get("in").is_some_and(Value::is_string)
            && node.get("name").is_some_and(Value::is_string);
        if is_parameter && let Some(schema) = node.get_mut("schema") {
            if let Some(flat) = flattened(&snapshot, schema) {
                *schema = flat;
            } else if let Some(items) = schema.get_mut("items")
                && let Some(flat) = flattened(&snapshot, items)
            {
                *items = flat;
            }
        }
    });
}

/// Returns a copy of the scalar or list that a schema is an alias of. Returns `None` for any other
/// schema, including aliases of objects and of string enums.
fn flattened(root: &Value, schema: &Value) -> Option<Value> {
    let mut outer = vec![schema];
    let mut node = schema;
    for _ in 0..DEPTH {
        node = match (target(node), elements(node, "allOf")) {
            (Some(name), _) => schemas(root).get(&name)?,
            (None, [only]) if node.get("properties").is_none() => only,
            _ => break,
        };
        outer.push(node);
    }
    let kind = node.get("type").and_then(Value::as_str)?;
    let is_plain = ["string", "integer", "number", "boolean", "array"].contains(&kind);
    let is_open = node.get("enum").is_some() && kind == "string";
    // A plain `$ref` does not require a copy, and an enum keeps its name.
    if !is_plain || is_open || elements(schema, "allOf").len() != 1 {
        return None;
    }
    let mut flat = serde_json::Map::new();
    for node in outer.into_iter().rev() {
        for (key, value) in node.as_object()? {
            if key != "allOf" && key != "$ref" {
                flat.insert(key.clone(), value.clone());
            }
        }
    }
    Some(Value::Object(flat))
}
