//! Converts JSON Schema and OpenAPI 3.1 constructs to OpenAPI 3.0. OpenAPI 3.0 documents are also
//! converted: the conversion does no harm, and some of these documents use 3.1 constructs.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::types::types;
use crate::command::import::schemas::walk::schemas;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "OpenAPI 3.1";

/// Runs the pass.
pub(crate) fn lower(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    schemas(document, &mut |at, value| lower_schema(at, value, notes));
    if let Some(root) = document.as_object_mut() {
        root.remove("jsonSchemaDialect");
    }
    Ok(())
}

fn lower_schema(at: &str, value: &mut Value, notes: &mut Notes) {
    let schema = match value {
        Value::Object(schema) => schema,
        Value::Bool(true) | Value::Null => {
            *value = json!({});
            return;
        }
        Value::Bool(false) => {
            // Forbidden properties are already removed from their object (see `drop_forbidden`).
            *value = json!({});
            notes.loss(
                TOPIC,
                at,
                "a schema that accepts nothing (`false`) is replaced with one that accepts any JSON",
            );
            return;
        }
        other => {
            notes.loss(
                TOPIC,
                at,
                "a schema that is not an object is replaced with one that accepts any JSON",
            );
            *other = json!({});
            return;
        }
    };
    for key in IGNORED_KEYS {
        schema.remove(key);
    }
    drop_forbidden(at, schema, notes);
    constant(schema);
    examples(schema);
    null_choices(schema);
    tuples(at, schema, notes);
    types(at, schema, notes);
    exclusive_bounds(schema);
    conditions(at, schema, notes);
    patterns(at, schema, notes);
    content(schema);
    for (key, instead) in UNSUPPORTED_KEYS {
        if schema.remove(key).is_some() {
            notes.loss(TOPIC, at, format!("`{key}` is omitted: {instead}"));
        }
    }
}

/// Keys that don't affect a client.
const IGNORED_KEYS: [&str; 8] = [
    "$schema",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$comment",
    "$vocabulary",
    "$defs",
    "definitions",
];

/// Keys that the generator doesn't support, with the consequence of removing each key.
const UNSUPPORTED_KEYS: [(&str, &str); 9] = [
    ("not", "the crate also accepts values that `not` excludes"),
    ("propertyNames", "the crate accepts any names"),
    ("contains", "the crate accepts lists without such items"),
    (
        "minContains",
        "the crate accepts lists with fewer such items",
    ),
    (
        "maxContains",
        "the crate accepts lists with more such items",
    ),
    (
        "dependentRequired",
        "the crate accepts incomplete sets of properties",
    ),
    ("unevaluatedItems", "the crate accepts additional items"),
    ("additionalItems", "the crate accepts additional items"),
    ("contentSchema", "the crate does not decode the string"),
];

/// Removes properties with the schema `false`, which are forbidden.
fn drop_forbidden(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let before = properties.len();
    properties.retain(|_, property| property != &Value::Bool(false));
    if properties.len() < before {
        notes.change(
            TOPIC,
            at,
            "a forbidden property (with the schema `false`) is omitted",
        );
    }
}

fn constant(schema: &mut Map<String, Value>) {
    let Some(only) = schema.remove("const") else {
        return;
    };
    if only.is_null() {
        schema.insert("type".to_owned(), json!("null"));
    } else if only.is_object() || only.is_array() {
        schema.entry("example").or_insert(only);
    } else if !schema.contains_key("enum") {
        schema.insert("enum".to_owned(), Value::Array(vec![only]));
    }
}

/// Replaces `examples` with its first value as `example`, unless the schema already has an
/// `example`.
fn examples(schema: &mut Map<String, Value>) {
    let first = match schema.remove("examples") {
        Some(Value::Array(examples)) => examples.into_iter().next(),
        _ => None,
    };
    if let Some(first) = first
        && !schema.contains_key("example")
    {
        schema.insert("example".to_owned(), first);
    }
}

/// Returns whether a schema allows only null.
pub(crate) fn is_null(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let nulls = |list: &Value| {
        list.as_array()
            .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_null))
    };
    match (object.get("type"), object.get("enum"), object.get("const")) {
        (Some(Value::String(kind)), _, _) if kind == "null" => true,
        (Some(list @ Value::Array(_)), _, _) => *list == json!(["null"]),
        (None, _, Some(Value::Null)) => true,
        (_, Some(list), None) => nulls(list),
        _ => false,
    }
}

