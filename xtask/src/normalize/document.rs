//! Finds named schemas and unused names, creates references, and visits the nodes of a document.

use serde_json::{Map, Value, json};

use crate::model::{last_pointer_segment, members};

/// Returns the named schemas of a document.
pub(super) fn schemas(root: &Value) -> &Map<String, Value> {
    members(&root["components"], "schemas")
}

/// Returns the named schemas of a document, mutably.
pub(super) fn schemas_mut(root: &mut Value) -> Option<&mut Map<String, Value>> {
    root.pointer_mut("/components/schemas")?.as_object_mut()
}

/// Returns the name of the schema in a `$ref`.
pub(super) fn target(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    Some(last_pointer_segment(
        reference.strip_prefix("#/components/schemas/")?,
    ))
}

/// Returns a `$ref` to a schema.
pub(super) fn reference(name: &str) -> Value {
    let name = name.replace('~', "~0").replace('/', "~1");
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Returns an unused name: the given name, or the given name with a number.
pub(super) fn free_name(root: &Value, wanted: &str) -> String {
    let known = schemas(root);
    let mut name = wanted.to_owned();
    let mut number = 2;
    while known.contains_key(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Calls a function with every node of a document.
pub(super) fn visit(node: &mut Value, act: &mut impl FnMut(&mut Value)) {
    act(node);
    match node {
        Value::Object(object) => object.values_mut().for_each(|child| visit(child, act)),
        Value::Array(items) => items.iter_mut().for_each(|child| visit(child, act)),
        _ => {}
    }
}
