//! Kinds of a vendor's credentials, and their fields.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::model::{Api, flag};

/// Kinds of a vendor that needs no credentials.
static NO_KINDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vec![json!({
        "name": "none",
        "description": "Takes nothing: the vendor asks for no credentials.",
        "fields": [],
    })]
});

/// The kinds of credentials, in order of precedence.
pub(super) fn kinds<'a>(api: &Api<'a>) -> Option<&'a [Value]> {
    match api.credentials? {
        [] => Some(&NO_KINDS),
        kinds => Some(kinds),
    }
}

/// A field is an argument of the constructor unless it is optional.
pub(super) fn is_optional(field: &Value) -> bool {
    flag(field, "optional") || field.get("default").is_some()
}
