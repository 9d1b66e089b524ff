//! Ensures that enum values and defaults have the type of their schema.

use crate::command::import::draft::Notes;
use crate::command::import::schemas::types::is_of;
use serde_json::{Map, Value, json};

const TOPIC: &str = "values";

/// Returns a string from the document, shortened for the report, with apostrophes in place of
/// backticks.
pub(crate) fn brief(text: &str) -> String {
    let text = text.replace('`', "'");
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Parses a number in a string.
pub(crate) fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Some(json!(number));
    }
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| is_plain && number.is_finite())?;
    Some(json!(number))
}

/// Makes enum values unique and converts them to the type of the schema, or changes the type if
/// they contradict it. A null among them makes the schema nullable.
pub(crate) fn enums(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let mut values = match schema.remove("enum") {
        Some(Value::Array(values)) => values,
        Some(only @ (Value::String(_) | Value::Number(_))) => vec![only],
        _ => return,
    };
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if values.iter().any(Value::is_null) {
        values.retain(|value| !value.is_null());
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
    if kind == "array" {
        // The values belong to the items of the list.
        let are_scalars = values
            .iter()
            .all(|value| !value.is_array() && !value.is_object());
        let items = schema.get_mut("items").and_then(Value::as_object_mut);
        if let (true, false, Some(items)) = (are_scalars, values.is_empty(), items)
            && !items.contains_key("enum")
            && !items.contains_key("$ref")
        {
            items.insert("enum".to_owned(), Value::Array(values));
            notes.change(TOPIC, at, "the enum of a list is moved to its items");
        }
        return;
    }
    let kind = match kind.as_str() {
        "" => inferred(&values).to_owned(),
        "object" => return,
        "boolean" => {
            let flags: Option<Vec<Value>> = values
                .iter()
                .map(|value| as_type("boolean", value))
                .collect();
            // An enum with both booleans, or without values, does not restrict the type.
            match flags {
                Some(flags) if flags.iter().any(|flag| *flag != flags[0]) => return,
                Some(flags) if flags.is_empty() => return,
                Some(_) => "boolean".to_owned(),
                None => "string".to_owned(),
            }
        }
        kind => kind.to_owned(),
    };
    let kind = match kind.as_str() {
        // The values are more reliable than a type that contradicts them.
        "integer" | "number"
            if values
                .iter()
                .any(|value| as_type("number", value).is_none()) =>
        {
            notes.change(
                TOPIC,
                at,
                format!("an enum of type `{kind}` with values that are not numbers becomes an enum of strings"),
            );
            "string"
        }
        "integer"
            if values
                .iter()
                .any(|value| as_type("integer", value).is_none()) =>
        {
            "number"
        }
        kind => kind,
    };
    let mut fitting: Vec<Value> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in values {
        let fits = match kind {
            "" => Some(value.clone()),
            kind => as_type(kind, &value),
        };
        match fits {
            Some(value) => {
                if seen.insert(value.to_string()) {
                    fitting.push(value);
                }
            }
            None => notes.loss(
                TOPIC,
                at,
                format!(
                    "the enum value `{}` does not have the type `{kind}` and is omitted",
                    brief(&value.to_string())
                ),
            ),
        }
    }
    if kind.is_empty() {
        notes.change(
            TOPIC,
            at,
            "an enum whose values do not have one scalar type in common is omitted",
        );
    } else {
        schema.insert("type".to_owned(), json!(kind));
        if fitting.is_empty() {
            return;
        }
        schema.insert("enum".to_owned(), Value::Array(fitting));
    }
}

/// Returns the scalar type that all values have, or an empty string if they have none in common.
fn inferred(values: &[Value]) -> &'static str {
    let all = |kind: &str| !values.is_empty() && values.iter().all(|value| is_of(kind, value));
    ["string", "integer", "number", "boolean"]
        .into_iter()
        .find(|kind| all(kind))
        .unwrap_or_default()
}

