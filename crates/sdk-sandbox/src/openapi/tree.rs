//! The raw tree of a document, in which references are looked up.

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

    /// Follows `$ref` until something else stands there; what cannot be found is returned as it is.
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

    /// What a reference such as `#/components/schemas/Customer` points at.
    pub(crate) fn lookup(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// The security requirements that hold where an operation states none.
    pub(crate) fn security(&self) -> Option<&Value> {
        self.root.get("security")
    }

    /// A security scheme by its name.
    pub(crate) fn security_scheme(&self, name: &str) -> Option<&Value> {
        self.root
            .get("components")?
            .get("securitySchemes")?
            .get(name)
            .map(|scheme| self.resolve(scheme))
    }
}

/// The target of a `$ref`, if the node is one.
pub(crate) fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}
