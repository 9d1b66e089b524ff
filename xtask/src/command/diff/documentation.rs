//! Finds the differences that the rest of the comparison ignores: differences in descriptions,
//! examples and bounds, which change rustdoc but not code, and differences in extensions without a
//! rule.

use super::change::Changes;
use super::rule::Rule;
use super::side::Side;
use crate::model::members;
use crate::spec::extension::Extension;
use crate::spec::pointer::below;
use serde_json::{Map, Value};

/// Sections of `components` that the rest of the comparison doesn't compare completely.
const SECTIONS: [&str; 5] = [
    "parameters",
    "requestBodies",
    "responses",
    "headers",
    "securitySchemes",
];

/// Records a change for a node that differs in more than `x-upstream-` keys, unless the comparison
/// already found a change in it. `first` is the number of changes before that comparison.
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
    let node = |side: &Side<'_>, pointer: &str, is_skipped: &dyn Fn(&str) -> bool| {
        side.document
            .node(pointer)
            .map(|node| without(node, is_skipped))
    };
    let place = new.document.place(now);
    let is_departure = |key: &str| key.starts_with("x-upstream-");
    if node(base, was, &is_departure) == node(new, now, &is_departure) {
        return;
    }
    // The rest of the comparison can't interpret an unknown extension.
    let is_unknown =
        |key: &str| is_departure(key) || (key.starts_with("x-") && Extension::of(key).is_none());
    if node(base, was, &is_unknown) == node(new, now, &is_unknown) {
        changes.add(
            Rule::OtherExtension,
            place,
            subject,
            "an extension without a rule differs",
        );
    } else {
        let what = "a description, an example or a bound differs";
        changes.add(Rule::Documentation, place, subject, what);
    }
}

/// Records changes to `info`, `externalDocs`, and the components in [`SECTIONS`] that exist on both
/// sides.
pub(super) fn compare_rest(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    for key in ["info", "externalDocs"] {
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

/// Returns the node without the skipped keys, at any depth. The maximum depth of a parsed file
/// limits the recursion.
fn without(node: &Value, is_skipped: &dyn Fn(&str) -> bool) -> Value {
    match node {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !is_skipped(key));
            let kept: Map<String, Value> = kept
                .map(|(key, value)| (key.clone(), without(value, is_skipped)))
                .collect();
            Value::Object(kept)
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| without(item, is_skipped)).collect())
        }
        scalar => scalar.clone(),
    }
}
