//! Shape of a schema: the keys that determine its type, without descriptions. Schemas with equal
//! shapes become one type.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Keys that describe the use of a type, not the type itself.
pub(crate) const USAGE_KEYS: [&str; 8] = [
    "title",
    "description",
    "nullable",
    "default",
    "example",
    "readOnly",
    "writeOnly",
    "deprecated",
];

/// Returns a hash that is the same for equal shapes. Callers first replace nested objects with
/// references, so that the work stays linear.
pub(crate) fn of(schema: &Map<String, Value>) -> String {
    let mut text = String::new();
    write_object(schema, true, &mut text);
    hex(&text, 32)
}

/// Returns the first eight hexadecimal digits of the hash of a string.
pub(crate) fn digest(text: &str) -> String {
    hex(text, 8)
}

fn hex(text: &str, digits: usize) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let mut out = String::new();
    for byte in hash.iter().take(digits.div_ceil(2)) {
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// Returns whether the shape ignores a key. Some keys are ignored only at the top level.
fn is_ignored_key(key: &str, is_top: bool) -> bool {
    match key {
        "example" | "externalDocs" | "title" => true,
        key if key.starts_with("x-sdk-") => false,
        key if key.starts_with("x-") => true,
        key => is_top && USAGE_KEYS.contains(&key),
    }
}

fn write_object(object: &Map<String, Value>, is_top: bool, out: &mut String) {
    let mut keys: Vec<&String> = object
        .keys()
        .filter(|key| !is_ignored_key(key, is_top))
        .collect();
    keys.sort();
    out.push('{');
    for key in keys {
        out.push_str(&Value::String(key.clone()).to_string());
        out.push(':');
        match (key.as_str(), &object[key]) {
            // Names of properties are not keys of schemas.
            ("properties", Value::Object(properties)) => write_named(properties, out),
            ("enum" | "required", Value::Array(values)) => {
                let mut values: Vec<String> = values.iter().map(Value::to_string).collect();
                values.sort();
                out.push_str(&values.join(","));
            }
            ("default", value) => out.push_str(&value.to_string()),
            (_, value) => write(value, out),
        }
        out.push(',');
    }
    out.push('}');
}

fn write_named(properties: &Map<String, Value>, out: &mut String) {
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort();
    out.push('<');
    for name in names {
        out.push_str(&Value::String(name.clone()).to_string());
        out.push(':');
        write(&properties[name], out);
        out.push(',');
    }
    out.push('>');
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => write_object(object, false, out),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use serde_json::{Value, json};

    fn shape(schema: Value) -> String {
        of(schema.as_object().unwrap())
    }

    #[test]
    fn the_schema_hash_ignores_order_and_annotations_but_not_types_or_names() {
        let base = json!({ "type": "object", "required": ["a", "b"], "properties": { "a": { "type": "string" }, "b": {} } });
        let same = json!({ "description": "D.", "nullable": true, "example": {}, "properties": { "b": { "title": "T" }, "a": { "type": "string" } }, "required": ["b", "a"], "type": "object" });
        assert_eq!(shape(base.clone()), shape(same));
        for (pointer, value) in [
            ("/properties/a/type", "integer"),
            ("/required/0", "b"),
            ("/type", "x"),
        ] {
            let mut other = base.clone();
            *other.pointer_mut(pointer).unwrap() = json!(value);
            assert_ne!(shape(base.clone()), shape(other), "{pointer}");
        }
        // A property may have the name of an ignored key.
        assert_ne!(
            shape(json!({ "properties": { "title": {} } })),
            shape(json!({ "properties": {} }))
        );
    }
}
