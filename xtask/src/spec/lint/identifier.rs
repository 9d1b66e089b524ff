//! Rules: the marker types and methods of operations are unique. For schemas, properties, values
//! and parameters, the generator makes the names distinct instead.

use crate::name;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use std::collections::HashMap;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    types(spec, &mut found);
    spec.findings.extend(found);
}

/// Names of types in generated modules. The marker types of operations can't use these names, and
/// schemas with these names are renamed.
const RESERVED_TYPES: [&str; 7] = [
    "ApiError",
    "BulkRequest",
    "Client",
    "Error",
    "Request",
    "Response",
    "Server",
];

/// Rust names that generated code uses without a path.
const RUST_NAMES: [&str; 8] = [
    "Box", "Default", "From", "Into", "Option", "Result", "String", "Vec",
];

/// Names of the methods that every client has. Operations can't use these names.
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

/// Returns whether the name of an operation is taken by a method of every client, or by a type of
/// the generated modules or of Rust.
pub(crate) fn is_taken(id: &str) -> bool {
    let rust = name::type_name(id);
    let is_type = RESERVED_TYPES.contains(&rust.as_str()) || RUST_NAMES.contains(&rust.as_str());
    is_type || CLIENT_METHODS.contains(&id)
}

fn types(spec: &Spec<'_>, found: &mut Vec<Finding>) {
    let mut named = Vec::new();
    for node in spec.of(Kind::Operation) {
        if let Some(id) = node.text("operationId") {
            let pointer = below(&node.pointer, "operationId");
            if CLIENT_METHODS.contains(&id) {
                let what =
                    format!("the operation `{id}` has the name of a method that every client has");
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
        for (taken, by) in [(&RESERVED_TYPES[..], "every client"), (&RUST_NAMES, "Rust")] {
            if taken.contains(&rust.as_str()) {
                let what =
                    format!("the {noun} `{wire}` has the same name as the type `{rust}` of {by}");
                found.push(spec.finding(&pointer, Rule::RustName, what, "rename it"));
            }
        }
        let (first, first_noun) = *known.entry(rust.clone()).or_insert((wire, noun));
        // Another rule reports equal ids.
        if (first, first_noun) != (wire, noun) {
            let what = format!(
                "the {noun} `{wire}` and the {first_noun} `{first}` have the same type name `{rust}`"
            );
            found.push(spec.finding(&pointer, Rule::RustName, what, "rename one of them"));
        }
    }
}

/// Returns the name of every parameter enum, and the pointer to the parameter. The name consists of
/// the operation's id and the parameter's name.
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
