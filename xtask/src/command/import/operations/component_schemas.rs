//! The component schemas of a document, with the checks that bodies and their fields need.

use crate::command::import::visit::resolve;
use crate::media_type::{essence, is_json};
use serde_json::{Value, json};

/// Maximum number of schemas of a composition that are searched.
const MAX_PARTS: usize = 1000;

/// The component schemas of a document.
pub(super) struct Schemas {
    root: Value,
}

impl Schemas {
    pub(super) fn of(document: &Value) -> Self {
        let schemas = document
            .pointer("/components/schemas")
            .cloned()
            .unwrap_or_default();
        Self {
            root: json!({"components": {"schemas": schemas}}),
        }
    }

    /// Returns whether a schema describes binary data.
    pub(super) fn is_binary(&self, schema: &Value) -> bool {
        let Some(schema) = self.resolved(schema) else {
            return false;
        };
        let word = |key: &str| schema.get(key).and_then(Value::as_str);
        word("type") == Some("file")
            || word("type") == Some("string") && matches!(word("format"), Some("binary" | "byte"))
            || word("contentEncoding").is_some()
    }

    /// Follows the references of a schema.
    pub(super) fn resolved<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        resolve(&self.root, schema)
    }

    /// Returns the schema of a field, which can be in a schema that the given one extends.
    pub(super) fn property<'s>(&'s self, schema: &'s Value, name: &str) -> Option<&'s Value> {
        let parts = self.parts(schema);
        let mut found = parts
            .iter()
            .filter_map(|part| part.get("properties")?.get(name));
        found.next()
    }

    /// Returns whether a field, or an item of a field, is sent as an object.
    pub(super) fn is_structured(&self, field: &Value) -> bool {
        let keys = ["properties", "additionalProperties"];
        let is_object = |part: &&Value| {
            part.get("type").and_then(Value::as_str) == Some("object")
                || keys.iter().any(|key| part.get(*key).is_some())
        };
        self.parts(self.item(field)).iter().any(is_object)
    }

    /// Returns whether a field is sent as one of the media types, which are separated by commas.
    pub(super) fn is_sent_as(&self, field: &Value, given: &str) -> bool {
        let item = self.resolved(self.item(field));
        // A file has its own media type, regardless of the types in the document.
        item.is_some_and(|item| item.get("format") == Some(&json!("binary")))
            || given
                .split(',')
                .map(str::trim)
                .any(|given| match self.is_structured(field) {
                    true => is_json(given) || given == "*/*",
                    false => ["text/plain", "text/*", "*/*"].contains(&essence(given).as_str()),
                })
    }

    fn item<'s>(&'s self, field: &'s Value) -> &'s Value {
        let items = self.resolved(field).and_then(|field| field.get("items"));
        items.unwrap_or(field)
    }

    /// Returns a schema and the schemas that it is composed of, but at most [`MAX_PARTS`].
    fn parts<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let mut parts: Vec<&Value> = self.resolved(schema).into_iter().collect();
        let mut next = 0;
        while let Some(part) = parts.get(next).copied().filter(|_| parts.len() < MAX_PARTS) {
            let inner = ["allOf", "oneOf", "anyOf"]
                .iter()
                .filter_map(|key| part.get(*key)?.as_array())
                .flatten();
            parts.extend(inner.filter_map(|part| self.resolved(part)));
            next += 1;
        }
        parts
    }

    /// Returns whether a schema can describe named fields.
    pub(super) fn has_fields(&self, schema: &Value) -> bool {
        let keys = ["properties", "additionalProperties"];
        self.parts(schema)
            .iter()
            .any(|part| match part.get("type").and_then(Value::as_str) {
                Some(kind) => kind == "object",
                None => keys.iter().any(|key| part.get(*key).is_some()),
            })
    }
}