/// Replaces choices that allow only null with `nullable: true`.
fn null_choices(schema: &mut Map<String, Value>) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(choices)) = schema.get_mut(key) else {
            continue;
        };
        let before = choices.len();
        choices.retain(|choice| !is_null(choice));
        if choices.len() == before {
            continue;
        }
        if choices.is_empty() {
            schema.remove(key);
        }
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// Converts a tuple to a list in which each item can have any of the tuple's item types.
fn tuples(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let mut items = match schema.remove("prefixItems") {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let mut rest = match schema.remove("items") {
        Some(Value::Array(list)) => {
            items.extend(list);
            None
        }
        other => other,
    };
    if items.is_empty() {
        if rest == Some(Value::Bool(false)) {
            rest = Some(json!({}));
        }
        schema.extend(rest.map(|rest| ("items".to_owned(), rest)));
        return;
    }
    items.extend(rest.filter(|rest| !rest.is_boolean()));
    let mut choices: Vec<Value> = Vec::new();
    for mut item in items {
        if let Some(item) = item.as_object_mut() {
            item.remove("description");
            item.remove("title");
        }
        if !choices.contains(&item) {
            choices.push(item);
        }
    }
    let items = match choices.len() {
        1 => choices.remove(0),
        _ => json!({ "anyOf": choices }),
    };
    schema.insert("type".to_owned(), json!("array"));
    schema.insert("items".to_owned(), items);
    notes.change(TOPIC, at, "a tuple becomes a list of any of its item types");
}

/// Converts each numeric exclusive bound to a bound with a flag, or drops it if the inclusive bound
/// is stricter.
fn exclusive_bounds(schema: &mut Map<String, Value>) {
    for (exclusive, bound, is_low) in [
        ("exclusiveMinimum", "minimum", true),
        ("exclusiveMaximum", "maximum", false),
    ] {
        let Some(own) = schema.get(exclusive).filter(|own| own.is_number()).cloned() else {
            continue;
        };
        let number = own.as_f64();
        let other = schema.get(bound).and_then(Value::as_f64);
        let is_stricter = match (number, other) {
            (Some(own), Some(other)) if is_low => own >= other,
            (Some(own), Some(other)) => own <= other,
            _ => true,
        };
        if is_stricter {
            schema.insert(bound.to_owned(), own);
            schema.insert(exclusive.to_owned(), Value::Bool(true));
        } else {
            schema.remove(exclusive);
        }
    }
}

/// Removes conditions, and adds the properties that depend on them to the schema as optional
/// properties.
fn conditions(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let mut parts: Vec<Value> = Vec::new();
    let mut found = Vec::new();
    for key in ["then", "else"] {
        if let Some(part) = schema.remove(key) {
            found.push(key);
            parts.push(part);
        }
    }
    if schema.remove("if").is_some() {
        found.push("if");
    }
    for key in ["dependentSchemas", "dependencies"] {
        if let Some(Value::Object(by_name)) = schema.remove(key) {
            found.push(key);
            parts.extend(by_name.into_iter().map(|(_, part)| part));
        }
    }
    if found.is_empty() {
        return;
    }
    let mut added = Map::new();
    for part in &parts {
        if let Some(Value::Object(properties)) = part.get("properties") {
            for (name, property) in properties {
                added
                    .entry(name.clone())
                    .or_insert_with(|| property.clone());
            }
        }
    }
    if !added.is_empty() {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            for (name, property) in added {
                properties.entry(name).or_insert(property);
            }
        }
    }
    notes.loss(
        TOPIC,
        at,
        format!(
            "conditions (`{}`) are omitted: all of their properties become optional",
            found.join("`, `")
        ),
    );
}

