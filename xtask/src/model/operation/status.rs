//! Distinguishes successes from errors by status and response.

use serde_json::Value;

use crate::model::components::Components;
use crate::model::value::{elements, members};

/// Returns whether a status in the document is a success.
pub(crate) fn is_success_or_not_modified(status: &str) -> bool {
    status.starts_with('2') || status == "304"
}

/// Returns whether the body of a response is the vendor's error base or extends it.
pub(super) fn has_error_body(components: &Components<'_>, answer: &Value) -> bool {
    let schemas = members(answer, "content").values();
    let mut schemas = schemas.filter_map(|media| media.get("schema"));
    schemas.any(|schema| is_error_schema(components, schema, 0))
}

fn is_error_schema(components: &Components<'_>, schema: &Value, depth: usize) -> bool {
    let target = components.resolve_schema(schema);
    let mut parts = elements(target, "allOf").iter();
    target.get("x-sdk-error").is_some()
        || depth < 16 && parts.any(|part| is_error_schema(components, part, depth + 1))
}
