//! JSON pointers into a document (RFC 6901).

use serde_json::Value;

/// Appends an escaped key to `pointer`.
pub(crate) fn below(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        let key = key.replace('~', "~0").replace('/', "~1");
        return format!("{pointer}/{key}");
    }
    format!("{pointer}/{key}")
}

/// Follows the `$ref`s of a node to their target. A node without a `$ref` is returned unchanged.
pub(crate) fn resolve<'d>(root: &'d Value, node: &'d Value) -> &'d Value {
    let mut node = node;
    // Lint refuses cycles of references. The bound protects against documents that were not linted.
    for _ in 0..128 {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
            break;
        };
        match root.pointer(reference.trim_start_matches('#')) {
            Some(target) => node = target,
            None => break,
        }
    }
    node
}
