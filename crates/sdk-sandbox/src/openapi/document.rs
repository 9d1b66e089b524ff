//! One vendor's merged OpenAPI document, read once and looked up by reference.

use serde_json::Value;

use crate::error::Error;
use crate::openapi::operation::Operation;

/// The methods that OpenAPI allows as keys of a path item.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// A merged document: its raw tree and what was read out of it.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
    /// The path of the default server, without a slash at its end.
    pub(crate) base_path: String,
    pub(crate) operations: Vec<Operation>,
}

impl Document {
    /// Reads a document; fails on text that is not JSON and on operations that cannot be served.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let root: Value = serde_json::from_str(text)
            .map_err(|e| Error::caused_by("the document is not JSON", e))?;
        let base_path = base_path(&root);
        let mut document = Self {
            root,
            base_path,
            operations: Vec::new(),
        };
        document.operations = document.read_operations()?;
        Ok(document)
    }

    fn read_operations(&self) -> Result<Vec<Operation>, Error> {
        let paths = self.root.get("paths").and_then(Value::as_object);
        let mut operations = Vec::new();
        for (path, item) in paths.into_iter().flatten() {
            let item = self.resolve(item);
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(Operation::read(self, method, path, item, operation)?);
                }
            }
        }
        Ok(operations)
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

    /// The limits of calls that the document states.
    pub(crate) fn limits(&self) -> Option<&Value> {
        self.root.get("x-sdk-limits")
    }

    /// The document as JSON.
    pub(crate) fn text(&self) -> String {
        self.root.to_string()
    }

    /// The named schemas.
    #[cfg(test)]
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        let schemas = self.root.pointer("/components/schemas");
        schemas.and_then(Value::as_object).into_iter().flatten()
    }

    /// What the document is called.
    pub(crate) fn title(&self) -> &str {
        let title = self.root.pointer("/info/title").and_then(Value::as_str);
        title.unwrap_or_default()
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

fn base_path(root: &Value) -> String {
    let url = root
        .pointer("/servers/0/url")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => url,
    };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_the_path_of_the_first_server() {
        for (url, path) in [
            ("https://{host}/api/v1", "/api/v1"),
            ("https://api.example.com", ""),
            ("https://api.example.com/v0/", "/v0"),
            ("/relative", "/relative"),
        ] {
            assert_eq!(
                base_path(&serde_json::json!({ "servers": [{ "url": url }] })),
                path
            );
        }
    }

    #[test]
    fn text_that_is_no_json_is_an_error() {
        let error = Document::read("openapi: 3.0.3").unwrap_err();
        assert!(error.to_string().starts_with("the document is not JSON"));
    }

    #[test]
    fn a_circle_of_references_ends() {
        let text = r##"{"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}"##;
        let document = Document::read(text).unwrap();
        let node = document.lookup("#/components/schemas/A").unwrap();
        assert!(reference(document.resolve(node)).is_some());
    }
}
