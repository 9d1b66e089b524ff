//! JSON templates with placeholders.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Placeholder values by name.
pub(crate) type Values = BTreeMap<&'static str, Value>;

/// Replaces `{name}` in every string of a tree.
///
/// A string that consists of a single placeholder becomes the value itself, whatever its type. If
/// the placeholder has no value, the property or item is omitted. In other strings, placeholders
/// without a value stay unchanged.
pub(crate) fn fill(template: &Value, values: &Values) -> Option<Value> {
    match template {
        Value::String(text) => match sole_placeholder(text) {
            Some(name) => values.get(name).cloned(),
            None => Some(Value::String(fill_text(text, values))),
        },
        Value::Array(items) => Some(items.iter().filter_map(|item| fill(item, values)).collect()),
        Value::Object(map) => {
            let filled = map
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), fill(value, values)?)));
            Some(Value::Object(filled.collect::<Map<_, _>>()))
        }
        other => Some(other.clone()),
    }
}

/// Replaces `{name}` in a string.
pub(crate) fn fill_text(text: &str, values: &Values) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

fn sole_placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sole_placeholder_keeps_its_type_and_is_omitted_if_unknown() {
        let values = Values::from([("status", json!(404)), ("message", json!("gone"))]);
        let template = json!({ "code": "{status}", "text": "{status}: {message}", "more": "{faults}", "fixed": [1, "{message}"] });
        let filled = fill(&template, &values);
        assert_eq!(
            filled,
            Some(json!({ "code": 404, "text": "404: gone", "fixed": [1, "gone"] }))
        );
    }
}
