//! Properties of schemas, including composed schemas. Members are the schemas in `allOf`, `oneOf`
//! and `anyOf`.

use serde_json::Value;

use crate::openapi::tree::Tree;

/// Maximum depth to which nested compositions are searched.
const MAX_DEPTH: usize = 8;

/// Returns the schema of a property, which can be declared in a member of a composition.
pub(crate) fn property<'d>(tree: &'d Tree, schema: &'d Value, name: &str) -> Option<&'d Value> {
    let mut found = None;
    walk(tree, schema, MAX_DEPTH, &mut |known, schema| {
        if known == name && found.is_none() {
            found = Some(schema);
        }
    });
    found
}

/// Returns the schema of the value at a JSON pointer. Each step of the pointer must be a property
/// name.
pub(crate) fn at<'d>(tree: &'d Tree, schema: &'d Value, pointer: &str) -> Option<&'d Value> {
    let mut steps = pointer.split('/').skip(1);
    steps.try_fold(schema, |schema, name| property(tree, schema, name))
}

/// Returns all properties of a schema and of its members.
pub(crate) fn properties<'d>(tree: &'d Tree, schema: &'d Value) -> Vec<(&'d str, &'d Value)> {
    let mut all: Vec<(&str, &Value)> = Vec::new();
    walk(tree, schema, MAX_DEPTH, &mut |name, schema| {
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, schema));
        }
    });
    all
}

/// Returns whether a schema or one of its members requires a property.
pub(crate) fn is_required(tree: &Tree, schema: &Value, name: &str) -> bool {
    required_within(tree, schema, name, MAX_DEPTH)
}

/// Returns whether every alternative of a schema requires a property: the schema itself or a member
/// of `allOf`.
pub(crate) fn is_always_required(tree: &Tree, schema: &Value, name: &str) -> bool {
    fn within(tree: &Tree, schema: &Value, name: &str, depth: usize) -> bool {
        let schema = tree.resolve(schema);
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        let is_own = |names: &Vec<Value>| names.iter().any(|known| known == name);
        list("required").is_some_and(is_own)
            || depth > 0
                && list("allOf")
                    .into_iter()
                    .flatten()
                    .any(|part| within(tree, part, name, depth - 1))
    }
    within(tree, schema, name, MAX_DEPTH)
}

/// Returns whether a schema or one of its members has a schema for additional properties.
pub(crate) fn has_typed_entries(tree: &Tree, schema: &Value) -> bool {
    typed_within(tree, schema, MAX_DEPTH)
}

fn typed_within(tree: &Tree, schema: &Value, depth: usize) -> bool {
    let schema = tree.resolve(schema);
    let extra = schema.get("additionalProperties");
    extra.is_some_and(|extra| extra.as_object().is_some_and(|extra| !extra.is_empty()))
        || depth > 0 && members(schema).any(|member| typed_within(tree, member, depth - 1))
}

fn required_within(tree: &Tree, schema: &Value, name: &str, depth: usize) -> bool {
    let schema = tree.resolve(schema);
    let own = schema.get("required").and_then(Value::as_array);
    own.is_some_and(|names| names.iter().any(|n| n == name))
        || depth > 0 && members(schema).any(|member| required_within(tree, member, name, depth - 1))
}

fn walk<'d>(
    tree: &'d Tree,
    schema: &'d Value,
    depth: usize,
    visit: &mut impl FnMut(&'d str, &'d Value),
) {
    let schema = tree.resolve(schema);
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, property) in own.into_iter().flatten() {
        visit(name, property);
    }
    if depth > 0 {
        members(schema).for_each(|member| walk(tree, member, depth - 1, visit));
    }
}

fn members(schema: &Value) -> impl Iterator<Item = &Value> {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;
    use serde_json::json;

    #[test]
    fn properties_and_requirements_of_composed_schemas_are_included() {
        let document = Document::read("{}").unwrap();
        let schema = json!({ "properties": { "a": {} }, "allOf": [{ "oneOf": [{ "required": ["b"], "properties": { "b": { "type": "string" } } }] }] });
        assert_eq!(
            property(&document, &schema, "b"),
            Some(&json!({ "type": "string" }))
        );
        let names: Vec<&str> = properties(&document, &schema)
            .iter()
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert!(is_required(&document, &schema, "b") && !is_required(&document, &schema, "a"));
    }
}
