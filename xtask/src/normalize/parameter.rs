//! Gives names to the unions, objects and nested enums in the schemas of parameters. For a
//! parameter of an operation, the name consists of the names of the operation and the parameter.
//! The enums of parameters are named in the same way.

use serde_json::Value;

use super::document::{free_name, reference, schemas_mut};
use super::origin::Origins;
use crate::model::{elements, members, text};
use crate::name;

/// Maximum depth of the search in a schema.
const DEPTH: usize = 64;

pub(super) fn name_schemas(root: &mut Value, origins: &mut Origins) {
    let mut found = Vec::new();
    for (path, item) in members(root, "paths") {
        let at = format!("/paths/{}", escape_segment(path));
        collect_from_parameters(item, &at, path, &mut found);
        for (method, operation) in item.as_object().into_iter().flatten() {
            let at = format!("{at}/{}", escape_segment(method));
            collect_from_parameters(operation, &at, text(operation, "operationId"), &mut found);
        }
    }
    for (name, parameter) in members(&root["components"], "parameters") {
        let at = format!("/components/parameters/{}/schema", escape_segment(name));
        let words = format!("{name}_parameter");
        collect_nameless_schemas(&parameter["schema"], &at, &words, 0, &mut found);
    }
    for (at, words) in found {
        let name = free_name(root, &name::type_name(&words));
        let Some(node) = root.pointer_mut(&at) else {
            continue;
        };
        let schema = std::mem::replace(node, reference(&name));
        if let Some(schemas) = schemas_mut(root) {
            schemas.insert(name.clone(), schema);
        }
        origins.add(&name, &words);
    }
}

fn collect_from_parameters(
    holder: &Value,
    at: &str,
    words: &str,
    found: &mut Vec<(String, String)>,
) {
    for (index, parameter) in elements(holder, "parameters").iter().enumerate() {
        let at = format!("{at}/parameters/{index}/schema");
        let words = format!("{words}_{}", text(parameter, "name"));
        collect_nameless_schemas(&parameter["schema"], &at, &words, 0, found);
    }
}

fn escape_segment(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Adds the pointers and names of the unions, objects and nested enums in a schema to `found`.
/// Nested schemas come first.
fn collect_nameless_schemas(
    schema: &Value,
    at: &str,
    words: &str,
    depth: usize,
    found: &mut Vec<(String, String)>,
) {
    if depth > DEPTH || schema.get("$ref").is_some() {
        return;
    }
    for (name, property) in members(schema, "properties") {
        let at = format!("{at}/properties/{}", escape_segment(name));
        collect_nameless_schemas(property, &at, &format!("{words}_{name}"), depth + 1, found);
    }
    if let Some(items) = schema.get("items") {
        collect_nameless_schemas(
            items,
            &format!("{at}/items"),
            &format!("{words}_item"),
            depth + 1,
            found,
        );
    }
    if let Some(values) = schema
        .get("additionalProperties")
        .filter(|values| values.is_object())
    {
        let at = format!("{at}/additionalProperties");
        collect_nameless_schemas(values, &at, &format!("{words}_value"), depth + 1, found);
    }
    let is_union = ["oneOf", "anyOf"]
        .iter()
        .any(|key| elements(schema, key).len() > 1);
    let is_object =
        !members(schema, "properties").is_empty() || elements(schema, "allOf").len() > 1;
    // Progenitor names the enum of a parameter, but not the enums of properties inside a parameter.
    let is_inner_enum = depth > 0
        && at.contains("/properties/")
        && text(schema, "type") == "string"
        && elements(schema, "enum").len() > 1;
    if is_union || is_object || is_inner_enum {
        found.push((at.to_owned(), words.to_owned()));
    }
}