/// Converts pattern properties and unevaluated properties to additional properties.
fn patterns(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let unevaluated = schema.remove("unevaluatedProperties");
    if let Some(value) = unevaluated
        && !schema.contains_key("additionalProperties")
        && value.is_object()
    {
        schema.insert("additionalProperties".to_owned(), value);
    }
    let Some(Value::Object(patterns)) = schema.remove("patternProperties") else {
        return;
    };
    let mut values: Vec<Value> = Vec::new();
    for (_, value) in patterns {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let all = match values.len() {
        0 => return,
        1 => values.remove(0),
        _ => json!({ "anyOf": values }),
    };
    let has_own = schema
        .get("additionalProperties")
        .is_some_and(Value::is_object);
    if has_own {
        schema.insert("additionalProperties".to_owned(), json!({}));
    } else {
        schema.insert("additionalProperties".to_owned(), all);
    }
    notes.change(
        TOPIC,
        at,
        "pattern properties become properties with any name",
    );
}

/// Converts `contentEncoding` and `contentMediaType` to a `format`, unless the schema already has
/// one.
fn content(schema: &mut Map<String, Value>) {
    let encoding = schema.remove("contentEncoding");
    let media = schema.remove("contentMediaType");
    let has_format = schema.contains_key("format");
    let encoding = encoding
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default();
    let format = match (
        encoding.to_ascii_lowercase().as_str(),
        media.as_ref().and_then(Value::as_str),
    ) {
        ("base64" | "base64url", _) => "byte",
        ("" | "binary", Some(media)) if !media.starts_with("text/") && !media.contains("json") => {
            "binary"
        }
        ("binary", None) => "binary",
        _ => return,
    };
    if !has_format {
        schema.insert("format".to_owned(), json!(format));
        schema.entry("type").or_insert(json!("string"));
    }
}

#[cfg(test)]
mod tests {
    use super::lower;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn one(schema: Value) -> (Value, String) {
        let document = json!({ "openapi": "3.1.0", "components": { "schemas": { "A": schema } } });
        let (document, report) = passed(document, lower);
        (document["components"]["schemas"]["A"].clone(), report)
    }

    #[test]
    fn openapi_3_1_constructs_become_their_3_0_equivalents() {
        let text = json!({ "type": "string" });
        let cases = [
            (
                json!({ "type": ["string", "null"], "enum": ["a", null] }),
                json!({ "type": "string", "nullable": true, "enum": ["a"] }),
            ),
            (json!({ "type": ["null"] }), json!({ "nullable": true })),
            (json!({ "type": "null" }), json!({ "nullable": true })),
            (
                json!({ "type": ["number", "integer"] }),
                json!({ "type": "number" }),
            ),
            (json!({ "const": "a" }), json!({ "enum": ["a"] })),
            (json!({ "const": null }), json!({ "nullable": true })),
            (
                json!({ "type": "integer", "exclusiveMinimum": 3 }),
                json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true }),
            ),
            (
                json!({ "minimum": 5, "exclusiveMinimum": 3 }),
                json!({ "minimum": 5 }),
            ),
            (json!({ "examples": ["a", "b"] }), json!({ "example": "a" })),
            (
                json!({ "oneOf": [text, { "type": "null" }] }),
                json!({ "oneOf": [text], "nullable": true }),
            ),
            (
                json!({ "anyOf": [{ "const": null }, { "enum": [null] }] }),
                json!({ "nullable": true }),
            ),
            (
                json!({ "type": "string", "contentEncoding": "base64" }),
                json!({ "type": "string", "format": "byte" }),
            ),
            (
                json!({ "contentMediaType": "image/png" }),
                json!({ "type": "string", "format": "binary" }),
            ),
            (
                json!({ "properties": { "a": true, "b": false } }),
                json!({ "properties": { "a": {} } }),
            ),
            (
                json!({ "type": "array", "items": true }),
                json!({ "type": "array", "items": {} }),
            ),
            (
                json!({ "type": "object", "unevaluatedProperties": false }),
                json!({ "type": "object" }),
            ),
            (
                json!({ "patternProperties": { "^x": text } }),
                json!({ "additionalProperties": text }),
            ),
            (
                json!({ "$schema": "x", "$id": "y", "$defs": { "Z": {} }, "$comment": "c" }),
                json!({}),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(one(before.clone()).0, after, "{before}");
        }
    }

    #[test]
    fn a_list_of_types_becomes_a_union_with_the_keys_of_each_type() {
        let (schema, report) = one(json!({
            "type": ["string", "integer", "array", "null"], "enum": ["a", 1, null], "minimum": 1, "maxLength": 3,
            "items": { "type": "string" }, "description": "D.",
        }));
        let expected = json!({
            "description": "D.",
            "nullable": true,
            "oneOf": [
                { "type": "array", "items": { "type": "string" } },
                { "type": "integer", "minimum": 1, "enum": [1] },
                { "type": "string", "maxLength": 3, "enum": ["a"] },
            ],
        });
        assert_eq!(schema, expected);
        assert!(
            report.contains("array, integer, string become a union"),
            "{report}"
        );
        let every = json!({ "type": ["array", "boolean", "number", "object", "string", "null"], "items": {} });
        assert_eq!(one(every).0, json!({ "nullable": true }));
    }

    #[test]
    fn constructs_without_a_3_0_equivalent_are_approximated_and_reported() {
        let (tuple, report) = one(
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
        );
        assert_eq!(
            tuple["items"],
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] })
        );
        assert!(report.contains("a tuple becomes a list"), "{report}");
        let (condition, report) = one(json!({
            "properties": { "a": { "type": "string" } },
            "if": { "properties": { "a": { "const": "x" } } },
            "then": { "properties": { "b": { "type": "integer" } }, "required": ["b"] },
        }));
        assert_eq!(
            condition,
            json!({ "properties": { "a": { "type": "string" }, "b": { "type": "integer" } } })
        );
        assert!(report.contains("conditions"), "{report}");
        let (_, report) = one(json!({ "not": { "type": "string" } }));
        assert!(report.contains("`not` is omitted"), "{report}");
    }
}
