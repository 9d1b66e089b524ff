//! A vendor's OpenAPI document, with accessors that follow references.

use serde_json::{Map, Value};

pub(crate) struct Document {
    root: Value,
}

/// Maximum length of a chain of references.
const MAX_REFERENCES: usize = 64;

impl Document {
    pub(crate) fn read(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            root: serde_json::from_str(text)?,
        })
    }

    /// Returns the schema with the given name.
    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.schemas()?.get(name)
    }

    fn schemas(&self) -> Option<&Map<String, Value>> {
        self.root.pointer("/components/schemas")?.as_object()
    }

    /// Follows the references of a schema.
    pub(crate) fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        let mut schema = schema;
        for _ in 0..MAX_REFERENCES {
            let target = name_of(schema).and_then(|name| self.schema(&name));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// Follows the `$ref` of any node.
    fn follow<'d>(&'d self, node: &'d Value) -> &'d Value {
        let reference = node.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
        target.unwrap_or(node)
    }

    /// Returns the path item and the node of an operation.
    fn operation(&self, id: &str) -> Option<(&Value, &Value)> {
        let paths = self.root.get("paths")?.as_object()?;
        paths.values().find_map(|item| {
            let mut methods = item.as_object()?.values();
            let found = methods.find(|operation| word(operation, "operationId") == id)?;
            Some((item, found))
        })
    }

    /// Returns the schema of a parameter.
    pub(crate) fn parameter(&self, operation: &str, place: &str, name: &str) -> Option<&Value> {
        let (item, operation) = self.operation(operation)?;
        let own = list(operation, "parameters").iter();
        let mut all = own
            .chain(list(item, "parameters"))
            .map(|node| self.follow(node));
        let found = all.find(|known| word(known, "in") == place && word(known, "name") == name)?;
        let content = found.get("content").and_then(Value::as_object);
        let media = content.and_then(|content| content.values().next());
        media.unwrap_or(found).get("schema")
    }

    /// Returns the schema of an operation's request body for a media type.
    pub(crate) fn body(&self, operation: &str, media: &str) -> Option<&Value> {
        let (_, operation) = self.operation(operation)?;
        let body = self.follow(operation.get("requestBody")?);
        body.get("content")?.get(media)?.get("schema")
    }

    /// Returns the properties of a schema and of the schemas that it extends.
    pub(crate) fn properties<'d>(&'d self, schema: &'d Value) -> Vec<(String, &'d Value)> {
        let mut found = Vec::new();
        let mut open = vec![schema];
        while let Some(schema) = open.pop() {
            let schema = self.resolve(schema);
            open.extend(list(schema, "allOf"));
            let named = schema.get("properties").and_then(Value::as_object);
            found.extend(
                named
                    .into_iter()
                    .flatten()
                    .map(|(name, property)| (name.clone(), property)),
            );
        }
        found
    }

    /// Returns the schemas that extend `parent` through `allOf`, with their names.
    pub(crate) fn extending<'d>(&'d self, parent: &Value) -> Vec<(&'d str, &'d Value)> {
        let all = self.schemas().into_iter().flatten();
        let extends = |schema: &Value| {
            let parts = list(schema, "allOf").iter();
            parts
                .filter(|part| part.get("$ref").is_some())
                .any(|part| std::ptr::eq(self.resolve(part), parent))
        };
        all.filter(|(_, schema)| extends(schema))
            .map(|(name, schema)| (name.as_str(), schema))
            .collect()
    }
}

/// Returns the name of the schema in a `$ref`.
pub(crate) fn name_of(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    let name = reference.strip_prefix("#/components/schemas/")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// Returns the list at a key, or an empty list if there is no list at the key.
pub(crate) fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns whether a boolean key is true.
pub(crate) fn is_set(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

/// Returns the string at a key, or an empty string if there is no string at the key.
pub(crate) fn word<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}
