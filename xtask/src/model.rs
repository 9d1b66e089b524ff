//! The merged document as plain structs: what every later pass reads.

use std::sync::LazyLock;

use serde_json::{Map, Value};

mod body;
mod operation;
mod schema;

pub(crate) use body::{Encoding, Variant, has_files, word};
pub(crate) use operation::{
    Answer, Body, Header, Media, Operation, Parameter, Place, Scheme, preset,
};
pub(crate) use schema::{kind_words, pointer_words};

/// One vendor's API.
pub(crate) struct Api<'d> {
    pub(crate) vendor: &'d str,
    pub(crate) title: &'d str,
    pub(crate) servers: Vec<Server<'d>>,
    pub(crate) tags: Vec<Tag<'d>>,
    pub(crate) operations: Vec<Operation<'d>>,
    pub(crate) schemas: &'d Map<String, Value>,
    pub(crate) limits: Option<&'d Value>,
    /// Name and `x-sdk-error` mark of the schema that every error answer extends.
    pub(crate) error: (&'d str, &'d Value),
    root: &'d Value,
}

/// A server of the document; the first is the default.
pub(crate) struct Server<'d> {
    pub(crate) name: &'d str,
    pub(crate) url: &'d str,
    pub(crate) description: &'d str,
    pub(crate) placeholder: bool,
    /// Name and description of every variable of the URL.
    pub(crate) variables: Vec<(&'d str, &'d str)>,
}

/// A tag: one file of the spec, one module, one cargo feature.
pub(crate) struct Tag<'d> {
    pub(crate) name: &'d str,
    pub(crate) description: &'d str,
    /// It holds a token operation and so is compiled whatever the features.
    pub(crate) always: bool,
}

impl Tag<'_> {
    pub(crate) fn module(&self) -> String {
        crate::name::field(self.name)
    }
}

static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// Text at a key, or the empty string.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a boolean mark is set.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The members of an object at a key; none when it is absent.
pub(crate) fn members<'v>(value: &'v Value, key: &str) -> &'v Map<String, Value> {
    value.get(key).and_then(Value::as_object).unwrap_or(&EMPTY)
}

/// The elements of a list at a key; none when it is absent.
pub(crate) fn elements<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

impl<'d> Api<'d> {
    /// Reads a linted document: what lint has checked is taken for granted here.
    pub(crate) fn read(vendor: &'d str, root: &'d Value) -> Self {
        let info = &root["info"];
        let mut api = Self {
            vendor,
            title: text(info, "title"),
            servers: elements(root, "servers").iter().map(Server::read).collect(),
            tags: Vec::new(),
            operations: Vec::new(),
            schemas: members(&root["components"], "schemas"),
            limits: root.get("x-sdk-limits"),
            error: ("", &Value::Null),
            root,
        };
        for (name, schema) in api.schemas {
            if let Some(mark) = schema.get("x-sdk-error") {
                api.error = (name, mark);
            }
        }
        api.operations = operation::read_all(&api);
        api.tags = elements(root, "tags")
            .iter()
            .map(|tag| {
                let name = text(tag, "name");
                Tag {
                    name,
                    description: text(tag, "description"),
                    always: api.operations.iter().any(|o| o.tag == name && o.token),
                }
            })
            .collect();
        api
    }

    /// Follows `$ref`s to the node that they mean.
    pub(crate) fn resolve(&self, node: &'d Value) -> &'d Value {
        let mut node = node;
        // Lint refuses cycles made of references alone; the bound is for a document that was not linted.
        for _ in 0..32 {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
                break;
            };
            match self.root.pointer(reference.trim_start_matches('#')) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// Like [`Api::resolve`], for a node of any lifetime.
    pub(crate) fn resolve_schema<'n>(&self, node: &'n Value) -> &'n Value
    where
        'd: 'n,
    {
        match node.get("$ref") {
            Some(_) => {
                let name = pointer_words(text(node, "$ref"));
                self.schemas
                    .get(&name)
                    .map_or(node, |schema| self.resolve(schema))
            }
            None => node,
        }
    }

    /// The properties of an object and of what it extends, in the order of the spec.
    pub(crate) fn properties<'n>(&'n self, schema: &'n Value) -> Map<String, Value> {
        let mut found = Map::new();
        self.gather(schema, &mut found, 0);
        found
    }

    fn gather(&self, schema: &Value, found: &mut Map<String, Value>, depth: usize) {
        // Lint refuses cycles of `allOf`; the bound is for a document that was not linted.
        if depth > 16 {
            return;
        }
        if schema.get("$ref").is_some() {
            let name = pointer_words(text(schema, "$ref"));
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

    /// The document's own security, for operations that have none of their own.
    fn security_of(&self, operation: &'d Value) -> Vec<Scheme<'d>> {
        let requirements = match operation.get("security") {
            Some(own) => own.as_array(),
            None => self.root.get("security").and_then(Value::as_array),
        };
        let schemes = members(&self.root["components"], "securitySchemes");
        let mut found = Vec::new();
        for requirement in requirements.into_iter().flatten() {
            for name in requirement.as_object().into_iter().flat_map(Map::keys) {
                if let Some(scheme) = schemes.get(name) {
                    found.push(Scheme::read(self.resolve(scheme)));
                }
            }
        }
        found
    }
}

impl<'d> Server<'d> {
    fn read(node: &'d Value) -> Self {
        Self {
            name: text(node, "x-sdk-name"),
            url: text(node, "url").trim_end_matches('/'),
            description: text(node, "description"),
            placeholder: flag(node, "x-sdk-placeholder"),
            variables: members(node, "variables")
                .iter()
                .map(|(name, variable)| (name.as_str(), text(variable, "description")))
                .collect(),
        }
    }
}
