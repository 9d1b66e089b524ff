//! Rules: schemas are valid in OpenAPI 3.0, and every object, union and enum has a name.

use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec, list};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Schema) {
        kind(spec, node, &mut found);
        bounds(spec, node, &mut found);
        inline(spec, node, &mut found);
        required(spec, node, &mut found);
        discriminator(spec, node, &mut found);
    }
    spec.findings.extend(found);
}

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

fn kind(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let label = spec.label(&node.pointer);
    let pointer = below(&node.pointer, "type");
    match node.object.get("type") {
        None => {}
        Some(Value::String(kind)) if kind == "array" && !node.object.contains_key("items") => {
            let what = format!("the list {label} has no items");
            found.push(spec.finding(
                &pointer,
                Rule::SchemaType,
                what,
                "add `items`, or `items: {}` for any JSON",
            ));
        }
        Some(Value::String(kind)) if TYPES.contains(&kind.as_str()) => {}
        Some(Value::Array(_)) => {
            let what = format!("{label} has a list of types, which requires OpenAPI 3.1");
            let to_do = "write one type, with `nullable: true` for null, or use oneOf";
            found.push(spec.finding(&pointer, Rule::SchemaType, what, to_do));
        }
        Some(other) => {
            let what = format!("{label} has the unsupported type {other}");
            let to_do = format!("use one of: {}", TYPES.join(", "));
            found.push(spec.finding(&pointer, Rule::SchemaType, what, to_do));
        }
    }
}

fn bounds(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let label = spec.label(&node.pointer);
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let what = match node.object.get(exclusive) {
            None => continue,
            Some(Value::Bool(_)) if node.object.contains_key(bound) => continue,
            Some(Value::Bool(_)) => format!("{label} has `{exclusive}` without `{bound}`"),
            Some(_) => format!("`{exclusive}` of {label} is not true or false"),
        };
        let to_do = format!("write the bound as `{bound}`, and add `{exclusive}: true`");
        let pointer = below(&node.pointer, exclusive);
        found.push(spec.finding(&pointer, Rule::Bounds, what, to_do));
    }
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let number = |key| node.object.get(key).and_then(Value::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            let what = format!("`{low}` of {label} is greater than `{high}`");
            found.push(spec.finding(
                &below(&node.pointer, low),
                Rule::Bounds,
                what,
                "swap or correct them",
            ));
        }
    }
}

fn inline(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let label = spec.label(&node.pointer);
    let parent = spec.parent(node);
    let extends = node.field == "allOf" && parent.is_some_and(|parent| parent.field == "schemas");
    if node.field == "schemas" || extends {
        return;
    }
    let keys = ["properties", "additionalProperties"];
    let is_object = node.text("type") == Some("object")
        || keys.iter().any(|key| node.object.contains_key(*key));
    if (is_object || node.list("allOf").len() > 1) && !is_of(spec, node, &[Kind::Parameter]) {
        let what = format!("the object {label} has no name");
        let to_do = "move it to components.schemas and refer to it";
        found.push(spec.finding(&node.pointer, Rule::InlineObject, what, to_do));
    }
    let is_union = node.list("oneOf").len() > 1 || node.list("anyOf").len() > 1;
    if is_union && !is_object && !is_of_parameter(spec, node) {
        let what = format!("the union {label} has no name");
        let to_do = "move it to components.schemas and refer to it";
        found.push(spec.finding(&node.pointer, Rule::InlineObject, what, to_do));
    }
    let is_text = node.text("type") == Some("string");
    if is_text && node.list("enum").len() > 1 && !is_of_parameter(spec, node) {
        let what = format!("the enum {label} has no name");
        let to_do = "move it to components.schemas and refer to it";
        found.push(spec.finding(&node.pointer, Rule::InlineEnum, what, to_do));
    }
}

/// Returns whether a schema belongs to a parameter or header, where inline enums and unions are
/// allowed.
fn is_of_parameter(spec: &Spec<'_>, node: &Node<'_>) -> bool {
    is_of(spec, node, &[Kind::Parameter, Kind::Header])
}

/// Returns whether a schema is in an object of one of the given kinds, directly or inside other
/// schemas.
fn is_of(spec: &Spec<'_>, node: &Node<'_>, kinds: &[Kind]) -> bool {
    let mut node = node;
    while let Some(parent) = spec.parent(node) {
        match parent.kind {
            Kind::Schema => node = parent,
            kind => return kinds.contains(&kind),
        }
    }
    false
}

