//! Assembles values from strings with names such as `filter[range][0]`.

use serde_json::{Map, Value};

use crate::openapi::parameter::Shape;

/// Maximum number of steps in a name.
const MAX_STEPS: usize = 64;

/// Splits a name into the part before the first bracket and the steps in brackets. Returns `None`
/// for a name in any other format, or with more than [`MAX_STEPS`] steps.
pub(crate) fn steps(name: &str) -> Option<(&str, Vec<&str>)> {
    let (base, mut rest) = name.split_at(name.find('[')?);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = rest.strip_prefix('[')?.split_once(']')?;
        steps.push(step);
        rest = after;
    }
    (!base.is_empty() && steps.len() <= MAX_STEPS).then_some((base, steps))
}

/// Converts a string to the type that `shape` defines for a path of steps, and sets the value at
/// this path.
pub(crate) fn put(value: &mut Value, shape: &Shape, steps: &[&str], text: &str) {
    let Some((step, rest)) = steps.split_first() else {
        *value = shape.value(text);
        return;
    };
    if let Shape::Array(item) = shape {
        if !value.is_array() {
            *value = Value::Array(Vec::new());
        }
        let Value::Array(items) = value else { return };
        let index = step.parse().unwrap_or(items.len());
        if index >= items.len() {
            items.push(Value::Null);
        }
        let last = items.len() - 1;
        if let Some(place) = items.get_mut(index.min(last)) {
            put(place, item, rest, text);
        }
        return;
    }
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(members) = value {
        let place = members.entry(*step).or_insert(Value::Null);
        let shape = shape.of_property(step).unwrap_or(&Shape::Text);
        put(place, shape, rest, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::tree::Tree;
    use serde_json::json;

    #[test]
    fn bracketed_names_are_assembled_into_values_of_the_schema_types() {
        let schema = json!({ "properties": {
            "range": { "properties": { "from": { "type": "integer" } } },
            "lines": { "type": "array", "items": { "properties": { "price": { "type": "string" }, "count": { "type": "integer" } } } },
            "counts": { "additionalProperties": { "type": "integer" } },
        } });
        let shape = Shape::expanded(&Tree::new(json!({})), &schema);
        let mut value = Value::Null;
        for (name, text) in [
            ("f[range][from]", "3"),
            ("f[lines][0][price]", "7"),
            ("f[lines][0][count]", "8"),
            ("f[lines][][price]", "9"),
            ("f[counts][a]", "1"),
            ("f[other][deep]", "2"),
        ] {
            let (base, steps) = steps(name).unwrap();
            assert_eq!(base, "f");
            put(&mut value, &shape, &steps, text);
        }
        let wanted = json!({ "range": { "from": 3 }, "lines": [{ "price": "7", "count": 8 }, { "price": "9" }], "counts": { "a": 1 }, "other": { "deep": "2" } });
        assert_eq!(value, wanted);
        assert_eq!(steps("plain"), None);
        assert_eq!(steps("a[b"), None);
        assert_eq!(steps("a[b]c"), None);
    }
}
