//! Raw tree of a document, with functions that resolve its references.

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

    /// Follows up to 16 `$ref`s to the first node that isn't a reference. Returns an unresolvable
    /// reference unchanged.
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

    /// Returns the node that a reference such as `#/components/schemas/Customer` points to.
    pub(crate) fn lookup(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// Returns the security requirements that apply to operations without their own.
    pub(crate) fn security(&self) -> Option<&Value> {
        self.root.get("security")
    }

    /// Returns a security scheme by name.
    pub(crate) fn security_scheme(&self, name: &str) -> Option<&Value> {
        self.root
            .get("components")?
            .get("securitySchemes")?
            .get(name)
            .map(|scheme| self.resolve(scheme))
    }
}

/// Returns the value of `$ref`, if the node is a reference.
pub(crate) fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}
