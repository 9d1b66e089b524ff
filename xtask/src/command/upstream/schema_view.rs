//! A schema as users of its document see it, with references followed and `allOf` merged.

use crate::model::{elements, members};
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of references and `allOf` parts to follow. A longer chain is treated as a cycle.
const MAX_LAYERS: usize = 32;

/// Returns the pointer to the node at the end of a chain of references.
pub(super) fn resolve(root: &Value, pointer: &str) -> String {
    let mut pointer = pointer.to_owned();
    for _ in 0..MAX_LAYERS {
        let reference = root
            .pointer(&pointer)
            .and_then(|node| node.get("$ref"))
            .and_then(Value::as_str);
        // A reference to another file or to a missing node stays unresolved.
        match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(target) if root.pointer(target).is_some() => pointer = target.to_owned(),
            _ => break,
        }
    }
    pointer
}

/// Returns pointers to the nodes that together define a schema: the schema itself and, repeatedly,
/// the target of a reference or the only part of an `allOf`.
pub(super) fn layers(root: &Value, pointer: &str) -> Vec<String> {
    let mut layers = vec![pointer.to_owned()];
    for _ in 0..MAX_LAYERS {
        let Some(last) = layers.last() else { break };
        let target = resolve(root, last);
        if target != *last {
            layers.push(target);
            continue;
        }
        match root.pointer(last) {
            Some(node)
                if elements(node, "allOf").len() == 1 && node.get("properties").is_none() =>
            {
                let part = below(&below(last, "allOf"), "0");
                layers.push(part);
            }
            _ => break,
        }
    }
    layers
}

/// Returns the value of a keyword in a schema, and a pointer to the layer that contains it.
pub(super) fn keyword<'v>(
    root: &'v Value,
    layers: &[String],
    key: &str,
) -> Option<(&'v Value, String)> {
    layers.iter().find_map(|layer| {
        let value = root.pointer(layer)?.get(key)?;
        Some((value, layer.clone()))
    })
}

/// Properties of an object, from all parts of its `allOf`.
#[derive(Default)]
pub(super) struct ObjectView {
    /// Pointers by name.
    pub(super) properties: BTreeMap<String, String>,
    pub(super) required: BTreeSet<String>,
}

impl ObjectView {
    pub(super) fn of(root: &Value, pointer: &str) -> Self {
        let mut view = Self::default();
        // Each part is visited once, so that shared parts don't multiply the work.
        let mut seen = BTreeSet::new();
        let mut open = vec![pointer.to_owned()];
        while let Some(pointer) = open.pop() {
            let pointer = resolve(root, &pointer);
            let Some(node) = root
                .pointer(&pointer)
                .filter(|_| seen.insert(pointer.clone()))
            else {
                continue;
            };
            let properties = below(&pointer, "properties");
            for name in members(node, "properties").keys() {
                view.properties
                    .entry(name.clone())
                    .or_insert_with(|| below(&properties, name));
            }
            view.required.extend(
                elements(node, "required")
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned),
            );
            let parts = below(&pointer, "allOf");
            open.extend(
                (0..elements(node, "allOf").len()).map(|index| below(&parts, &index.to_string())),
            );
        }
        view
    }
}
