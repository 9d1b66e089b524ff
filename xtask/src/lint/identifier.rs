//! Names of the wire that differ stay different as Rust identifiers.

use super::grammar::Kind;
use super::spec::{Node, Spec};
use super::view::Found;
use crate::finding::Finding;
use crate::load::below;
use crate::name;
use crate::rule::Rule;
use serde_json::Value;
use std::collections::HashMap;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    types(spec, &mut found);
    for node in spec.named_schemas() {
        fields(spec, node, &mut found);
    }
    for node in spec.of(Kind::Schema) {
        variants(spec, node, &mut found);
    }
    for node in spec.of(Kind::Operation) {
        setters(spec, node, &mut found);
    }
    spec.findings.extend(found);
}

/// Types of the generated modules that no schema may be named after.
const TAKEN: [&str; 6] = [
    "ApiError", "Client", "Error", "Request", "Response", "Server",
];

fn types(spec: &Spec<'_>, found: &mut Vec<Finding>) {
    let mut known: HashMap<String, String> = HashMap::new();
    for taken in TAKEN {
        known.insert(taken.to_owned(), "a type of every client".to_owned());
    }
    let components = spec
        .document
        .node("/components/schemas")
        .and_then(Value::as_object);
    for schema in components
        .into_iter()
        .flat_map(|components| components.keys())
    {
        let pointer = below("/components/schemas", schema);
        one_type(
            spec,
            &mut known,
            schema,
            format!("the schema `{schema}`"),
            &pointer,
            found,
        );
    }
    for node in spec.of(Kind::Operation) {
        if let Some(id) = node.text("operationId") {
            let pointer = below(&node.pointer, "operationId");
            // Two equal ids have a rule of their own.
            if known.get(&name::type_name(id)) != Some(&format!("the operation `{id}`")) {
                one_type(
                    spec,
                    &mut known,
                    id,
                    format!("the operation `{id}`"),
                    &pointer,
                    found,
                );
            }
        }
    }
}

fn one_type(
    spec: &Spec<'_>,
    known: &mut HashMap<String, String>,
    wire: &str,
    label: String,
    pointer: &str,
    found: &mut Vec<Finding>,
) {
    let rust = name::type_name(wire);
    match known.get(&rust) {
        Some(first) => {
            let what = format!("{label} and {first} are both the type `{rust}`");
            found.push(spec.finding(pointer, Rule::RustName, what, "rename it"));
        }
        None => drop(known.insert(rust, label)),
    }
}

/// Properties of an object, those that it extends included.
fn fields(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let whole = Found {
        pointer: node.pointer.clone(),
        object: node.object,
    };
    let mut known: HashMap<String, &str> = HashMap::new();
    for part in spec.parts(whole, false) {
        let properties = part.object.get("properties").and_then(Value::as_object);
        for wire in properties
            .into_iter()
            .flat_map(|properties| properties.keys())
        {
            let rust = name::field(wire);
            let first = *known.entry(rust.clone()).or_insert(wire);
            if first != wire {
                let what = format!(
                    "`{wire}` and `{first}` of `{}` are both the field `{rust}`",
                    node.key
                );
                let to_do = "keep one of them; the other is read as an unknown field";
                let pointer = below(&below(&part.pointer, "properties"), wire);
                found.push(spec.finding(&pointer, Rule::RustName, what, to_do));
            }
        }
    }
}

fn variants(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (index, value) in node.list("enum").iter().enumerate() {
        let Some(wire) = value.as_str() else { continue };
        let rust = name::type_name(wire);
        let first = *known.entry(rust.clone()).or_insert(wire);
        if first != wire {
            let label = spec.label(&node.pointer);
            let what = format!("`{wire}` and `{first}` of {label} are both the variant `{rust}`");
            let to_do = "keep the usual one; the other still works as an unknown value";
            let pointer = below(&below(&node.pointer, "enum"), &index.to_string());
            found.push(spec.finding(&pointer, Rule::RustName, what, to_do));
        }
    }
}

fn setters(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let mut known: HashMap<String, (&str, &str)> = HashMap::new();
    for parameter in spec.parameters(node) {
        let wire = parameter.text("name");
        let place = parameter.text("in");
        let rust = name::field(wire);
        let first = *known.entry(rust.clone()).or_insert((wire, place));
        if first != (wire, place) {
            let label = spec.label(&node.pointer);
            let what = format!(
                "the parameters `{wire}` and `{}` of {label} are both `{rust}`",
                first.0
            );
            let to_do = "keep one of them, or split the operation";
            found.push(spec.finding(&parameter.pointer, Rule::RustName, what, to_do));
        }
    }
}
