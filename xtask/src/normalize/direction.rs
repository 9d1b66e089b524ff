//! Gives a request body its own schema if the body shares a schema with a response or a webhook,
//! and that schema differs by direction. A schema differs by direction if it has read-only
//! properties, or optional properties that can be null.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::{reference, schemas, schemas_mut, target};
use super::origin::Origins;
use crate::model::{elements, flag, last_pointer_segment, members, text};

/// Extension that marks a response schema if request bodies have their own version of the schema.
pub(crate) const SPLIT: &str = "x-sdk-split";

/// Maximum depth of nested `allOf`.
const DEPTH: usize = 16;

pub(super) fn split_bodies(root: &mut Value, origins: &mut Origins) {
    let received_schemas = received_schemas(root);
    let mut bodies = BTreeSet::new();
    for_each_body_schema(root, &mut |schema| {
        bodies.extend(body_target(schema).and_then(|schema| target(schema)));
    });
    let mut split = Vec::new();
    for name in bodies.intersection(&received_schemas) {
        let Some(schema) = schemas(root).get(name) else {
            continue;
        };
        if !differs_by_direction(root, schema) {
            continue;
        }
        let mut own = schema.clone();
        own["description"] = json!(format!(
            "{}\n\nThis type is for requests. It lacks properties that only the server sets. Responses use `{name}`.",
            text(schema, "description").trim()
        ));
        split.push((name.clone(), free_name(root, name), own));
    }
    for (name, own, schema) in &split {
        origins.add(own, name);
        if let Some(schemas) = schemas_mut(root) {
            schemas.insert(own.clone(), schema.clone());
            if let Some(answer) = schemas.get_mut(name) {
                answer[SPLIT] = Value::Bool(true);
            }
        }
    }
    for_each_body_schema(root, &mut |schema| {
        let Some(schema) = body_target(schema) else {
            return;
        };
        let known = target(schema).and_then(|name| split.iter().find(|(old, _, _)| *old == name));
        if let Some((_, own, _)) = known {
            *schema = reference(own);
        }
    });
}

/// Returns a name such as `ProductRequest`, or `ProductBody` if the first name is taken.
fn free_name(root: &Value, name: &str) -> String {
    let wanted = format!("{name}Request");
    match schemas(root).contains_key(&wanted) {
        true => super::document::free_name(root, &format!("{name}Body")),
        false => wanted,
    }
}

/// Calls a function with the schema of every media type of every request body.
fn for_each_body_schema(root: &mut Value, act: &mut impl FnMut(&mut Value)) {
    let mut of_body = |body: &mut Value| {
        let content = body.get_mut("content").and_then(Value::as_object_mut);
        for media in content.into_iter().flat_map(Map::values_mut) {
            if let Some(schema) = media.get_mut("schema") {
                act(schema);
            }
        }
    };
    let items = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in items.into_iter().flat_map(Map::values_mut) {
        let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
        for operation in operations {
            if let Some(body) = operation.get_mut("requestBody") {
                of_body(body);
            }
        }
    }
    let shared = root.pointer_mut("/components/requestBodies");
    let shared = shared.and_then(Value::as_object_mut);
    shared
        .into_iter()
        .flat_map(Map::values_mut)
        .for_each(of_body);
}

/// Returns the schema of a body, or of the items if the body is a list.
fn body_target(schema: &mut Value) -> Option<&mut Value> {
    match text(schema, "type") {
        "array" => schema.get_mut("items"),
        _ => Some(schema),
    }
}

/// Returns the names of the schemas that are reachable from responses and webhooks.
fn received_schemas(root: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let responses = members(&root["components"], "responses").values();
    let operations = members(root, "paths").values();
    let operations = operations.flat_map(|item| item.as_object().into_iter().flat_map(Map::values));
    let own = operations.flat_map(|operation| members(operation, "responses").values());
    for response in responses.chain(own) {
        for media in members(response, "content").values() {
            add_reachable_schemas(root, &media["schema"], &mut found, 0);
        }
    }
    for family in elements(root, "x-sdk-webhooks") {
        let events = elements(family, "events").iter();
        for payload in events
            .map(|event| text(event, "payload"))
            .chain([text(family, "payload")])
        {
            add_reachable_schemas(root, &reference(payload), &mut found, 0);
        }
    }
    found
}

/// Adds the schemas that are reachable from a schema. A schema that is reachable only because
/// another schema extends it is not added itself, but the schemas that it contains are.
fn add_reachable_schemas(root: &Value, schema: &Value, found: &mut BTreeSet<String>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    if let Some(name) = target(schema) {
        if let Some(named) = schemas(root).get(&name)
            && found.insert(name)
        {
            add_reachable_schemas(root, named, found, 0);
        }
        return;
    }
    let parts = elements(schema, "allOf");
    let is_alias = parts.len() == 1 && schema.get("properties").is_none();
    for part in parts {
        let extended = target(part).and_then(|name| schemas(root).get(&name));
        match extended {
            Some(extended) if !is_alias => add_reachable_schemas(root, extended, found, depth + 1),
            _ => add_reachable_schemas(root, part, found, depth + 1),
        }
    }
    let held = ["oneOf", "anyOf"].map(|key| elements(schema, key)).concat();
    let properties = members(schema, "properties").values();
    let inner = ["items", "additionalProperties"];
    let inner = inner.iter().filter_map(|key| schema.get(key));
    for inner in held.iter().chain(properties).chain(inner) {
        add_reachable_schemas(root, inner, found, depth);
    }
}

fn differs_by_direction(root: &Value, schema: &Value) -> bool {
    let (mut properties, mut required) = (Map::new(), BTreeSet::new());
    gather(root, schema, &mut properties, &mut required, 0);
    properties.iter().any(|(name, property)| {
        let named = target(property).and_then(|name| schemas(root).get(&name));
        let is = |mark: &str| flag(property, mark) || named.is_some_and(|named| flag(named, mark));
        is("readOnly") || is("nullable") && !required.contains(name)
    })
}

fn gather(
    root: &Value,
    schema: &Value,
    properties: &mut Map<String, Value>,
    required: &mut BTreeSet<String>,
    depth: usize,
) {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let schema = reference
        .and_then(|reference| schemas(root).get(&last_pointer_segment(reference)))
        .unwrap_or(schema);
    if depth > DEPTH {
        return;
    }
    for part in elements(schema, "allOf") {
        gather(root, part, properties, required, depth + 1);
    }
    let own = members(schema, "properties").iter();
    properties.extend(own.map(|(name, property)| (name.clone(), property.clone())));
    let own = elements(schema, "required")
        .iter()
        .filter_map(Value::as_str);
    required.extend(own.map(str::to_owned));
}
