//! Names of the wire that differ stay different as Rust identifiers.

use crate::name;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
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
const TAKEN: [&str; 7] = [
    "ApiError",
    "BulkRequest",
    "Client",
    "Error",
    "Request",
    "Response",
    "Server",
];

/// Names of Rust that generated code writes without a path.
const OF_RUST: [&str; 8] = [
    "Box", "Default", "From", "Into", "Option", "Result", "String", "Vec",
];

/// Methods of every client, which no operation may be named after.
const CLIENT_METHODS: [&str; 8] = [
    "access_token",
    "base_url",
    "builder",
    "clone",
    "from_config",
    "from_env",
    "renew_access_token",
    "request",
];

fn types(spec: &Spec<'_>, found: &mut Vec<Finding>) {
    let mut named = Vec::new();
    let schemas = spec
        .document
        .node("/components/schemas")
        .and_then(Value::as_object);
    for wire in schemas.into_iter().flat_map(|schemas| schemas.keys()) {
        let pointer = below("/components/schemas", wire);
        named.push((wire.as_str(), "schema", pointer));
    }
    for node in spec.of(Kind::Operation) {
        if let Some(id) = node.text("operationId") {
            let pointer = below(&node.pointer, "operationId");
            if CLIENT_METHODS.contains(&id) {
                let what = format!("the operation `{id}` is named like a method of every client");
                found.push(spec.finding(&pointer, Rule::RustName, what, "rename it"));
            }
            named.push((id, "operation", pointer));
        }
    }
    let enums = parameter_enums(spec);
    named.extend(enums.iter().map(|(name, pointer)| {
        let noun = "enum of the parameter";
        (name.as_str(), noun, pointer.clone())
    }));
    let mut known: HashMap<String, (&str, &str)> = HashMap::new();
    for (wire, noun, pointer) in named {
        let rust = name::type_name(wire);
        for (taken, by) in [(&TAKEN[..], "every client"), (&OF_RUST, "Rust")] {
            if taken.contains(&rust.as_str()) {
                let what = format!("the {noun} `{wire}` is named like the type `{rust}` of {by}");
                found.push(spec.finding(&pointer, Rule::RustName, what, "rename it"));
            }
        }
        let (first, first_noun) = *known.entry(rust.clone()).or_insert((wire, noun));
        // Two equal ids have a rule of their own.
        if (first, first_noun) != (wire, noun) {
            let what = format!(
                "the {noun} `{wire}` and the {first_noun} `{first}` are both the type `{rust}`"
            );
            found.push(spec.finding(&pointer, Rule::RustName, what, "rename one of them"));
        }
    }
}

/// The types of the enums that parameters hold: the operation and the parameter in one word.
fn parameter_enums(spec: &Spec<'_>) -> Vec<(String, String)> {
    let mut enums = Vec::new();
    for node in spec.of(Kind::Operation) {
        for (at, parameter) in spec.parameters(node) {
            let schema = parameter.object.get("schema");
            let values = schema.and_then(|schema| schema["enum"].as_array());
            if let Some(id) = node.text("operationId")
                && values.is_some_and(|values| values.len() > 1 && values[0].is_string())
            {
                enums.push((format!("{id}_{}", parameter.text("name")), at));
            }
        }
    }
    enums
}

/// Properties of an object, those that it extends included.
fn fields(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let whole = Resolved {
        pointer: node.pointer.clone(),
        object: node.object,
    };
    let mut known: HashMap<String, (&str, bool)> = HashMap::new();
    for part in spec.parts(whole, false) {
        let is_own = part.pointer == node.pointer
            || part.pointer.starts_with(&below(&node.pointer, "allOf"));
        let properties = part.object.get("properties").and_then(Value::as_object);
        for wire in properties
            .into_iter()
            .flat_map(|properties| properties.keys())
        {
            let rust = name::field(wire);
            let (first, is_first_own) = *known.entry(rust.clone()).or_insert((wire, is_own));
            // Two of a schema that is extended are told there.
            if first != wire && (is_own || is_first_own) {
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
    for (at, parameter) in spec.parameters(node) {
        let wire = parameter.text("name");
        let place = parameter.text("in");
        let rust = name::field(wire);
        let first = *known.entry(rust.clone()).or_insert((wire, place));
        if first != (wire, place) && first.1 == place {
            let label = spec.label(&node.pointer);
            let what = format!(
                "the parameters `{wire}` and `{}` of {label} are both `{rust}`",
                first.0
            );
            let to_do = "keep one of them, or split the operation";
            found.push(spec.finding(&at, Rule::RustName, what, to_do));
        }
    }
}
