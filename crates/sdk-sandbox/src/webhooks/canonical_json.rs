//! Formats canonical JSON for Ed25519 signatures: the output of JavaScript's `JSON.stringify` with
//! sorted keys.
//!
//! This code is written from the specification, independently of the clients' verifier. A mistake
//! in either implementation therefore causes a test failure.

use std::collections::BTreeMap;

use serde_json::Value;

/// Object key in JavaScript's order: first array indexes by number, then all other keys by UTF-16
/// code units.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Index(u32),
    Name(Vec<u16>),
}

impl Key {
    fn new(name: &str) -> Self {
        let index = name
            .parse()
            .ok()
            .filter(|n: &u32| *n != u32::MAX && n.to_string() == name);
        index.map_or_else(|| Self::Name(name.encode_utf16().collect()), Self::Index)
    }
}

/// Formats a value in canonical form.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members: BTreeMap<Key, String> = map
                .iter()
                .map(|(name, value)| {
                    (
                        Key::new(name),
                        format!("{}:{}", Value::from(name.as_str()), canonical(value)),
                    )
                })
                .collect();
            format!(
                "{{{}}}",
                members.into_values().collect::<Vec<_>>().join(",")
            )
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(canonical).collect::<Vec<_>>().join(",")
            )
        }
        // JavaScript's numbers are doubles.
        Value::Number(number) => number.as_f64().map_or_else(
            || number.to_string(),
            |double| ryu_js::Buffer::new().format(double).to_owned(),
        ),
        // `JSON.stringify` escapes quotes, backslashes and control characters, as serde_json does.
        Value::String(_) | Value::Bool(_) | Value::Null => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expected strings are the output of Node 22 for `JSON.stringify` of values with sorted
    // keys.
    #[test]
    fn keys_and_numbers_are_formatted_as_in_javascript() {
        for (text, expected) in [
            (
                r#"{"b":1,"a":{"d":[2,1],"c":null}}"#,
                r#"{"a":{"c":null,"d":[2,1]},"b":1}"#,
            ),
            (
                r#"{"z":1,"10":2,"9":3,"09":4}"#,
                r#"{"9":3,"10":2,"09":4,"z":1}"#,
            ),
            (
                r#"[1.0, 1e21, 1e-7, 0.000001, -0.0]"#,
                "[1,1e+21,1e-7,0.000001,0]",
            ),
            (r#"{"é/":"\u0007\"\u00e9/"}"#, "{\"é/\":\"\\u0007\\\"é/\"}"),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(canonical(&value), expected);
        }
    }
}
