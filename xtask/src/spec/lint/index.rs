//! The document in the form that rules use: every object with its kind, pointer and parent.
//! References are followed on demand.
//!
//! This module also contains helper functions for rules, but no rules.

pub(crate) mod build;
pub(crate) mod fields;
pub(crate) mod resolved;

use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::load::Document;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::{Map, Value};

/// Index of an object in the list of objects.
pub(crate) type NodeId = usize;

/// An object in the document.
pub(crate) struct Node<'d> {
    pub(crate) kind: Kind,
    /// Whether this is a reference (`$ref`) to an object instead of the object itself.
    pub(crate) is_reference: bool,
    pub(crate) object: &'d Map<String, Value>,
    pub(crate) pointer: String,
    /// Key of the parent that contains this object, such as `properties`, `items` or `allOf`.
    pub(crate) field: &'static str,
    /// Key of the object in a map, such as a path, a status or the name of a property. The key is
    /// empty for an object in a list, and the same as `field` in all other cases.
    pub(crate) key: &'d str,
    pub(crate) parent: Option<NodeId>,
}

impl<'d> Node<'d> {
    /// Returns the string at a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.object.get(key)?.as_str()
    }

    /// Returns the list at a key, or an empty slice if there is no list.
    pub(crate) fn list(&self, key: &str) -> &'d [Value] {
        list(self.object, key)
    }

    /// Returns the members of the object at a key.
    pub(crate) fn members(
        &self,
        key: &str,
    ) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
        members(self.object, key)
    }

    /// Returns whether a boolean key is true.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.object
            .get(key)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }
}

/// Returns the list at a key, or an empty slice if there is no list.
pub(crate) fn list<'d>(object: &'d Map<String, Value>, key: &str) -> &'d [Value] {
    let list = object.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// Returns the members of the object at a key. Returns no members if there is no object.
pub(crate) fn members<'d>(
    object: &'d Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
    let members = object.get(key).and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

/// Maximum number of references to follow in a chain. Another rule reports cycles.
const MAX_REFERENCES: usize = 64;

/// An `x-` key, with its object and its value.
pub(crate) struct ExtensionUse<'d> {
    pub(crate) node: NodeId,
    pub(crate) key: &'d str,
    pub(crate) value: &'d Value,
}

/// A document with a list of its objects.
pub(crate) struct Spec<'d> {
    pub(crate) document: &'d Document,
    pub(crate) nodes: Vec<Node<'d>>,
    pub(crate) extensions: Vec<ExtensionUse<'d>>,
    pub(crate) findings: Vec<Finding>,
}

impl<'d> Spec<'d> {
    /// Returns the objects of a kind, without references.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Node<'d>> {
        self.nodes
            .iter()
            .filter(move |node| node.kind == kind && !node.is_reference)
    }

    pub(crate) fn find(
        &mut self,
        pointer: &str,
        rule: Rule,
        what: impl Into<String>,
        what_to_do: impl Into<String>,
    ) {
        self.findings
            .push(self.finding(pointer, rule, what, what_to_do));
    }

    pub(crate) fn finding(
        &self,
        pointer: &str,
        rule: Rule,
        what: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Finding {
        Finding::new(self.document.place(pointer), rule, what, what_to_do)
    }

    /// Returns the parent of a node.
    pub(crate) fn parent(&self, node: &Node<'d>) -> Option<&Node<'d>> {
        node.parent.map(|id| &self.nodes[id])
    }

    /// Returns the pointer and object of a value, with references followed. Returns `None` if a
    /// reference doesn't resolve or the target isn't an object.
    pub(crate) fn resolve(
        &self,
        pointer: &str,
        value: &'d Value,
    ) -> Option<(String, &'d Map<String, Value>)> {
        let mut pointer = pointer.to_owned();
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            let object = value.as_object()?;
            let Some(reference) = object.get("$ref") else {
                return Some((pointer, object));
            };
            reference
                .as_str()?
                .strip_prefix('#')?
                .clone_into(&mut pointer);
            value = self.document.node(&pointer)?;
        }
        None
    }

    /// Returns the object at a key, with references followed.
    pub(crate) fn child(
        &self,
        pointer: &str,
        object: &'d Map<String, Value>,
        key: &str,
    ) -> Option<(String, &'d Map<String, Value>)> {
        self.resolve(&below(pointer, key), object.get(key)?)
    }

    /// Returns a readable name for the node at a pointer, such as `GET /pets.responses.200` or
    /// `Pet.properties.name`.
    pub(crate) fn label(&self, pointer: &str) -> String {
        let keys: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|key| key.replace("~1", "/").replace("~0", "~"))
            .collect();
        let (head, rest) = match keys.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => return "the document".to_owned(),
            ["paths", path, method, ..] if is_method(method) => {
                (format!("{} {path}", method.to_uppercase()), 3)
            }
            ["paths", path, ..] => (path.to_owned(), 2),
            ["components", _, name, ..] => (name.to_owned(), 3),
            [first, ..] => (first.to_owned(), 1),
        };
        let rest: String = keys[rest..].iter().map(|key| format!(".{key}")).collect();
        format!("`{head}{rest}`")
    }
}

fn is_method(key: &str) -> bool {
    ["get", "put", "post", "patch", "delete", "head"].contains(&key)
}
