//! Alternatives of a schema with its compositions resolved, one shape per choice.

use serde_json::Value;

use super::document::{Document, is_set, list, name_of, word};

/// One alternative of a schema.
#[derive(Clone)]
pub(crate) enum Shape<'d> {
    Object(Properties<'d>),
    List(&'d Value),
    /// A string, number or boolean, with its schema.
    Scalar(&'d Value),
    Any,
}

/// Properties of an object, including the properties of the schemas that it extends.
#[derive(Clone, Default)]
pub(crate) struct Properties<'d> {
    /// Properties in document order. A later property replaces an earlier one with the same name.
    pub(crate) named: Vec<(&'d str, &'d Value)>,
    pub(crate) required: Vec<&'d str>,
    /// Name and value of the discriminator.
    pub(crate) tag: Option<(&'d str, String)>,
    /// Schema of the additional properties, if the document defines one.
    pub(crate) others: Option<&'d Value>,
    pub(crate) is_closed: bool,
}

/// Maximum nesting depth of compositions.
const MAX_DEPTH: usize = 24;

/// Maximum number of alternatives when several unions are combined.
const MAX_ALTERNATIVES: usize = 64;

/// Returns all alternatives of a schema.
pub(crate) fn shapes<'d>(document: &'d Document, schema: &'d Value) -> Vec<Shape<'d>> {
    let found = composed(document, schema, true, 0);
    let is_empty = found.is_empty();
    if is_empty { vec![Shape::Any] } else { found }
}

/// Returns whether a schema is nullable.
///
/// Follows a reference. If an `allOf` has exactly one part, also checks that part.
pub(crate) fn is_nullable(document: &Document, schema: &Value) -> bool {
    let resolved = document.resolve(schema);
    let only = match list(resolved, "allOf") {
        [only] => document.resolve(only),
        _ => resolved,
    };
    is_set(schema, "nullable") || is_set(resolved, "nullable") || is_set(only, "nullable")
}

/// Returns the alternatives of a schema with its compositions merged.
///
/// `is_whole` is false if the schema is a part of another schema's `allOf`. In that case, the
/// schemas that extend it are not alternatives.
fn composed<'d>(
    document: &'d Document,
    schema: &'d Value,
    is_whole: bool,
    depth: usize,
) -> Vec<Shape<'d>> {
    let schema = document.resolve(schema);
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let choices: Vec<&Value> = list(schema, "oneOf")
        .iter()
        .chain(list(schema, "anyOf"))
        .collect();
    if choices.is_empty() && is_whole && schema.get("discriminator").is_some() {
        let children = document.extending(schema);
        if !children.is_empty() {
            let each = children.into_iter().flat_map(|(name, child)| {
                let tag = tag(schema, name);
                tagged(composed(document, child, true, depth + 1), tag)
            });
            return each.collect();
        }
    }
    let mut alternatives = own(schema);
    for part in list(schema, "allOf") {
        alternatives = product(alternatives, composed(document, part, false, depth + 1));
    }
    if !choices.is_empty() {
        let each = choices.into_iter().flat_map(|choice| {
            let tag = name_of(choice).and_then(|name| tag(schema, &name));
            tagged(composed(document, choice, true, depth + 1), tag)
        });
        alternatives = product(alternatives, each.collect());
    }
    alternatives
}

/// Returns the shape of a schema without its compositions.
///
/// If the schema consists only of compositions, the shape is an empty object that they are merged
/// into.
fn own(schema: &Value) -> Vec<Shape<'_>> {
    let has_parts = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(key).is_some());
    let mut properties = Properties::default();
    if let Some(Value::Object(named)) = schema.get("properties") {
        properties.named = named
            .iter()
            .map(|(name, property)| (name.as_str(), property))
            .collect();
    }
    properties.required = list(schema, "required")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => properties.is_closed = true,
        Some(others @ Value::Object(_)) => properties.others = Some(others),
        _ => {}
    }
    match word(schema, "type") {
        "array" => vec![Shape::List(schema.get("items").unwrap_or(&Value::Null))],
        "string" | "integer" | "number" | "boolean" => vec![Shape::Scalar(schema)],
        "object" => vec![Shape::Object(properties)],
        _ if has_parts || !properties.named.is_empty() => vec![Shape::Object(properties)],
        _ => vec![Shape::Any],
    }
}

/// Returns the combinations of two lists of shapes, up to [`MAX_ALTERNATIVES`].
fn product<'d>(left: Vec<Shape<'d>>, right: Vec<Shape<'d>>) -> Vec<Shape<'d>> {
    let mut found = Vec::new();
    for a in &left {
        for b in &right {
            if found.len() >= MAX_ALTERNATIVES {
                return found;
            }
            found.push(match (a.clone(), b.clone()) {
                (Shape::Object(a), Shape::Object(b)) => Shape::Object(merged(a, b)),
                (Shape::Object(a), b) if a.named.is_empty() => b,
                (Shape::Any, b) => b,
                (a, _) => a,
            });
        }
    }
    found
}

fn merged<'d>(mut a: Properties<'d>, b: Properties<'d>) -> Properties<'d> {
    for (name, property) in b.named {
        match a.named.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = property,
            None => a.named.push((name, property)),
        }
    }
    a.required.extend(b.required);
    a.tag = a.tag.or(b.tag);
    a.others = a.others.or(b.others);
    a.is_closed |= b.is_closed;
    a
}

/// Returns the discriminator of a schema and its value for a choice.
fn tag<'d>(schema: &'d Value, choice: &str) -> Option<(&'d str, String)> {
    let discriminator = schema.get("discriminator")?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let known = mapping.into_iter().flatten().find(|(_, to)| {
        let to = to.as_str().unwrap_or_default();
        to.rsplit('/').next() == Some(choice)
    });
    let value = known.map_or(choice, |(value, _)| value);
    Some((property, value.to_owned()))
}

fn tagged<'d>(mut shapes: Vec<Shape<'d>>, tag: Option<(&'d str, String)>) -> Vec<Shape<'d>> {
    for shape in &mut shapes {
        if let (Shape::Object(properties), Some(tag)) = (shape, &tag) {
            properties.tag = Some(tag.clone());
        }
    }
    shapes
}
