//! Reads a vendor's error body according to the vendor's error format.

use memchr::{memchr, memmem};
use serde_json::Value;

use crate::error::redactor::Redactor;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::pluck::{Plucked, pluck};
use crate::table::vendor::ErrorShape;

/// The vendor's error about one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field in the vendor's spelling. Empty if the vendor specifies none.
    pub field: String,
    /// The vendor's message about the field.
    pub message: String,
}

/// Parts of an error body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) code: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) fields: Vec<FieldError>,
}

/// Maximum size in bytes of an error body that is parsed. The parsed tree takes many times as much
/// memory as the body.
const MAX_PARSED_BYTES: usize = 1024 * 1024;
/// Maximum number of field errors that are kept.
const MAX_FIELDS: usize = 100;

const FIELD_NAMES: &[&str] = &[
    "property",
    "field",
    "name",
    "path",
    "attribute",
    "parameter",
    "param",
    "key",
    "loc",
];
const MESSAGE_NAMES: &[&str] = &["message", "error", "description", "detail", "reason", "msg"];

impl Facts {
    pub(crate) fn read(shape: &ErrorShape, body: &[u8], redactor: &Redactor) -> Self {
        if body.len() > MAX_PARSED_BYTES {
            return Self::default();
        }
        let Ok(body) = serde_json::from_slice::<Value>(without_byte_order_mark(body)) else {
            return Self::default();
        };
        let text = |pointers: &[&str]| {
            let found = pointers
                .iter()
                .find_map(|pointer| body.pointer(pointer).and_then(as_text));
            found.map(|text| redactor.clean(&text))
        };
        let mut fields = Vec::new();
        if let Some(found) = shape
            .fields
            .iter()
            .find_map(|pointer| body.pointer(pointer).filter(|found| !found.is_null()))
        {
            collect("", found, &mut fields);
        }
        for field in &mut fields {
            field.field = redactor.without_known(&field.field);
            field.message = redactor.clean(&field.message);
        }
        Self {
            code: text(shape.code),
            kind: text(shape.kind),
            message: text(shape.message),
            fields,
        }
    }
}

/// Returns whether a body with a success status contains an error.
pub(crate) fn is_error_in_success(shape: &ErrorShape, body: &[u8]) -> bool {
    // Parsing every body twice would slow down every call. Therefore, only bodies that may contain
    // the last name in the pointer are parsed.
    shape.in_success.iter().any(|pointer| {
        may_contain(body, pointer) && pluck(body, [Some(pointer), None])[0] != Plucked::Nothing
    })
}

fn may_contain(body: &[u8], pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    // Only the parser can compare names that contain escapes.
    name.contains('~')
        || memchr(b'\\', body).is_some_and(|first| memmem::find(&body[first..], b"\\u").is_some())
        || memmem::find_iter(body, name).any(|at| at > 0 && body[at - 1] == b'"')
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Collects field errors, which are a list of objects, a map from fields to messages, or plain
/// strings.
fn collect(field: &str, value: &Value, into: &mut Vec<FieldError>) {
    if into.len() >= MAX_FIELDS {
        return;
    }
    match value {
        Value::String(message) => into.push(FieldError {
            field: field.to_owned(),
            message: message.clone(),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(field, item, into)),
        Value::Object(map) => {
            let named = |names: &[&str]| {
                names
                    .iter()
                    .find_map(|name| map.get(*name).and_then(as_text))
            };
            if let Some(message) = named(MESSAGE_NAMES) {
                let field = named(FIELD_NAMES).unwrap_or_else(|| field.to_owned());
                into.push(FieldError { field, message });
            } else {
                map.iter()
                    .for_each(|(name, item)| collect(name, item, into));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SHAPE: ErrorShape = ErrorShape {
        code: &["/code", "/error/code"],
        kind: &["/type"],
        message: &["/message", "/error/message"],
        fields: &["/errors"],
        in_success: &["/error"],
    };

    fn facts(body: &Value) -> Facts {
        Facts::read(&SHAPE, body.to_string().as_bytes(), &Redactor::default())
    }

    #[test]
    fn the_first_pointer_with_a_value_wins() {
        let facts =
            facts(&json!({"code": 1600, "error": {"code": "Wrapped", "message": "wrapped"}}));
        assert_eq!(
            (facts.code.as_deref(), facts.message.as_deref()),
            (Some("1600"), Some("wrapped"))
        );
    }

    #[test]
    fn field_errors_are_read_from_lists_maps_and_strings() {
        let expected = |field: &str| {
            vec![FieldError {
                field: field.to_owned(),
                message: "too long".to_owned(),
            }]
        };
        assert_eq!(
            facts(&json!({"errors": [{"property": "code", "message": "too long"}]})).fields,
            expected("code")
        );
        assert_eq!(
            facts(&json!({"errors": {"code": ["too long"]}})).fields,
            expected("code")
        );
        assert_eq!(
            facts(&json!({"errors": {"code": {"message": "too long"}}})).fields,
            expected("code")
        );
        assert_eq!(facts(&json!({"errors": ["too long"]})).fields, expected(""));
        assert_eq!(facts(&json!({"errors": null})).fields, []);
    }

    #[test]
    fn a_success_body_is_an_error_only_if_its_error_is_not_null() {
        assert!(is_error_in_success(&SHAPE, br#"{"error":{"code":"X"}}"#));
        assert!(is_error_in_success(&SHAPE, br#"{"\u0065rror":1}"#));
        assert!(!is_error_in_success(&SHAPE, br#"{"error":null}"#));
        assert!(!is_error_in_success(&SHAPE, br#"{"items":["error"]}"#));
        assert!(!is_error_in_success(&SHAPE, b"error"));
    }
}
