//! JSON values as strings without quotes.

use serde_json::Value;

/// Formats a value as it appears in a path, a query or a form.
pub(crate) fn plain_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
