//! Simplifies schemas. Removes constraints, aliases, closed objects and unions, because typify
//! would generate unwanted types for them.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::wire_names::WireNames;
use crate::model::{elements, flag, last_pointer_segment, members, text};

/// String formats with their own types.
const FORMATS: [&str; 5] = [
    "password",
    "date-time",
    "date",
    "binary",
    "big-number-string",
];

/// Simplifies the schemas of one document.
pub(crate) struct Simplifier<'d> {
    schemas: &'d Map<String, Value>,
    /// Aliases that are being inlined. A recursive alias is replaced with any JSON.
    trail: RefCell<Vec<String>>,
    names: RefCell<WireNames>,
}

/// Returns whether a schema is a union of several schemas. We generate unions ourselves, because
/// typify's unions don't have a variant for unknown values.
pub(crate) fn is_union(schema: &Value) -> bool {
    elements(schema, "oneOf").len() > 1 || elements(schema, "anyOf").len() > 1
}

impl<'d> Simplifier<'d> {
    pub(crate) fn new(schemas: &'d Map<String, Value>) -> Self {
        Self {
            schemas,
            trail: RefCell::default(),
            names: RefCell::default(),
        }
    }

    /// Returns the original names for the placeholders of properties and enum values.
    pub(crate) fn names(self) -> WireNames {
        self.names.into_inner()
    }

    fn placeholder_for(&self, wire: &str) -> String {
        self.names.borrow_mut().placeholder_for(wire)
    }

    /// Returns every component that becomes a type. Aliases are replaced where they are used.
    pub(crate) fn components(&self) -> Map<String, Value> {
        self.schemas
            .iter()
            .filter(|(_, schema)| !self.is_alias(schema))
            .map(|(name, schema)| {
                let mut simplified = match is_union(schema) {
                    true => placeholder(),
                    false => self.simplify(schema),
                };
                if let Some(object) = simplified.as_object_mut() {
                    object.remove("nullable");
                }
                (name.clone(), simplified)
            })
            .collect()
    }

    /// Returns one object with the properties of all given schemas. All properties are optional.
    pub(crate) fn union_of(&self, schemas: Vec<&Value>) -> Value {
        let mut properties = Map::new();
        for schema in schemas {
            self.gather(schema, &mut properties, &mut Vec::new(), 0);
        }
        json!({ "type": "object", "properties": properties })
    }

    /// Simplifies a schema where it is used.
    pub(crate) fn schema(&self, schema: &Value) -> Value {
        self.simplify(schema)
    }

