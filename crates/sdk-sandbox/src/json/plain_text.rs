//! JSON values as texts without quotes.

use serde_json::Value;

/// A value as it stands in a path, a query or a form.
pub(crate) fn plain_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
