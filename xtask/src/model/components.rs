//! Resolves references and security schemes of a document.

use serde_json::{Map, Value};

use super::schema::last_pointer_segment;
use super::security::Scheme;
use super::value::{elements, members, text};
use crate::spec::pointer::resolve;

/// A document with resolvable references.
pub(crate) struct Components<'d> {
    pub(crate) schemas: &'d Map<String, Value>,
    root: &'d Value,
}

impl<'d> Components<'d> {
    pub(crate) fn new(root: &'d Value) -> Self {
        Self {
            schemas: members(&root["components"], "schemas"),
            root,
        }
    }

    /// Returns the whole document.
    pub(crate) fn root(&self) -> &'d Value {
        self.root
    }

    /// Follows `$ref`s to their target.
    pub(crate) fn resolve(&self, node: &'d Value) -> &'d Value {
        resolve(self.root, node)
    }

    /// Like [`Components::resolve`], but for a schema with any lifetime.
    pub(crate) fn resolve_schema<'n>(&self, node: &'n Value) -> &'n Value
    where
        'd: 'n,
    {
        match node.get("$ref") {
            Some(_) => {
                let name = last_pointer_segment(text(node, "$ref"));
                self.schemas
                    .get(&name)
                    .map_or(node, |schema| self.resolve(schema))
            }
            None => node,
        }
    }

    /// Returns whether a property is a map of strings, numbers or booleans by name.
    pub(crate) fn is_map_of_plain_values(&self, property: &Value) -> bool {
        let values = self.only_part(property).get("additionalProperties");
        values
            .filter(|values| values.is_object())
            .is_some_and(|values| self.is_plain(values))
    }

    /// Returns whether a property is a list of strings, numbers or booleans.
    pub(crate) fn is_list_of_plain_values(&self, property: &Value) -> bool {
        let items = self.only_part(property).get("items");
        items.is_some_and(|items| self.is_plain(items))
    }

    /// Returns whether a value is a string, a number or a boolean according to its schema.
    pub(crate) fn is_plain(&self, schema: &Value) -> bool {
        matches!(
            text(self.only_part(schema), "type"),
            "string" | "integer" | "number" | "boolean"
        )
    }

    /// Follows references, and `allOf` with a single part.
    pub(crate) fn only_part<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let target = self.resolve_schema(schema);
        match elements(target, "allOf") {
            [only] => self.resolve_schema(only),
            _ => target,
        }
    }

    /// Returns whether a value is or can be an object, according to the type or the properties of
    /// its schema, or according to one of the schema's parts or choices.
    pub(crate) fn is_object(&self, schema: &Value) -> bool {
        self.is_object_within(schema, 0)
    }

    fn is_object_within(&self, schema: &Value, depth: usize) -> bool {
        let target = self.resolve_schema(schema);
        let says_so = text(target, "type") == "object"
            || ["properties", "additionalProperties"]
                .iter()
                .any(|key| target.get(key).is_some());
        let mut parts = ["allOf", "oneOf", "anyOf"]
            .into_iter()
            .flat_map(|key| elements(target, key));
        // Lint refuses cycles of parts and choices. The bound protects against documents that were
        // not linted.
        says_so || depth < 16 && parts.any(|part| self.is_object_within(part, depth + 1))
    }

    /// Returns the properties of an object and of the schemas that it extends, in spec order.
    pub(crate) fn properties<'n>(&'n self, schema: &'n Value) -> Map<String, Value> {
        let mut found = Map::new();
        self.gather(schema, &mut found, 0);
        found
    }

    fn gather(&self, schema: &Value, found: &mut Map<String, Value>, depth: usize) {
        // Lint refuses cycles of `allOf`. The bound protects against documents that were not
        // linted.
        if depth > 128 {
            return;
        }
        if schema.get("$ref").is_some() {
            let name = last_pointer_segment(text(schema, "$ref"));
            if let Some(target) = self.schemas.get(&name) {
                self.gather(target, found, depth + 1);
            }
            return;
        }
        for part in elements(schema, "allOf") {
            self.gather(part, found, depth + 1);
        }
        for (name, property) in members(schema, "properties") {
            found.insert(name.clone(), property.clone());
        }
    }

    /// Returns a security scheme by its name.
    pub(crate) fn scheme(&self, name: &str) -> Option<Scheme<'d>> {
        let schemes = members(&self.root["components"], "securitySchemes");
        schemes
            .get(name)
            .map(|scheme| Scheme::read(self.resolve(scheme)))
    }

    /// Returns the security schemes of an operation, which default to the schemes of the document.
    pub(crate) fn security_of(&self, operation: &'d Value) -> Vec<Scheme<'d>> {
        let requirements = match operation.get("security") {
            Some(own) => own.as_array(),
            None => self.root.get("security").and_then(Value::as_array),
        };
        let mut found = Vec::new();
        for requirement in requirements.into_iter().flatten() {
            let names = requirement.as_object().into_iter().flat_map(Map::keys);
            let parts: Vec<Scheme<'d>> = names.filter_map(|name| self.scheme(name)).collect();
            match <[Scheme<'d>; 1]>::try_from(parts) {
                Ok([one]) => found.push(one),
                Err(parts) if parts.is_empty() => {}
                Err(parts) => found.push(Scheme::All(parts)),
            }
        }
        found
    }
}
