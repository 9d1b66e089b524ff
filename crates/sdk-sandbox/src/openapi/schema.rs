//! Conversion of OpenAPI 3.0 schemas to JSON Schema, and validation of values.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::openapi::date_layout;
use crate::openapi::tree::{Tree, reference};

const SCHEMA_REF_PREFIX: &str = "#/components/schemas/";

/// String formats that are validated. All other string formats are only annotations.
const VALIDATED_FORMATS: [&str; 7] = ["date", "date-time", "email", "ipv4", "ipv6", "uri", "uuid"];

/// OpenAPI keywords that don't affect validation.
const ANNOTATION_KEYWORDS: [&str; 8] = [
    "discriminator",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "default",
];

/// Schema that validates values, compiled on first use.
pub(crate) struct Check {
    schema: Value,
    validator: OnceLock<Result<Validator, String>>,
}

impl Check {
    pub(crate) fn new(schema: &Value) -> Self {
        Self {
            schema: schema.clone(),
            validator: OnceLock::new(),
        }
    }

    /// Returns all violations, or `Err` if the schema itself is invalid.
    pub(crate) fn violations(
        &self,
        tree: &Tree,
        value: &Value,
    ) -> Result<Vec<FieldViolation>, String> {
        let validator = self.validator.get_or_init(|| {
            let options = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .offline();
            options
                .build(&whole(tree, &self.schema))
                .map_err(|error| error.to_string())
        });
        let validator = validator.as_ref().map_err(Clone::clone)?;
        let fault = |error: jsonschema::ValidationError<'_>| {
            let place = error
                .instance_path()
                .as_str()
                .trim_start_matches('/')
                .replace('/', ".");
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    let field = if place.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{place}.{name}")
                    };
                    FieldViolation {
                        field,
                        message: "is required".to_owned(),
                    }
                }
                // The message doesn't contain the value, which may be a secret.
                kind => FieldViolation {
                    field: place,
                    message: max_items_error(kind)
                        .unwrap_or(&error)
                        .masked_with("value")
                        .to_string(),
                },
            }
        };
        Ok(validator.iter_errors(value).map(fault).collect())
    }
}

/// Returns the `maxItems` error of an alternative that has no other error.
fn max_items_error(kind: &ValidationErrorKind) -> Option<&ValidationError<'static>> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        kind
    else {
        return None;
    };
    context.iter().find_map(|faults| match &faults[..] {
        [fault] => matches!(fault.kind(), ValidationErrorKind::MaxItems { .. }).then_some(fault),
        _ => None,
    })
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

/// A field that is missing or has an invalid value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldViolation {
    /// Path to the field, with names and indexes joined by dots. Empty for the whole value.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// Converts a schema to JSON Schema. The schemas that it refers to become `$defs`.
fn whole(tree: &Tree, schema: &Value) -> Value {
    let mut wanted = Vec::new();
    let mut root = convert(tree, schema, &mut wanted);
    let mut known = BTreeSet::new();
    let mut definitions = Map::new();
    while let Some(name) = wanted.pop() {
        if known.insert(name.clone())
            && let Some(target) = tree.lookup(&format!("{SCHEMA_REF_PREFIX}{name}"))
        {
            let definition = convert(tree, target, &mut wanted);
            definitions.insert(name, definition);
        }
    }
    if let Value::Object(root) = &mut root {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

fn convert(tree: &Tree, node: &Value, wanted: &mut Vec<String>) -> Value {
    let Value::Object(schema) = node else {
        return node.clone();
    };
    if let Some(name) = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|r| r.strip_prefix(SCHEMA_REF_PREFIX))
    {
        wanted.push(name.to_owned());
        return json!({ "$ref": format!("#/$defs/{name}") });
    }
    let mut out = Map::new();
    let own_layout = date_layout::example(node);
    if let Some(example) = own_layout {
        out.insert("pattern".to_owned(), date_layout::pattern(example).into());
    }
    for (key, value) in schema {
        let mut each = |value: &Value| convert(tree, value, wanted);
        let (key, value) = match (key.as_str(), value) {
            (key, _) if key.starts_with("x-") || ANNOTATION_KEYWORDS.contains(&key) => continue,
            ("format", _) if own_layout.is_some() => continue,
            ("format", value)
                if !value
                    .as_str()
                    .is_some_and(|f| VALIDATED_FORMATS.contains(&f)) =>
            {
                continue;
            }
            ("nullable" | "exclusiveMinimum" | "exclusiveMaximum", _) => continue,
            ("minimum", value) if is_true(schema, "exclusiveMinimum") => {
                ("exclusiveMinimum", value.clone())
            }
            ("maximum", value) if is_true(schema, "exclusiveMaximum") => {
                ("exclusiveMaximum", value.clone())
            }
            ("properties", Value::Object(map)) => (
                "properties",
                Value::Object(
                    map.iter()
                        .map(|(name, value)| (name.clone(), each(value)))
                        .collect(),
                ),
            ),
            ("required", Value::Array(names)) => ("required", required(tree, schema, names)),
            ("items" | "not" | "additionalProperties", value) => (key.as_str(), each(value)),
            // In several documents, alternatives overlap, and vendors accept a value that matches
            // more than one.
            ("oneOf" | "anyOf", Value::Array(list)) => ("anyOf", list.iter().map(each).collect()),
            ("allOf", Value::Array(list)) => ("allOf", list.iter().map(each).collect()),
            (key, value) => (key, value.clone()),
        };
        out.insert(key.to_owned(), value);
    }
    bound(schema, &mut out);
    if is_true(schema, "nullable") {
        nullable(out)
    } else {
        Value::Object(out)
    }
}

/// Adds the bounds that an integer format implies, unless the schema has its own bounds.
fn bound(schema: &Map<String, Value>, out: &mut Map<String, Value>) {
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        // A number just below `i64::MIN` is parsed as a float that equals `i64::MIN`, so the bound
        // is one higher.
        Some("int64") => (-i64::MAX, i64::MAX),
        _ => return,
    };
    for (key, strict, number) in [
        ("minimum", "exclusiveMinimum", least),
        ("maximum", "exclusiveMaximum", most),
    ] {
        if !out.contains_key(strict) {
            out.entry(key).or_insert(json!(number));
        }
    }
}

