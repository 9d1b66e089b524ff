//! A vendor's document, with references followed.

use serde_json::{Map, Value};

pub(crate) struct Document {
    root: Value,
}

/// How far references are followed.
const FARTHEST: usize = 64;

impl Document {
    pub(crate) fn read(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            root: serde_json::from_str(text)?,
        })
    }

    /// A schema by its name.
    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.schemas()?.get(name)
    }

    fn schemas(&self) -> Option<&Map<String, Value>> {
        self.root.pointer("/components/schemas")?.as_object()
    }

    /// The schema that is meant.
    pub(crate) fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        let mut schema = schema;
        for _ in 0..FARTHEST {
            let target = name_of(schema).and_then(|name| self.schema(&name));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The schemas that extend this one by `allOf`, with their names.
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

/// The name that a `$ref` has.
pub(crate) fn name_of(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    let name = reference.strip_prefix("#/components/schemas/")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// The list at a key; empty where there is none.
pub(crate) fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Whether a mark is set.
pub(crate) fn is_set(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

/// Text at a key.
pub(crate) fn word<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}
