//! Parsed form of a vendor's merged OpenAPI document.

use std::ops::Deref;

use serde_json::Value;

use crate::error::Error;
use crate::openapi::operation::Operation;
use crate::openapi::server::base_path;
use crate::openapi::tree::Tree;
use crate::openapi::webhook::WebhookFamily;

/// Methods of a path item in OpenAPI 3.0, except `trace`.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// A merged document: its raw tree, and the operations and webhooks parsed from it.
#[derive(Debug)]
pub(crate) struct Document {
    tree: Tree,
    /// Path of the default server, without a trailing slash.
    pub(crate) base_path: String,
    pub(crate) operations: Vec<Operation>,
    /// Webhook families that the vendor sends.
    pub(crate) webhooks: Vec<WebhookFamily>,
}

impl Document {
    /// Parses a document. Fails if the document isn't JSON, if its webhooks are invalid, or if an
    /// operation has no `operationId`.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let root: Value = serde_json::from_str(text)
            .map_err(|e| Error::caused_by("the document is not JSON", e))?;
        let base_path = base_path(&root);
        let webhooks = WebhookFamily::read_all(&root)?;
        let tree = Tree::new(root);
        Ok(Self {
            operations: read_operations(&tree)?,
            webhooks,
            base_path,
            tree,
        })
    }

    /// Returns the rate limits that the document declares.
    pub(crate) fn limits(&self) -> Option<&Value> {
        self.tree.root().get("x-sdk-limits")
    }

    /// Returns the document as JSON.
    pub(crate) fn text(&self) -> String {
        self.tree.root().to_string()
    }

    /// Returns the named schemas.
    pub(crate) fn all_schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        let schemas = self.tree.root().pointer("/components/schemas");
        schemas.and_then(Value::as_object).into_iter().flatten()
    }

    /// Returns the title of the document.
    pub(crate) fn title(&self) -> &str {
        let title = self
            .tree
            .root()
            .pointer("/info/title")
            .and_then(Value::as_str);
        title.unwrap_or_default()
    }
}

impl Deref for Document {
    type Target = Tree;

    /// Code that reads schemas needs only the tree.
    fn deref(&self) -> &Tree {
        &self.tree
    }
}

fn read_operations(tree: &Tree) -> Result<Vec<Operation>, Error> {
    let paths = tree.root().get("paths").and_then(Value::as_object);
    let mut operations = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        let item = tree.resolve(item);
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push(Operation::read(tree, method, path, item, operation)?);
            }
        }
    }
    Ok(operations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::tree::reference;

    #[test]
    fn a_document_that_is_not_json_is_rejected() {
        let error = Document::read("openapi: 3.0.3").unwrap_err();
        assert!(error.to_string().starts_with("the document is not JSON"));
    }

    #[test]
    fn resolving_a_circular_reference_terminates() {
        let text = r##"{"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}"##;
        let document = Document::read(text).unwrap();
        let node = document.lookup("#/components/schemas/A").unwrap();
        assert!(reference(document.resolve(node)).is_some());
    }
}