/// Returns the required properties, except read-only ones, which requests omit.
fn required(tree: &Tree, schema: &Map<String, Value>, names: &[Value]) -> Value {
    let read_only = |name: &Value| {
        let property = schema.get("properties").and_then(|p| p.get(name.as_str()?));
        property.is_some_and(|p| tree.resolve(p).get("readOnly") == Some(&Value::Bool(true)))
    };
    names
        .iter()
        .filter(|name| !read_only(name))
        .cloned()
        .collect()
}

/// Allows null. If the schema has a type and isn't composed, adds `null` to the type, so that a
/// violation reports the failed keyword and not an `anyOf`.
fn nullable(mut schema: Map<String, Value>) -> Value {
    let composed = ["allOf", "anyOf", "not"]
        .iter()
        .any(|key| schema.contains_key(*key));
    match schema.get("type").cloned() {
        None if schema.is_empty() => return Value::Bool(true),
        Some(kind) if !composed => {
            schema.insert("type".to_owned(), json!([kind, "null"]));
        }
        _ => return json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

fn is_true(schema: &Map<String, Value>, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

/// Returns whether a schema has the given type, or refers to a schema with this type, either
/// directly or in `allOf`.
pub(crate) fn is_type(tree: &Tree, schema: &Value, name: &str) -> bool {
    let schema = tree.resolve(schema);
    match schema.get("type").and_then(Value::as_str) {
        Some(kind) => kind == name,
        None => {
            let members = schema.get("allOf").and_then(Value::as_array);
            members
                .into_iter()
                .flatten()
                .any(|member| reference(member).is_some() && is_type(tree, member, name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;

    fn document() -> Document {
        let text = json!({ "components": { "schemas": {
            "Size": { "type": "string", "enum": ["small", "large"] },
            "Tree": { "type": "object", "properties": { "child": { "$ref": "#/components/schemas/Tree" } }, "additionalProperties": false },
        } } });
        Document::read(&text.to_string()).unwrap()
    }

    fn violations(schema: &Value, value: &Value) -> Vec<String> {
        let faults = Check::new(schema).violations(&document(), value).unwrap();
        faults
            .into_iter()
            .map(|fault| format!("{}: {}", fault.field, fault.message))
            .collect()
    }

    #[test]
    fn a_nullable_schema_accepts_null_even_around_a_reference() {
        let schema =
            json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Size" }] });
        assert!(violations(&schema, &Value::Null).is_empty());
        assert!(violations(&schema, &json!("small")).is_empty());
        assert_eq!(violations(&schema, &json!("huge")).len(), 1);
        assert!(
            violations(
                &json!({ "type": "string", "enum": ["a"], "nullable": true }),
                &Value::Null
            )
            .is_empty()
        );
    }

    #[test]
    fn an_exclusive_minimum_flag_excludes_the_bound() {
        let schema = json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true });
        assert_eq!(violations(&schema, &json!(0)).len(), 1);
        assert!(violations(&schema, &json!(0.5)).is_empty());
    }

    #[test]
    fn known_string_formats_are_validated_and_unknown_ones_are_ignored() {
        assert!(
            violations(
                &json!({ "type": "string", "format": "evm-address" }),
                &json!("x")
            )
            .is_empty()
        );
        assert_eq!(
            violations(&json!({ "type": "string", "format": "uuid" }), &json!("x")).len(),
            1
        );
    }

    #[test]
    fn a_required_read_only_property_can_be_omitted() {
        let schema = json!({ "type": "object", "required": ["id", "name"], "properties": { "id": { "type": "string", "readOnly": true }, "name": { "type": "string" } } });
        assert!(violations(&schema, &json!({ "name": "a" })).is_empty());
        assert_eq!(violations(&schema, &json!({ "id": "a" })).len(), 1);
    }

    #[test]
    fn recursive_schemas_are_validated_and_the_field_path_is_reported() {
        let schema = json!({ "$ref": "#/components/schemas/Tree" });
        assert!(violations(&schema, &json!({ "child": { "child": {} } })).is_empty());
        let found = violations(&schema, &json!({ "child": { "child": 1 } }));
        assert_eq!(found, ["child.child: value is not of type \"object\""]);
    }
}
