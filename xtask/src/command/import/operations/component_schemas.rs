//! The component schemas of a document, with the checks that bodies and their fields need.

use crate::command::import::visit::resolve;
use crate::media_type::is_of_field;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

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

    /// Returns the schemas of the fields of a body. A field can be in a schema that the body's
    /// schema is composed of.
    pub(super) fn fields<'s>(&'s self, schema: &'s Value) -> BTreeMap<&'s str, &'s Value> {
        let mut fields = BTreeMap::new();
        for part in self.parts(schema) {
            let properties = part.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                fields.entry(name.as_str()).or_insert(property);
            }
        }
        fields
    }

    /// Returns whether a field, or an item of a field, is sent as an object.
    fn is_structured(&self, field: &Value) -> bool {
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
        if item.is_some_and(|item| item.get("format") == Some(&json!("binary"))) {
            return true;
        }
        is_of_field(given, self.is_structured(field))
    }

    fn item<'s>(&'s self, field: &'s Value) -> &'s Value {
        let items = self.resolved(field).and_then(|field| field.get("items"));
        items.unwrap_or(field)
    }

    /// Returns a schema and the schemas that it is composed of, in the order of lint, but at most
    /// [`MAX_PARTS`].
    fn parts<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let mut parts: Vec<&Value> = Vec::new();
        let mut seen: HashSet<*const Value> = HashSet::new();
        let mut open: Vec<&Value> = self.resolved(schema).into_iter().collect();
        while let Some(part) = open.pop().filter(|_| parts.len() < MAX_PARTS) {
            if !seen.insert(part) {
                continue;
            }
            parts.push(part);
            let inner = ["allOf", "oneOf", "anyOf"]
                .iter()
                .filter_map(|key| part.get(*key)?.as_array())
                .flatten()
                .filter_map(|part| self.resolved(part))
                .take(MAX_PARTS);
            let inner: Vec<&Value> = inner.collect();
            open.extend(inner.into_iter().rev());
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
