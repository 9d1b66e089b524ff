//! Rules: defaults and enum values are valid for their own schema.

use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::build::noun;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec, list};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::{Map, Value};
use std::collections::HashSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Schema) {
        enum_values(spec, node, &mut found);
        if let Some(default) = node.object.get("default") {
            let schema = Resolved {
                pointer: node.pointer.clone(),
                object: node.object,
            };
            if let Err(why) = fits(spec, &schema, default, 0) {
                let what = format!(
                    "the default {} of {} {why}",
                    brief(default),
                    spec.label(&node.pointer)
                );
                let to_do = "use a value that the schema allows, or remove the default";
                let pointer = below(&node.pointer, "default");
                found.push(spec.finding(&pointer, Rule::DefaultValue, what, to_do));
            }
        }
    }
    spec.findings.extend(found);
}

/// Returns a short form of a value for messages.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn enum_values(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let values = node.list("enum");
    let pointer = below(&node.pointer, "enum");
    let mut known = HashSet::new();
    for (index, value) in values.iter().enumerate() {
        let pointer = below(&pointer, &index.to_string());
        if !known.insert(value.to_string()) {
            let what = format!("{} lists {} twice", spec.label(&node.pointer), brief(value));
            found.push(spec.finding(&pointer, Rule::EnumValue, what, "keep one of them"));
        } else if let Err(why) = check_type(node.object, value) {
            let what = format!(
                "the enum value {} of {} {why}",
                brief(value),
                spec.label(&node.pointer)
            );
            let to_do = "correct its type; quote a string that looks like a value of another type";
            found.push(spec.finding(&pointer, Rule::EnumValue, what, to_do));
        }
    }
}

/// Maximum depth at which defaults are checked.
const MAX_DEPTH: usize = 16;

fn fits(spec: &Spec<'_>, schema: &Resolved<'_>, value: &Value, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    for part in spec.parts(schema.clone(), false) {
        check_type(part.object, value)?;
        let values = list(part.object, "enum");
        if !values.is_empty() && !values.contains(value) {
            return Err("is not a value of the enum".to_owned());
        }
        check_bounds(part.object, value)?;
        check_members(spec, &part, value, depth)?;
    }
    Ok(())
}

/// Checks the items of a list and the properties of an object.
fn check_members(
    spec: &Spec<'_>,
    schema: &Resolved<'_>,
    value: &Value,
    depth: usize,
) -> Result<(), String> {
    let items = spec.child(&schema.pointer, schema.object, "items");
    if let (Value::Array(values), Some((pointer, object))) = (value, items) {
        let schema = Resolved { pointer, object };
        for value in values {
            fits(spec, &schema, value, depth + 1)
                .map_err(|why| format!("has an item that {why}"))?;
        }
    }
    let Value::Object(values) = value else {
        return Ok(());
    };
    for required in list(schema.object, "required")
        .iter()
        .filter_map(Value::as_str)
    {
        if !values.contains_key(required) {
            return Err(format!("lacks the required `{required}`"));
        }
    }
    let properties = below(&schema.pointer, "properties");
    let known = schema.object.get("properties").and_then(Value::as_object);
    for (name, value) in values {
        let found =
            known.and_then(|known| spec.resolve(&below(&properties, name), known.get(name)?));
        if let Some((pointer, object)) = found {
            let schema = Resolved { pointer, object };
            fits(spec, &schema, value, depth + 1)
                .map_err(|why| format!("has a `{name}` that {why}"))?;
        }
    }
    Ok(())
}

fn check_type(schema: &Map<String, Value>, value: &Value) -> Result<(), String> {
    if value.is_null() {
        let may_be_null = schema
            .get("nullable")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        return match (may_be_null, schema.get("type")) {
            (true, _) | (_, None) => Ok(()),
            _ => Err("is null, but the schema is not nullable".to_owned()),
        };
    }
    let kind = schema.get("type").and_then(Value::as_str);
    let fits = match kind {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "is {}, but must be of type {}",
        noun(value),
        kind.unwrap_or_default()
    ))
}

/// Checks bounds of numbers, strings and lists.
fn check_bounds(schema: &Map<String, Value>, value: &Value) -> Result<(), String> {
    let (low, high, size) = match value {
        Value::Number(number) => ("minimum", "maximum", number.as_f64()),
        Value::String(text) => ("minLength", "maxLength", Some(text.chars().count() as f64)),
        Value::Array(items) => ("minItems", "maxItems", Some(items.len() as f64)),
        _ => return Ok(()),
    };
    let Some(size) = size else { return Ok(()) };
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if bound(low).is_some_and(|least| size < least) {
        return Err(format!("is below `{low}`"));
    }
    if bound(high).is_some_and(|most| size > most) {
        return Err(format!("is above `{high}`"));
    }
    Ok(())
}
