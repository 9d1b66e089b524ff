//! Kinds of a vendor's credentials, and their fields.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::model::{Api, flag};

/// Kinds of credentials for a vendor that doesn't require credentials.
static NO_KINDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vec![json!({
        "name": "none",
        "description": "Takes no arguments, because the vendor requires no credentials.",
        "fields": [],
    })]
});

/// Returns the kinds of credentials, in order of precedence.
pub(super) fn kinds<'a>(api: &Api<'a>) -> Option<&'a [Value]> {
    match api.credentials? {
        [] => Some(&NO_KINDS),
        kinds => Some(kinds),
    }
}

/// Returns whether a field has its own method. All other fields are arguments of the constructor.
pub(super) fn is_optional(field: &Value) -> bool {
    flag(field, "optional") || field.get("default").is_some()
}
