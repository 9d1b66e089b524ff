//! Converts invalid or contradictory schemas to the schemas that their authors probably intended.
//! Typical mistakes are missing or unknown types, `required` on a property, lists without items,
//! and non-numeric bounds.
//!
//! `value` handles enums and defaults.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::bounds::bounds;
use crate::command::import::schemas::value::brief;
use crate::command::import::schemas::walk::{Part, parts, schemas};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const TOPIC: &str = "types";

/// Runs the pass.
pub(crate) fn repair(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let all = document["components"]["schemas"].as_object();
    let names: BTreeSet<String> = all
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    schemas(document, &mut |at, value| {
        if !value.is_object() {
            *value = json!({});
            notes.loss(
                TOPIC,
                at,
                "a schema that is not an object is replaced with one that accepts any JSON",
            );
        }
        if let Some(schema) = value.as_object_mut() {
            repair_schema(at, schema, &names, notes);
        }
    });
    parts(document, &mut |part, at, value| {
        if matches!(part, Part::Parameter | Part::Header)
            && let Some(schema) = value.get_mut("schema")
        {
            file_to_string(at, schema, notes);
        }
    });
    Ok(())
}

/// Converts files in parameters and headers to strings, because only bodies can contain files.
fn file_to_string(at: &str, schema: &mut Value, notes: &mut Notes) {
    if schema
        .get("format")
        .is_some_and(|format| format == "binary")
        && let Some(schema) = schema.as_object_mut()
    {
        schema.remove("format");
        notes.change(
            TOPIC,
            at,
            "a file in a parameter or header becomes a string",
        );
    }
    if let Some(items) = schema.get_mut("items") {
        file_to_string(at, items, notes);
    }
}

