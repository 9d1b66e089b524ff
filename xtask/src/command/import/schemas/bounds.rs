//! Fixes the bounds of schemas.

use crate::command::import::draft::Notes;
use crate::command::import::schemas::value::number;
use serde_json::{Map, Value, json};

const TOPIC: &str = "types";

/// Converts bounds in strings to numbers. Removes bounds that are not numbers or have no effect,
/// and both bounds if the lower one is above the upper one.
pub(crate) fn bounds(at: &str, schema: &mut Map<String, Value>, notes: &mut Notes) {
    for key in ["minimum", "maximum", "multipleOf"] {
        let number = match schema.get(key) {
            None => continue,
            Some(Value::String(text)) => number(text),
            Some(Value::Number(number)) => Some(Value::Number(number.clone())),
            Some(_) => None,
        };
        let fits = |number: &Value| number.as_f64().is_some_and(|number| number.abs() < 9.2e18);
        match number {
            Some(number) if fits(&number) || number.is_i64() || number.is_u64() => {
                schema.insert(key.to_owned(), number);
            }
            // A bound that does not fit into 64 bits has no effect.
            Some(_) => drop(schema.remove(key)),
            None => {
                schema.remove(key);
                notes.loss(
                    TOPIC,
                    at,
                    format!("`{key}` is omitted, because it is not a number"),
                );
            }
        }
    }
    for key in [
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ] {
        let count = match schema.get(key) {
            None => continue,
            Some(Value::String(text)) => number(text).and_then(|number| count(&number)),
            Some(value) => count(value),
        };
        match count {
            Some(count) => drop(schema.insert(key.to_owned(), json!(count))),
            None => {
                schema.remove(key);
                notes.loss(
                    TOPIC,
                    at,
                    format!("`{key}` is omitted, because it is not a non-negative integer"),
                );
            }
        }
    }
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let is_right =
            schema.get(exclusive) == Some(&Value::Bool(true)) && schema.contains_key(bound);
        if !is_right {
            schema.remove(exclusive);
        }
    }
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let number = |key: &str| schema.get(key).and_then(Value::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            for key in [low, high, "exclusiveMinimum", "exclusiveMaximum"] {
                schema.remove(key);
            }
            notes.loss(
                TOPIC,
                at,
                format!("`{low}` is greater than `{high}`: both are omitted"),
            );
        }
    }
}

/// Converts a value to a non-negative integer; `None` if it is negative, not whole, too large, or
/// not a number.
fn count(value: &Value) -> Option<u64> {
    if let Some(count) = value.as_u64() {
        return Some(count);
    }
    let number = value
        .as_f64()
        .filter(|number| (0.0..9e15).contains(number) && number.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}
