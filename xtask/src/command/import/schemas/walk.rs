//! Visits the schemas, parameters, headers, request bodies and responses of a draft, including
//! schemas under JSON Schema keys that OpenAPI 3.0 doesn't have. Outer values come before inner
//! ones, so that a pass sees its own changes.

use crate::command::import::visit::{METHODS, for_each};
use crate::spec::pointer::below;
use serde_json::Value;

/// Kinds of values that can be components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Schema,
    Parameter,
    Header,
    Body,
    Answer,
}

impl Part {
    /// Returns the section of `components` for this kind.
    pub(crate) fn section(self) -> &'static str {
        match self {
            Part::Schema => "schemas",
            Part::Parameter => "parameters",
            Part::Header => "headers",
            Part::Body => "requestBodies",
            Part::Answer => "responses",
        }
    }
}

/// Schema keys whose values are single schemas.
pub(crate) const SINGLE_SCHEMA_KEYS: [&str; 12] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// Schema keys whose values are maps of schemas by name.
pub(crate) const SCHEMA_MAP_KEYS: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];

/// Schema keys whose values are lists of schemas. The value of `items` is one schema or a list.
pub(crate) const SCHEMA_LIST_KEYS: [&str; 5] = ["allOf", "oneOf", "anyOf", "prefixItems", "items"];

/// Calls a function for every schema, parameter, header, request body and response, outer before
/// inner. A `$ref` is visited instead of its target.
pub(crate) fn parts(document: &mut Value, see: &mut dyn FnMut(Part, &str, &mut Value)) {
    let sections = [
        Part::Schema,
        Part::Parameter,
        Part::Header,
        Part::Body,
        Part::Answer,
    ];
    if let Some(components) = document.get_mut("components") {
        for part in sections {
            for_each(components, part.section(), "/components", &mut |at, it| {
                enter(part, at, it, see);
            });
        }
    }
    for section in ["paths", "webhooks"] {
        for_each(document, section, "", &mut |at, item| {
            for_each(item, "parameters", at, &mut |at, it| {
                enter(Part::Parameter, at, it, see);
            });
            for method in METHODS {
                if let Some(operation) = item.get_mut(method) {
                    of_operation(operation, &below(at, method), see);
                }
            }
        });
    }
}

/// Calls a function for every schema of the document, outer before inner.
pub(crate) fn schemas(document: &mut Value, see: &mut dyn FnMut(&str, &mut Value)) {
    parts(document, &mut |part, at, value| {
        if part == Part::Schema {
            see(at, value);
        }
    });
}

fn of_operation(operation: &mut Value, at: &str, see: &mut dyn FnMut(Part, &str, &mut Value)) {
    for_each(operation, "parameters", at, &mut |at, it| {
        enter(Part::Parameter, at, it, see);
    });
    if let Some(body) = operation.get_mut("requestBody") {
        enter(Part::Body, &below(at, "requestBody"), body, see);
    }
    for_each(operation, "responses", at, &mut |at, it| {
        enter(Part::Answer, at, it, see);
    });
}

fn enter(part: Part, at: &str, value: &mut Value, see: &mut dyn FnMut(Part, &str, &mut Value)) {
    see(part, at, value);
    if part == Part::Schema {
        for key in SINGLE_SCHEMA_KEYS {
            let inner = value.get_mut(key).filter(|inner| !inner.is_array());
            if let Some(inner) = inner
                && !(key.starts_with("additional") && inner.is_boolean())
            {
                enter(part, &below(at, key), inner, see);
            }
        }
        for key in SCHEMA_MAP_KEYS.iter().chain(&SCHEMA_LIST_KEYS) {
            let is_list = SCHEMA_LIST_KEYS.contains(key);
            if value
                .get(*key)
                .is_some_and(|held| held.is_array() == is_list)
            {
                for_each(value, key, at, &mut |at, inner| enter(part, at, inner, see));
            }
        }
        return;
    }
    if matches!(part, Part::Parameter | Part::Header)
        && let Some(schema) = value.get_mut("schema")
    {
        enter(Part::Schema, &below(at, "schema"), schema, see);
    }
    for_each(value, "content", at, &mut |at, media| {
        if let Some(schema) = media.get_mut("schema") {
            enter(Part::Schema, &below(at, "schema"), schema, see);
        }
    });
    if part == Part::Answer {
        for_each(value, "headers", at, &mut |at, it| {
            enter(Part::Header, at, it, see);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};
    use serde_json::json;

    #[test]
    fn every_part_is_visited_before_its_children() {
        let mut document = json!({
            "components": {
                "schemas": { "A": { "properties": { "properties": { "items": [{}, true] } }, "enum": [{ "items": {} }] } },
                "responses": { "R": { "headers": { "H": { "schema": {} } }, "content": { "a/b": { "schema": {} } } } },
            },
            "paths": { "/a": { "parameters": [{ "schema": {} }], "get": { "requestBody": { "content": {} }, "responses": { "200": {} } } } },
        });
        let mut seen = Vec::new();
        parts(&mut document, &mut |part, at, _| {
            seen.push((part, at.to_owned()))
        });
        let expected = [
            (Part::Schema, "/components/schemas/A"),
            (Part::Schema, "/components/schemas/A/properties/properties"),
            (
                Part::Schema,
                "/components/schemas/A/properties/properties/items/0",
            ),
            (
                Part::Schema,
                "/components/schemas/A/properties/properties/items/1",
            ),
            (Part::Answer, "/components/responses/R"),
            (Part::Schema, "/components/responses/R/content/a~1b/schema"),
            (Part::Header, "/components/responses/R/headers/H"),
            (Part::Schema, "/components/responses/R/headers/H/schema"),
            (Part::Parameter, "/paths/~1a/parameters/0"),
            (Part::Schema, "/paths/~1a/parameters/0/schema"),
            (Part::Body, "/paths/~1a/get/requestBody"),
            (Part::Answer, "/paths/~1a/get/responses/200"),
        ];
        assert_eq!(seen, expected.map(|(part, at)| (part, at.to_owned())));
    }
}