fn repair_schema(
    at: &str,
    schema: &mut Map<String, Value>,
    names: &BTreeSet<String>,
    notes: &mut Notes,
) {
    if schema.contains_key("$ref") {
        return;
    }
    notes.drop_unsupported_extensions(at, schema);
    if schema.remove("x-nullable") == Some(Value::Bool(true)) {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
    coerce_key_values(at, schema, notes);
    kind(at, schema, names, notes);
    contradictions(at, schema, notes);
    crate::command::import::schemas::value::enums(at, schema, notes);
    inferred(schema);
    required(at, schema, notes);
    bounds(at, schema, notes);
    drop_conflicting_access_flags(at, schema, notes);
    crate::command::import::schemas::value::default(at, schema, notes);
}

/// Converts the values of keys to the types that OpenAPI requires, and drops values that can't be
/// converted.
fn coerce_key_values(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    for key in [
        "nullable",
        "readOnly",
        "writeOnly",
        "deprecated",
        "uniqueItems",
    ] {
        let flag = match schema.get(key) {
            None | Some(Value::Bool(_)) => continue,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(_) => false,
        };
        match flag {
            true => drop(schema.insert(key.to_owned(), Value::Bool(true))),
            false => drop(schema.remove(key)),
        }
    }
    for key in ["description", "title", "format", "pattern"] {
        match schema.get(key) {
            None | Some(Value::String(_)) => {}
            Some(Value::Number(number)) => {
                let text = number.to_string();
                schema.insert(key.to_owned(), json!(text));
            }
            Some(_) => drop(schema.remove(key)),
        }
    }
    match schema.get("properties") {
        None | Some(Value::Object(_)) => {}
        Some(_) => {
            schema.remove("properties");
            notes.loss(TOPIC, at, "`properties` that is not an object is omitted");
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        match schema.get(key) {
            None => {}
            Some(Value::Array(parts)) if !parts.is_empty() => {}
            Some(Value::Object(part)) => {
                let part = Value::Object(part.clone());
                schema.insert(key.to_owned(), json!([part]));
            }
            Some(_) => drop(schema.remove(key)),
        }
    }
    match schema.get("items") {
        None | Some(Value::Object(_)) => {}
        Some(_) => drop(schema.insert("items".to_owned(), json!({}))),
    }
    match schema.get("additionalProperties") {
        None | Some(Value::Bool(true)) | Some(Value::Object(_)) => {}
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => {
            schema.insert("additionalProperties".to_owned(), Value::Bool(true));
        }
        // `false` has no effect: responses may gain properties anyway, and request bodies contain
        // only declared properties.
        Some(_) => drop(schema.remove("additionalProperties")),
    }
    if schema.get("additionalProperties").is_some_and(is_any) {
        schema.insert("additionalProperties".to_owned(), Value::Bool(true));
    }
    match schema.get_mut("discriminator") {
        None => {}
        Some(Value::Object(_)) => {}
        Some(Value::String(name)) => {
            let value = json!({ "propertyName": name });
            schema.insert("discriminator".to_owned(), value);
        }
        Some(_) => drop(schema.remove("discriminator")),
    }
}

/// Returns whether a schema allows any value.
pub(crate) fn is_any(schema: &Value) -> bool {
    let about = [
        "title",
        "description",
        "nullable",
        "example",
        "deprecated",
        "externalDocs",
    ];
    schema.as_object().is_some_and(|object| {
        object
            .keys()
            .all(|key| about.contains(&key.as_str()) || key.starts_with("x-"))
    })
}

/// Common invalid types, with the type and format that they mean.
const TYPE_ALIASES: [(&str, &str, &str); 41] = [
    ("str", "string", ""),
    ("text", "string", ""),
    ("char", "string", ""),
    ("character", "string", ""),
    ("enum", "string", ""),
    ("url", "string", "uri"),
    ("uri", "string", "uri"),
    ("uuid", "string", "uuid"),
    ("guid", "string", "uuid"),
    ("email", "string", "email"),
    ("password", "string", "password"),
    ("html", "string", ""),
    ("base64", "string", "byte"),
    ("byte", "string", "byte"),
    ("bytes", "string", "byte"),
    ("binary", "string", "binary"),
    ("file", "string", "binary"),
    ("date", "string", "date"),
    ("datetime", "string", "date-time"),
    ("date-time", "string", "date-time"),
    ("timestamp", "string", "date-time"),
    ("time", "string", "time"),
    ("int", "integer", ""),
    ("int32", "integer", "int32"),
    ("int64", "integer", "int64"),
    ("long", "integer", "int64"),
    ("short", "integer", ""),
    ("uint", "integer", ""),
    ("float", "number", "float"),
    ("double", "number", "double"),
    ("decimal", "number", ""),
    ("numeric", "number", ""),
    ("real", "number", ""),
    ("bool", "boolean", ""),
    ("list", "array", ""),
    ("arr", "array", ""),
    ("map", "object", ""),
    ("dict", "object", ""),
    ("hash", "object", ""),
    ("obj", "object", ""),
    ("struct", "object", ""),
];

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

fn kind(at: &str, schema: &mut Map<String, Value>, names: &BTreeSet<String>, notes: &mut Notes) {
    let text = match schema.get("type") {
        None => return,
        Some(Value::String(text)) if TYPES.contains(&text.as_str()) => return,
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            schema.remove("type");
            notes.loss(TOPIC, at, "a type that is not a string is omitted");
            return;
        }
    };
    schema.remove("type");
    let word = text.trim().to_ascii_lowercase();
    let meant = TYPE_ALIASES.iter().find(|(written, ..)| *written == word);
    if let Some(kind) = TYPES.iter().find(|kind| **kind == word) {
        schema.insert("type".to_owned(), json!(kind));
    } else if let Some((_, kind, format)) = meant {
        schema.insert("type".to_owned(), json!(kind));
        if !format.is_empty() {
            schema.entry("format").or_insert_with(|| json!(format));
        }
        notes.change(
            TOPIC,
            at,
            format!("the type `{}` becomes `{kind}`", brief(&text)),
        );
    } else if names.contains(&text) {
        let reference = json!({ "$ref": format!("#{}", crate::command::import::draft::component("schemas", &text)) });
        schema.retain(|key, _| {
            crate::command::import::schemas::shape::USAGE_KEYS.contains(&key.as_str())
        });
        schema.insert("allOf".to_owned(), json!([reference]));
        notes.change(
            TOPIC,
            at,
            format!(
                "the type `{}` becomes a reference to the schema with that name",
                brief(&text)
            ),
        );
    } else if !["", "any", "mixed", "json", "unknown", "undefined", "*"].contains(&word.as_str()) {
        notes.loss(
            TOPIC,
            at,
            format!(
                "the type `{}` is unknown: the schema accepts any JSON",
                brief(&text)
            ),
        );
    }
}

/// Resolves contradictions between the type and other keys. Adds the missing type of objects and
/// lists, and the missing `items` of lists.
fn contradictions(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let has = |key: &str| schema.contains_key(key);
    let has_properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    let is_composed = ["allOf", "oneOf", "anyOf"].iter().any(|key| has(key));
    let meant = match kind.as_str() {
        "object"
            if has("items") && !has_properties && !has("additionalProperties") && !is_composed =>
        {
            "array"
        }
        "array" if has_properties && !has("items") => "object",
        "string" | "integer" | "number" | "boolean" if has_properties => "object",
        "" if has("items") && !has_properties && !is_composed => "array",
        "" if has_properties || has("additionalProperties") => "object",
        _ => kind.as_str(),
    }
    .to_owned();
    if meant != kind {
        if !kind.is_empty() {
            notes.change(
                TOPIC,
                at,
                format!("a schema of type `{kind}` with the keys of `{meant}` becomes `{meant}`"),
            );
        }
        schema.insert("type".to_owned(), json!(meant));
    }
    let kind = meant.as_str();
    if kind == "array" {
        if !schema.contains_key("items") {
            schema.insert("items".to_owned(), json!({}));
            notes.change(TOPIC, at, "a list without `items` accepts any items");
        }
        for key in ["properties", "additionalProperties"] {
            schema.remove(key);
        }
    } else if schema.contains_key("items") {
        // `items` has no effect on a schema that is not a list.
        let items = schema.remove("items");
        if kind == "string"
            && items
                .as_ref()
                .is_some_and(|items| items.get("enum").is_some())
            && !schema.contains_key("enum")
        {
            let values = items.and_then(|items| items.get("enum").cloned());
            schema.extend(values.map(|values| ("enum".to_owned(), values)));
        }
        notes.change(
            TOPIC,
            at,
            "`items` of a schema that is not a list is omitted",
        );
    }
    if !kind.is_empty() && kind != "object" {
        for key in [
            "properties",
            "additionalProperties",
            "required",
            "discriminator",
            "minProperties",
            "maxProperties",
        ] {
            schema.remove(key);
        }
    }
    if kind == "object" {
        // String keywords have no effect on an object.
        for key in ["format", "pattern", "minLength", "maxLength"] {
            schema.remove(key);
        }
    }
}

/// Adds a missing type if other keys, such as the format or bounds, imply it.
fn inferred(schema: &mut Map<String, Value>) {
    let composed = [
        "type",
        "allOf",
        "oneOf",
        "anyOf",
        "properties",
        "items",
        "additionalProperties",
    ];
    if composed.iter().any(|key| schema.contains_key(*key)) {
        return;
    }
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let has_any = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    let kind = match format {
        "int32" | "int64" | "uint32" | "uint64" => "integer",
        "float" | "double" => "number",
        "date" | "date-time" | "password" | "byte" | "binary" | "uuid" | "email" | "uri"
        | "url" => "string",
        _ if has_any(&["pattern", "minLength", "maxLength"]) => "string",
        _ if has_any(&["minimum", "maximum", "multipleOf"]) => "number",
        _ if has_any(&["minItems", "maxItems", "uniqueItems"]) => "array",
        _ if has_any(&["required", "minProperties", "maxProperties"])
            && schema.get("required").is_none_or(Value::is_array) =>
        {
            "object"
        }
        _ => return,
    };
    if kind == "array" {
        schema.insert("items".to_owned(), json!({}));
    }
    schema.insert("type".to_owned(), json!(kind));
}

/// Moves `required: true` on properties, from older drafts of JSON Schema, to the `required` list
/// of their object. Removes duplicates and invalid names from the list.
fn required(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let mut names: Vec<String> = match schema.remove("required") {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(name)) if !["true", "false"].contains(&name.as_str()) => vec![name],
        _ => Vec::new(),
    };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut moved = false;
    for (name, property) in properties.into_iter().flatten() {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        let is_required = match property.get("required") {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
            _ => continue,
        };
        property.remove("required");
        if is_required {
            moved = true;
            names.push(name.clone());
        }
    }
    if moved {
        notes.change(
            TOPIC,
            at,
            "`required: true` of properties is moved to the `required` list of their object",
        );
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    if !names.is_empty() {
        schema.insert("required".to_owned(), json!(names));
    }
}

/// Removes both flags from a property that is both read-only and write-only.
fn drop_conflicting_access_flags(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let is = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if is("readOnly") && is("writeOnly") {
        schema.remove("readOnly");
        schema.remove("writeOnly");
        notes.change(
            TOPIC,
            at,
            "a property that is both read-only and write-only becomes neither",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::repair;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn one(schema: Value) -> (Value, String) {
        let document = json!({ "components": { "schemas": { "A": schema, "Pet": {} } } });
        let (document, report) = passed(document, repair);
        (document["components"]["schemas"]["A"].clone(), report)
    }

    #[test]
    fn missing_and_invalid_types_are_repaired() {
        let cases = [
            (
                json!({ "properties": { "a": { "type": "int" } } }),
                json!({ "type": "object", "properties": { "a": { "type": "integer" } } }),
            ),
            (
                json!({ "items": {} }),
                json!({ "type": "array", "items": {} }),
            ),
            (
                json!({ "enum": ["a"] }),
                json!({ "type": "string", "enum": ["a"] }),
            ),
            (
                json!({ "enum": [1, 2] }),
                json!({ "type": "integer", "enum": [1, 2] }),
            ),
            (
                json!({ "type": "file" }),
                json!({ "type": "string", "format": "binary" }),
            ),
            (
                json!({ "type": "Date" }),
                json!({ "type": "string", "format": "date" }),
            ),
            (json!({ "type": "any" }), json!({})),
            (json!({ "type": "STRING" }), json!({ "type": "string" })),
            (
                json!({ "type": "Pet" }),
                json!({ "allOf": [{ "$ref": "#/components/schemas/Pet" }] }),
            ),
            (
                json!({ "format": "int32" }),
                json!({ "type": "integer", "format": "int32" }),
            ),
            (
                json!({ "type": "array" }),
                json!({ "type": "array", "items": {} }),
            ),
            (
                json!({ "type": "object", "items": { "type": "string" } }),
                json!({ "type": "array", "items": { "type": "string" } }),
            ),
            (
                json!({ "type": "string", "properties": { "a": {} } }),
                json!({ "type": "object", "properties": { "a": {} } }),
            ),
            (
                json!({ "type": "object", "additionalProperties": false }),
                json!({ "type": "object" }),
            ),
            (
                json!({ "additionalProperties": {} }),
                json!({ "type": "object", "additionalProperties": true }),
            ),
            (
                json!({ "type": "string", "x-nullable": true }),
                json!({ "type": "string", "nullable": true }),
            ),
            (
                json!({ "allOf": { "type": "string" } }),
                json!({ "allOf": [{ "type": "string" }] }),
            ),
            (
                json!({ "discriminator": "kind" }),
                json!({ "discriminator": { "propertyName": "kind" } }),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(one(before.clone()).0, after, "{before}");
        }
        assert!(
            one(json!({ "type": "wat" }))
                .1
                .contains("the type `wat` is unknown")
        );
    }

    #[test]
    fn a_required_flag_on_a_property_moves_to_the_required_list() {
        let (schema, _) = one(json!({
            "type": "object", "required": ["a", "a"],
            "properties": { "a": {}, "b": { "type": "string", "required": true }, "c": { "required": false } },
        }));
        assert_eq!(schema["required"], json!(["a", "b"]));
        assert_eq!(schema["properties"]["b"], json!({ "type": "string" }));
        assert_eq!(schema["properties"]["c"], json!({}));
    }

    #[test]
    fn bounds_are_converted_to_numbers_and_invalid_ones_are_removed() {
        let (schema, report) = one(json!({
            "type": "string", "minLength": "3", "maxLength": -1, "minItems": 5, "maxItems": 2,
            "exclusiveMinimum": true, "maximum": "many", "minimum": 1e30,
        }));
        assert_eq!(schema, json!({ "type": "string", "minLength": 3 }));
        assert!(
            report.contains("`maximum` is omitted, because it is not a number")
                && report
                    .contains("`maxLength` is omitted, because it is not a non-negative integer"),
            "{report}"
        );
    }
}
