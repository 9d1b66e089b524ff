//! Finds what differs only in texts, examples and bounds: rustdoc changes, code does not.

use super::change::Changes;
use super::rule::Rule;
use super::side::Side;
use crate::model::members;
use crate::spec::pointer::below;
use serde_json::{Map, Value};

/// The sections of components that no other part of the comparison looks at as a whole.
const SECTIONS: [&str; 5] = [
    "parameters",
    "requestBodies",
    "responses",
    "headers",
    "securitySchemes",
];

/// Adds a change for a node that differs, if nothing else was found in it: `first` is the number of changes before the search.
pub(super) fn compare_node(
    (base, new): (&Side<'_>, &Side<'_>),
    (was, now): (&str, &str),
    subject: &str,
    first: usize,
    changes: &mut Changes,
) {
    if changes.found.len() > first {
        return;
    }
    let node = |side: &Side<'_>, pointer: &str| side.document.node(pointer).map(without_departures);
    if node(base, was) != node(new, now) {
        let what = "a description, an example or a bound differs";
        changes.add(Rule::Documentation, new.document.place(now), subject, what);
    }
}

/// Adds the changes of what belongs to no operation and no schema.
pub(super) fn compare_rest(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    for key in ["info", "tags", "servers", "externalDocs"] {
        let pointer = below("", key);
        compare_node(
            (base, new),
            (&pointer, &pointer),
            key,
            changes.found.len(),
            changes,
        );
    }
    let components = |side: &Side<'_>| {
        side.document
            .root
            .get("components")
            .cloned()
            .unwrap_or_default()
    };
    let (was, now) = (components(base), components(new));
    for section in SECTIONS {
        for name in members(&now, section).keys() {
            if members(&was, section).contains_key(name) {
                let pointer = below(&below("/components", section), name);
                compare_node(
                    (base, new),
                    (&pointer, &pointer),
                    name,
                    changes.found.len(),
                    changes,
                );
            }
        }
    }
}

/// The node without what it says about the vendor's own document. As deep as a parsed file may be.
fn without_departures(node: &Value) -> Value {
    match node {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter(|(key, _)| !key.starts_with("x-upstream-"));
            let kept: Map<String, Value> = kept
                .map(|(key, value)| (key.clone(), without_departures(value)))
                .collect();
            Value::Object(kept)
        }
        Value::Array(items) => Value::Array(items.iter().map(without_departures).collect()),
        scalar => scalar.clone(),
    }
}
