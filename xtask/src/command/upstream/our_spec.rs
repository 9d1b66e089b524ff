//! Queries on our spec by pointer: the location of a node, its operation or type, and the
//! operations that use the type.

use crate::model::last_pointer_segment;
use crate::spec::load::Document;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct OurSpec<'d> {
    pub(super) document: &'d Document,
    /// Operation ids by pointer.
    operations: BTreeMap<String, String>,
    /// Ids of the operations that use a schema, directly or indirectly, by schema name.
    users: BTreeMap<String, BTreeSet<String>>,
}

impl<'d> OurSpec<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        let mut operations = BTreeMap::new();
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let schemas = document
            .root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let direct: BTreeMap<&str, BTreeSet<String>> = schemas
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), references(&document.root, schema)))
            .collect();
        for pointer in super::walk::operations(&document.root).into_values() {
            let Some(operation) = document.node(&pointer) else {
                continue;
            };
            let id = operation
                .get("operationId")
                .and_then(Value::as_str)
                .unwrap_or_default();
            operations.insert(pointer, id.to_owned());
            let mut open: Vec<String> = references(&document.root, operation).into_iter().collect();
            while let Some(name) = open.pop() {
                if users.entry(name.clone()).or_default().insert(id.to_owned()) {
                    open.extend(direct.get(name.as_str()).into_iter().flatten().cloned());
                }
            }
        }
        Self {
            document,
            operations,
            users,
        }
    }

    /// Returns the name of the schema that contains the node at a pointer.
    pub(super) fn schema_of(pointer: &str) -> Option<String> {
        let rest = pointer.strip_prefix("/components/schemas/")?;
        Some(last_pointer_segment(rest.split('/').next()?))
    }

    /// Returns the id of the operation that contains the node at a pointer.
    fn operation_of(&self, pointer: &str) -> Option<&str> {
        let mut steps = pointer.match_indices('/').map(|(at, _)| at).skip(3);
        let end = steps.next().unwrap_or(pointer.len());
        self.operations.get(&pointer[..end]).map(String::as_str)
    }

    /// Describes what a change at a pointer affects, as in
    /// `type Wallet (get_wallet, list_wallets)` or `operation get_wallet`.
    pub(super) fn touched(&self, pointer: &str) -> String {
        if let Some(id) = self.operation_of(pointer) {
            return format!("operation {id}");
        }
        match Self::schema_of(pointer) {
            Some(schema) => {
                let users = self
                    .users
                    .get(&schema)
                    .map(|users| users.iter().map(String::as_str).collect::<Vec<_>>());
                match users.as_deref() {
                    None | Some([]) => format!("type {schema}"),
                    Some(users) if users.len() > 4 => {
                        format!(
                            "type {schema} ({}, and {} more)",
                            users[..3].join(", "),
                            users.len() - 3
                        )
                    }
                    Some(users) => format!("type {schema} ({})", users.join(", ")),
                }
            }
            None => "shared components".to_owned(),
        }
    }
}

/// Returns the names of the schemas that a node refers to, directly or through other shared
/// components.
fn references(root: &Value, node: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node {
            Value::Object(map) => {
                if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                    if reference.starts_with("#/components/schemas/") {
                        found.insert(last_pointer_segment(reference));
                    } else if seen.insert(reference) {
                        open.extend(root.pointer(reference.trim_start_matches('#')));
                    }
                }
                open.extend(
                    map.iter()
                        .filter(|(key, _)| !key.starts_with("x-upstream-"))
                        .map(|(_, value)| value),
                );
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// Returns pointers to all nodes that contain the given key, in no particular order. The values of
/// extensions are not searched.
pub(super) fn nodes_with(root: &Value, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((pointer, node)) = open.pop() {
        match node {
            Value::Object(map) => {
                if map.contains_key(key) {
                    found.push(pointer.clone());
                }
                let members = map.iter().filter(|(name, _)| !name.starts_with("x-"));
                open.extend(members.map(|(name, value)| (below(&pointer, name), value)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(
                    items.map(|(index, value)| (below(&pointer, &index.to_string()), value)),
                );
            }
            _ => {}
        }
    }
    found
}