    /// Returns whether a component doesn't become its own type, because it is a scalar, a list, a
    /// map, any JSON, or another name for a component.
    fn is_alias(&self, schema: &Value) -> bool {
        if schema.get("$ref").is_some() {
            return true;
        }
        let composed = ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(key).is_some());
        let is_text_enum = text(schema, "type") == "string" && elements(schema, "enum").len() > 1;
        !composed && !is_text_enum && members(schema, "properties").is_empty()
    }

    /// Returns whether an object keeps unknown properties of any type. Typify would drop these
    /// properties.
    pub(crate) fn is_open(&self, schema: &Value, depth: usize) -> bool {
        let parts = elements(schema, "allOf")
            .iter()
            .map(|part| match part.get("$ref") {
                Some(_) => self
                    .schemas
                    .get(&last_pointer_segment(text(part, "$ref")))
                    .unwrap_or(part),
                None => part,
            });
        flag(schema, "additionalProperties")
            || (depth < 128 && parts.into_iter().any(|part| self.is_open(part, depth + 1)))
    }

    fn simplify(&self, schema: &Value) -> Value {
        let mut simplified = if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.simplify_reference(reference);
        } else if is_union(schema) {
            json!({})
        } else if let Some(only) = only_part(schema) {
            self.simplify(only)
        } else if schema.get("allOf").is_some() || !members(schema, "properties").is_empty() {
            self.simplify_object(schema)
        } else {
            self.simplify_plain(schema)
        };
        if flag(schema, "nullable") {
            simplified = nullable(simplified);
        }
        simplified
    }

    fn simplify_reference(&self, reference: &str) -> Value {
        let name = last_pointer_segment(reference);
        let Some(target) = self.schemas.get(&name) else {
            return json!({});
        };
        if !self.is_alias(target) {
            let simplified = json!({ "$ref": reference });
            return if flag(target, "nullable") {
                nullable(simplified)
            } else {
                simplified
            };
        }
        if self.trail.borrow().contains(&name) {
            return json!({});
        }
        self.trail.borrow_mut().push(name);
        let simplified = self.simplify(target);
        self.trail.borrow_mut().pop();
        simplified
    }

    fn simplify_object(&self, schema: &Value) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let open = self.gather(schema, &mut properties, &mut required, 0);
        required.retain(|name| properties.contains_key(name));
        let mut simplified = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            simplified["required"] = required.into();
        }
        if let Some(values) = open {
            simplified["additionalProperties"] = values;
        }
        simplified
    }

    /// Collects the properties and the required names of a schema and of all schemas that it
    /// extends. Returns the type of the unknown properties that the object keeps.
    fn gather(
        &self,
        schema: &Value,
        properties: &mut Map<String, Value>,
        required: &mut Vec<String>,
        depth: usize,
    ) -> Option<Value> {
        // Lint refuses cycles of `allOf`. The bound protects against documents that were not
        // linted.
        if depth > 128 {
            return None;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.schemas.get(&last_pointer_segment(reference))?;
            return self.gather(target, properties, required, depth + 1);
        }
        let mut open = match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => Some(self.simplify(values)),
            _ => None,
        };
        for part in elements(schema, "allOf") {
            open = self.gather(part, properties, required, depth + 1).or(open);
        }
        for (name, property) in members(schema, "properties") {
            properties.insert(self.placeholder_for(name), self.simplify(property));
        }
        for name in elements(schema, "required")
            .iter()
            .filter_map(Value::as_str)
        {
            let name = self.placeholder_for(name);
            if !required.contains(&name) {
                required.push(name);
            }
        }
        open
    }

    fn simplify_plain(&self, schema: &Value) -> Value {
        match text(schema, "type") {
            "string" => {
                let mut simplified = json!({ "type": "string" });
                let values: Vec<String> = elements(schema, "enum")
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|value| self.placeholder_for(value))
                    .collect();
                // A string with a single value is preset, so it doesn't need an enum.
                if values.len() > 1 {
                    simplified["enum"] = json!(values);
                } else if flag(schema, "x-sdk-secret") {
                    simplified["format"] = "password".into();
                } else if FORMATS.contains(&text(schema, "format")) {
                    simplified["format"] = schema["format"].clone();
                }
                simplified
            }
            kind @ ("integer" | "number") => {
                let mut simplified = json!({ "type": kind });
                if let format @ ("int32" | "int64" | "uint32" | "uint64" | "float" | "double") =
                    text(schema, "format")
                {
                    simplified["format"] = format.into();
                }
                simplified
            }
            "boolean" => json!({ "type": "boolean" }),
            "array" => {
                let items = schema
                    .get("items")
                    .map_or(json!({}), |items| self.simplify(items));
                json!({ "type": "array", "items": items })
            }
            "object" => match schema.get("additionalProperties") {
                Some(values @ Value::Object(_)) => {
                    json!({ "type": "object", "additionalProperties": self.simplify(values) })
                }
                _ => json!({ "type": "object" }),
            },
            _ => json!({}),
        }
    }
}

/// Returns the placeholder for a union: an object, so that typify generates a type. With any JSON
/// as the placeholder, typify would turn the union, or a nullable reference to it, into a plain
/// JSON value.
fn placeholder() -> Value {
    json!({ "type": "object", "properties": { "union": { "type": "boolean" } } })
}

/// Returns the only part of a single-part composition, such as `allOf: [$ref]` next to `nullable`.
fn only_part(schema: &Value) -> Option<&Value> {
    if !members(schema, "properties").is_empty() {
        return None;
    }
    ["allOf", "oneOf", "anyOf"]
        .iter()
        .find_map(|key| match elements(schema, key) {
            [only] => Some(only),
            _ => None,
        })
}

pub(super) fn nullable(simplified: Value) -> Value {
    match simplified {
        Value::Object(mut object) if object.contains_key("type") => {
            object.insert("nullable".to_owned(), true.into());
            Value::Object(object)
        }
        // Any JSON includes null.
        Value::Object(object) if object.is_empty() => Value::Object(object),
        Value::Object(object) if object.contains_key("allOf") => Value::Object(object),
        other => json!({ "allOf": [other], "nullable": true }),
    }
}
