//! Operations, parameters, responses and schemas, with references followed.

use crate::media_type::is_json;
use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec, list, members};
use crate::spec::pointer::below;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The target of a reference, or an object that is not a reference, with its pointer.
#[derive(Clone)]
pub(crate) struct Resolved<'d> {
    pub(crate) pointer: String,
    pub(crate) object: &'d Map<String, Value>,
}

impl<'d> Resolved<'d> {
    pub(crate) fn text(&self, key: &str) -> &'d str {
        self.object
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Returns whether a status is a 2xx status.
pub(crate) fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Returns whether a status means that the call did not fail. Status 304 means that there was
/// nothing to do.
pub(crate) fn is_success_or_not_modified(status: &str) -> bool {
    is_success(status) || status == "304"
}

/// Returns whether a status is an error. `default` is treated as an error.
pub(crate) fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

impl<'d> Spec<'d> {
    /// Returns the path of an operation.
    pub(crate) fn path_of(&self, operation: &Node<'d>) -> &'d str {
        self.parent(operation).map_or("", |item| item.key)
    }

    /// Returns the parameters of an operation with the pointers to their entries, starting with the
    /// parameters of the path. Omits unresolved parameters, and parameters of the path that the
    /// operation overrides.
    pub(crate) fn parameters(&self, operation: &Node<'d>) -> Vec<(String, Resolved<'d>)> {
        let own = self.parameters_at(operation);
        let is_overridden = |(_, parameter): &(String, Resolved<'d>)| {
            let name =
                |other: &Resolved<'d>| (other.text("in").to_owned(), other.text("name").to_owned());
            own.iter().any(|(_, own)| name(own) == name(parameter))
        };
        let of_path = self.parent(operation).map(|path| self.parameters_at(path));
        let mut found = of_path.unwrap_or_default();
        found.retain(|parameter| !is_overridden(parameter));
        found.extend(own);
        found
    }

    pub(crate) fn parameters_at(&self, node: &Node<'d>) -> Vec<(String, Resolved<'d>)> {
        let pointer = below(&node.pointer, "parameters");
        let resolved = |(index, value): (usize, &'d Value)| {
            let at = below(&pointer, &index.to_string());
            let (pointer, object) = self.resolve(&at, value)?;
            Some((at, Resolved { pointer, object }))
        };
        node.list("parameters")
            .iter()
            .enumerate()
            .filter_map(resolved)
            .collect()
    }

    /// Returns every documented response that resolves, with its status.
    pub(crate) fn answers(&self, operation: &Node<'d>) -> Vec<(&'d str, Resolved<'d>)> {
        let pointer = below(&operation.pointer, "responses");
        let mut answers = Vec::new();
        for (status, value) in operation.members("responses") {
            if let Some((pointer, object)) = self.resolve(&below(&pointer, status), value) {
                answers.push((status, Resolved { pointer, object }));
            }
        }
        answers
    }

    /// Returns the name and the object of every media type of a body or a response.
    pub(crate) fn contents(&self, at: &Resolved<'d>) -> Vec<(&'d str, Resolved<'d>)> {
        let pointer = below(&at.pointer, "content");
        let mut contents = Vec::new();
        for (media, value) in members(at.object, "content") {
            if let Some(object) = value.as_object() {
                let pointer = below(&pointer, media);
                contents.push((media, Resolved { pointer, object }));
            }
        }
        contents
    }

    /// Returns the request body of an operation.
    pub(crate) fn body(&self, operation: &Node<'d>) -> Option<Resolved<'d>> {
        let (pointer, object) = self.child(&operation.pointer, operation.object, "requestBody")?;
        Some(Resolved { pointer, object })
    }

    /// Returns the schema of the first JSON success response.
    pub(crate) fn success_schema(&self, operation: &Node<'d>) -> Option<Resolved<'d>> {
        let answers = self.answers(operation);
        let successes = answers.iter().filter(|(status, _)| is_success(status));
        let contents = successes.flat_map(|(_, answer)| self.contents(answer));
        let (_, content) = contents.into_iter().find(|(media, _)| is_json(media))?;
        let (pointer, object) = self.child(&content.pointer, content.object, "schema")?;
        Some(Resolved { pointer, object })
    }

    /// Returns the schema and all schemas that it is composed of through `$ref` and `allOf`. If
    /// `choices` is true, also follows `oneOf` and `anyOf`.
    pub(crate) fn parts(&self, schema: Resolved<'d>, choices: bool) -> Vec<Resolved<'d>> {
        let mut seen = BTreeSet::new();
        let mut open = vec![schema];
        let mut parts = Vec::new();
        while let Some(part) = open.pop() {
            if !seen.insert(part.pointer.clone()) {
                continue;
            }
            for key in ["anyOf", "oneOf", "allOf"] {
                if key != "allOf" && !choices {
                    continue;
                }
                let pointer = below(&part.pointer, key);
                for (index, value) in list(part.object, key).iter().enumerate().rev() {
                    let pointer = below(&pointer, &index.to_string());
                    let resolved = self.resolve(&pointer, value);
                    open.extend(resolved.map(|(pointer, object)| Resolved { pointer, object }));
                }
            }
            parts.push(part);
        }
        parts
    }

    /// Returns whether the schema has a value at a JSON pointer.
    pub(crate) fn has_value_at(&self, schema: Resolved<'d>, pointer: &str) -> bool {
        let mut at = vec![schema];
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let mut next = Vec::new();
            for schema in at {
                for part in self.parts(schema, true) {
                    if is_any(part.object) {
                        return true;
                    }
                    next.extend(self.step(&part, &key));
                }
            }
            at = next;
        }
        !at.is_empty()
    }

    /// Returns the schema of the value at a JSON pointer, with references followed.
    pub(crate) fn schema_at(
        &self,
        schema: Resolved<'d>,
        pointer: &str,
    ) -> Option<&'d Map<String, Value>> {
        let mut at = schema;
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let mut parts = self.parts(at, true).into_iter();
            at = parts.find_map(|part| self.step(&part, &key))?;
        }
        Some(at.object)
    }

    /// Returns whether the value at a JSON pointer can be a list, according to the schema.
    pub(crate) fn is_list_at(&self, schema: Resolved<'d>, pointer: &str) -> bool {
        let below_items = format!("{pointer}/0");
        self.has_value_at(schema, &below_items)
    }

    fn step(&self, schema: &Resolved<'d>, key: &str) -> Option<Resolved<'d>> {
        let named = schema.object.get("properties").and_then(|all| all.get(key));
        let (pointer, value) = match named {
            Some(value) => (below(&below(&schema.pointer, "properties"), key), value),
            None if key.bytes().all(|byte| byte.is_ascii_digit())
                && schema.object.contains_key("items") =>
            {
                (below(&schema.pointer, "items"), &schema.object["items"])
            }
            None => {
                let value = schema
                    .object
                    .get("additionalProperties")
                    .filter(|value| value.is_object())?;
                (below(&schema.pointer, "additionalProperties"), value)
            }
        };
        let (pointer, object) = self.resolve(&pointer, value)?;
        Some(Resolved { pointer, object })
    }

    /// Returns the named schemas, without references.
    pub(crate) fn named_schemas(&self) -> impl Iterator<Item = &Node<'d>> {
        self.of(Kind::Schema).filter(|node| node.field == "schemas")
    }
}

/// Returns whether a schema allows any value.
fn is_any(schema: &Map<String, Value>) -> bool {
    let says = [
        "type",
        "properties",
        "items",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
    ];
    !says.iter().any(|key| schema.contains_key(*key))
}