fn required(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    // A part of `allOf` can require a property of another part, so the whole component is checked
    // instead.
    if node.field == "allOf" {
        return;
    }
    let (pointer, object) = (node.pointer.clone(), node.object);
    let parts = spec.parts(Resolved { pointer, object }, false);
    let is_known = |name: &str| {
        let has = |part: &Resolved<'_>| {
            part.object
                .get("properties")
                .is_some_and(|all| all.get(name).is_some())
        };
        parts.iter().any(has)
    };
    let mut seen = BTreeSet::new();
    for part in parts
        .iter()
        .filter(|part| part.pointer.starts_with(&node.pointer))
    {
        for name in list(part.object, "required")
            .iter()
            .filter_map(Value::as_str)
        {
            let pointer = below(&part.pointer, "required");
            if !is_known(name) {
                let what = format!(
                    "{} requires `{name}`, which is not one of its properties",
                    spec.label(&node.pointer)
                );
                let to_do = "add the property, or remove the name";
                found.push(spec.finding(&pointer, Rule::RequiredProperty, what, to_do));
            } else if !seen.insert((part.pointer.clone(), name)) {
                let what = format!("{} requires `{name}` twice", spec.label(&node.pointer));
                found.push(spec.finding(
                    &pointer,
                    Rule::RequiredProperty,
                    what,
                    "keep one of them",
                ));
            }
        }
    }
}

fn discriminator(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let Some(value) = node.object.get("discriminator") else {
        return;
    };
    let pointer = below(&node.pointer, "discriminator");
    let label = spec.label(&node.pointer);
    let property = value
        .get("propertyName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let choices = if node.object.contains_key("oneOf") {
        "oneOf"
    } else {
        "anyOf"
    };
    let own = node.pointer.clone();
    let is_extended = node.field == "schemas"
        && spec.named_schemas().any(|other| {
            other
                .list("allOf")
                .iter()
                .any(|part| part.get("$ref").and_then(Value::as_str) == Some(&format!("#{own}")))
        });
    if !node.object.contains_key(choices) && is_extended {
        // The choices are the schemas that extend this schema.
        return;
    }
    if !node.object.contains_key(choices) {
        let what = format!("{label} has a discriminator without oneOf or anyOf");
        let to_do = "list the schemas that it selects from";
        found.push(spec.finding(&pointer, Rule::Discriminator, what, to_do));
    }
    for (index, choice) in node.list(choices).iter().enumerate() {
        let choice_pointer = below(&below(&node.pointer, choices), &index.to_string());
        if choice.get("$ref").is_none() {
            let what = format!(
                "choice {} of {label} has no name, which the discriminator requires",
                index + 1
            );
            let to_do = "move it to components.schemas and refer to it";
            found.push(spec.finding(&choice_pointer, Rule::Discriminator, what, to_do));
        } else if let Some((target, object)) = spec.resolve(&choice_pointer, choice) {
            let name = spec.label(&target);
            let has = |part: &Resolved<'_>| {
                part.object
                    .get("properties")
                    .is_some_and(|all| all.get(property).is_some())
            };
            if !spec
                .parts(
                    Resolved {
                        pointer: target,
                        object,
                    },
                    true,
                )
                .iter()
                .any(has)
            {
                let what = format!("{name} has no property `{property}` for the discriminator");
                let to_do = "add it with an enum that contains its only value";
                found.push(spec.finding(&choice_pointer, Rule::Discriminator, what, to_do));
            }
        }
    }
    let mapping = value.get("mapping").and_then(Value::as_object);
    for (key, target) in mapping.into_iter().flatten() {
        // A mapping contains either the reference or only the name of a schema.
        let target_name = target.as_str().unwrap_or_default();
        let named = format!("#/components/schemas/{target_name}");
        let is_choice = node.list(choices).iter().any(|choice| {
            let choice = choice.get("$ref").and_then(Value::as_str);
            choice.is_some_and(|choice| choice == target_name || choice == named)
        });
        if !is_choice {
            let what = format!("`{key}` maps to {target}, which is not a choice of {label}");
            let to_do = format!("use a $ref in its {choices}");
            let pointer = below(&below(&pointer, "mapping"), key);
            found.push(spec.finding(&pointer, Rule::Discriminator, what, to_do));
        }
    }
}
