//! Applies an action to a node, by the rules of the Overlay Specification.

use serde_json::Value;

/// Merges an update into a node, and returns whether the node changed.
///
/// Properties of objects are merged one by one, and new elements are appended to lists. Everything
/// else is replaced.
pub(super) fn update(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            let mut is_changed = false;
            for (key, value) in update {
                is_changed |= match node.get_mut(key) {
                    Some(known) => self::update(known, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                        true
                    }
                };
            }
            is_changed
        }
        (Value::Array(node), Value::Array(update)) => {
            let before = node.len();
            for value in update {
                append(node, value);
            }
            node.len() > before
        }
        (Value::Array(node), value) => append(node, value),
        (node, value) if node == value => false,
        (node, value) => {
            *node = value.clone();
            true
        }
    }
}

fn append(list: &mut Vec<Value>, value: &Value) -> bool {
    let is_new = !list.contains(value);
    if is_new {
        list.push(value.clone());
    }
    is_new
}

/// Removes the node at a pointer; the error states why it can't be removed.
pub(super) fn remove(document: &mut Value, pointer: &str) -> Result<(), &'static str> {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return Err("is the whole document, which cannot be removed; choose a node inside it");
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(parent)) => {
            parent.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(parent)) => {
            if let Ok(index) = key.parse::<usize>()
                && index < parent.len()
            {
                parent.remove(index);
            }
        }
        // The node was already removed together with its parent.
        _ => {}
    }
    Ok(())
}
