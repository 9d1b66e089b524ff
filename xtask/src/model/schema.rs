//! Short descriptions of schema types, for documentation and the operation table.

use serde_json::Value;

use super::value::{elements, text};

/// Returns the name of a component, which is the unescaped last segment of a pointer.
pub(crate) fn last_pointer_segment(reference: &str) -> String {
    reference
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~")
}

/// Returns the type of a schema in a few words, such as `integer`, `array of Customer` or
/// `Customer`.
pub(crate) fn kind_words(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return last_pointer_segment(reference);
    }
    if let [only] = elements(schema, "allOf") {
        return kind_words(only);
    }
    match text(schema, "type") {
        "array" => match schema.get("items") {
            Some(items) => format!("array of {}", kind_words(items)),
            None => "array".to_owned(),
        },
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("map of {}", kind_words(values)),
            _ => "object".to_owned(),
        },
        "" if schema.get("oneOf").or(schema.get("anyOf")).is_some() => "union".to_owned(),
        "" => "any JSON".to_owned(),
        kind => match text(schema, "format") {
            "password" => "secret string".to_owned(),
            format if is_word(format) => format!("{kind} ({format})"),
            _ => kind.to_owned(),
        },
    }
}

/// Returns whether a format is a single word. OpenAPI allows any string, but only words are useful
/// to readers.
fn is_word(format: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    (1..=40).contains(&format.len()) && format.chars().all(is_part)
}