/// Converts a value to a type, such as a numeric string to a number, or a number to a string.
/// Returns `None` if the value can't be converted.
pub(crate) fn as_type(kind: &str, value: &Value) -> Option<Value> {
    if is_of(kind, value) {
        return Some(value.clone());
    }
    match (kind, value) {
        ("string", Value::Bool(_) | Value::Number(_)) => Some(json!(value.to_string())),
        ("integer" | "number", Value::String(text)) => {
            number(text).filter(|number| kind == "number" || number.is_i64())
        }
        ("integer", Value::Number(number)) => {
            let whole = number
                .as_f64()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)?;
            format!("{whole:.0}").parse::<i64>().ok().map(Value::from)
        }
        ("boolean", Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

/// Converts a default to the type of its schema. Removes the default if it is null or can't be
/// converted. The pass `required` checks the other constraints.
pub(crate) fn default(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    let Some(default) = schema.get("default") else {
        return;
    };
    if default.is_null() {
        schema.remove("default");
        return;
    }
    let Some(kind) = schema.get("type").and_then(Value::as_str) else {
        return;
    };
    match as_type(kind, default) {
        Some(fitting) => drop(schema.insert("default".to_owned(), fitting)),
        None => {
            let text = brief(&default.to_string());
            notes.loss(
                TOPIC,
                at,
                format!("the default `{text}` does not have the type `{kind}` and is omitted"),
            );
            schema.remove("default");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::import::schemas::repair::repair;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn one(schema: Value) -> (Value, String) {
        let document = json!({ "components": { "schemas": { "A": schema } } });
        let (document, report) = passed(document, repair);
        (document["components"]["schemas"]["A"].clone(), report)
    }

    #[test]
    fn enum_values_become_unique_and_match_the_type() {
        let cases = [
            (
                json!({ "type": "string", "enum": ["a", "a", 1, true, null] }),
                json!({ "type": "string", "nullable": true, "enum": ["a", "1", "true"] }),
            ),
            (
                json!({ "type": "integer", "enum": ["1", 2, 3.0] }),
                json!({ "type": "integer", "enum": [1, 2, 3] }),
            ),
            (
                json!({ "type": "integer", "enum": ["a", 2] }),
                json!({ "type": "string", "enum": ["a", "2"] }),
            ),
            (
                json!({ "type": "boolean", "enum": [true, false] }),
                json!({ "type": "boolean" }),
            ),
            (
                json!({ "type": "boolean", "enum": [true, "true"] }),
                json!({ "type": "boolean", "enum": [true] }),
            ),
            (
                json!({ "type": "boolean", "enum": ["yes"] }),
                json!({ "type": "string", "enum": ["yes"] }),
            ),
            (
                json!({ "type": "array", "items": { "type": "string" }, "enum": ["a", "b"] }),
                json!({ "type": "array", "items": { "type": "string", "enum": ["a", "b"] } }),
            ),
            (
                json!({ "type": "string", "enum": [] }),
                json!({ "type": "string" }),
            ),
            (json!({ "enum": ["a", 1] }), json!({})),
            (
                json!({ "type": "string", "enum": [{}] }),
                json!({ "type": "string" }),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(one(before.clone()).0, after, "{before}");
        }
    }

    #[test]
    fn a_default_is_converted_to_the_type_or_removed_and_reported() {
        assert_eq!(
            one(json!({ "type": "integer", "default": "10" })).0["default"],
            10
        );
        assert_eq!(
            one(json!({ "type": "string", "default": 10 })).0["default"],
            "10"
        );
        assert_eq!(
            one(json!({ "type": "boolean", "default": "False" })).0["default"],
            false
        );
        let (schema, report) = one(json!({ "type": "integer", "default": "many" }));
        assert_eq!(schema, json!({ "type": "integer" }));
        assert!(
            report.contains("does not have the type `integer`"),
            "{report}"
        );
    }
}
