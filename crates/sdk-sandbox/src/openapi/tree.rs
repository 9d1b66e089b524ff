//! Raw tree of a document, in which references are looked up.

use serde_json::Value;

/// A merged OpenAPI document as JSON.
#[derive(Debug)]
pub(crate) struct Tree {
    root: Value,
}

impl Tree {
    pub(crate) fn new(root: Value) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// Follows `$ref`s to the first node that isn't a reference; returns an unresolvable reference
    /// as it is.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let mut node = node;
        for _ in 0..16 {
            let Some(target) = reference(node).and_then(|name| self.lookup(name)) else {
                return node;
            };
            node = target;
        }
        node
    }

    /// Node that a reference such as `#/components/schemas/Customer` points to.
    pub(crate) fn lookup(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// Security requirements for operations that state none.
    pub(crate) fn security(&self) -> Option<&Value> {
        self.root.get("security")
    }

    /// Security scheme by name.
    pub(crate) fn security_scheme(&self, name: &str) -> Option<&Value> {
        self.root
            .get("components")?
            .get("securitySchemes")?
            .get(name)
            .map(|scheme| self.resolve(scheme))
    }
}

/// Target of a `$ref`, if the node is one.
pub(crate) fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}
