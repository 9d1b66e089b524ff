//! Drops this project's extensions from a published document: only the overlay may declare, for
//! example, that an operation is repeatable or a property is not secret.

use crate::command::import::visit::{Holds, held};
use serde_json::Value;

/// Removes `x-sdk-…` and `x-upstream-…` keys of OpenAPI objects; returns their pointers.
pub(in crate::command::import) fn drop_own_extensions(root: &mut Value) -> Vec<String> {
    let mut dropped = Vec::new();
    visit(root, Holds::Object, &mut String::new(), &mut dropped);
    dropped
}

fn visit(value: &mut Value, holds: Holds, pointer: &mut String, dropped: &mut Vec<String>) {
    if holds == Holds::Data {
        return;
    }
    let length = pointer.len();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                *pointer = crate::spec::pointer::below(pointer, &index.to_string());
                visit(item, Holds::Object, pointer, dropped);
                pointer.truncate(length);
            }
        }
        Value::Object(members) => {
            if holds == Holds::Object {
                members.retain(|key, _| {
                    let is_own = is_own(key);
                    if is_own {
                        dropped.push(crate::spec::pointer::below(pointer, key));
                    }
                    !is_own
                });
            }
            for (key, inner) in members {
                *pointer = crate::spec::pointer::below(pointer, key);
                visit(inner, held(holds, key), pointer, dropped);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

fn is_own(key: &str) -> bool {
    key.starts_with("x-sdk-") || key.starts_with("x-upstream-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn our_extensions_are_removed_but_properties_with_such_names_are_kept() {
        let mut root = json!({
            "x-sdk-credentials": [],
            "paths": {"/a": {"get": {"x-sdk-repeat": "safe", "x-other": 1}}},
            "components": {"schemas": {"x-sdk-a": {"properties": {"x-sdk-b": {"x-sdk-secret": false}}, "example": {"x-sdk-c": 1}}}},
        });
        let dropped = drop_own_extensions(&mut root);
        assert_eq!(
            root,
            json!({
                "paths": {"/a": {"get": {"x-other": 1}}},
                "components": {"schemas": {"x-sdk-a": {"properties": {"x-sdk-b": {}}, "example": {"x-sdk-c": 1}}}},
            })
        );
        assert_eq!(dropped.len(), 3);
        assert!(dropped.contains(&"/paths/~1a/get/x-sdk-repeat".to_owned()));
    }
}
