//! Checks the departures that our spec declares (`x-upstream-declared`) against the vendor's
//! document.

use super::difference::ChangeKind;
use super::our_spec::nodes_with;
use super::schema_view::{ObjectView, keyword, layers};
use super::vendor_document::VendorDocument;
use super::walk::Walk;
use crate::spec::extension::Extension;
use crate::spec::finding::Place;
use crate::spec::load::Document;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Value in `was` that marks a key or a node as missing from the vendor's document.
const ABSENT: &str = "absent";

const FALSE_BY_DEFAULT: [&str; 4] = ["nullable", "readOnly", "writeOnly", "deprecated"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The vendor's document still matches `was`.
    Holds,
    /// The vendor's document contains something else, so our correction may be obsolete.
    Obsolete,
    /// The vendor's document has no counterpart of the node in our spec.
    Unknown,
}

/// A departure with `was`, which states what the vendor's document contains.
pub(super) struct Departure {
    pub(super) place: Place,
    pub(super) pointer: String,
    pub(super) was: Value,
    pub(super) why: String,
    pub(super) standing: Standing,
    /// Location of the counterpart in the vendor's document.
    pub(super) theirs: Option<Place>,
}

/// Returns the departures with a `was`, and the number of departures without one.
pub(super) fn check(
    ours: &Document,
    theirs: &VendorDocument,
    walk: &Walk,
) -> (Vec<Departure>, usize) {
    let key = Extension::UpstreamDeclared.name();
    let (mut found, mut texts) = (Vec::new(), 0);
    for pointer in nodes_with(&ours.root, key) {
        let declared = ours.node(&pointer).and_then(|node| node.get(key));
        let Some(was) = declared.and_then(|declared| declared.get("was")) else {
            texts += 1;
            continue;
        };
        let why = declared
            .and_then(|declared| declared.get("why"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let (standing, counterpart) = standing(&pointer, was, theirs, walk);
        found.push(Departure {
            place: ours.place(&pointer),
            was: was.clone(),
            why: why.split_whitespace().collect::<Vec<_>>().join(" "),
            standing,
            theirs: counterpart.map(|counterpart| theirs.place(&counterpart)),
            pointer,
        });
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    (found, texts)
}

fn standing(
    pointer: &str,
    was: &Value,
    theirs: &VendorDocument,
    walk: &Walk,
) -> (Standing, Option<String>) {
    let counterparts: BTreeSet<&String> =
        walk.second_of.get(pointer).into_iter().flatten().collect();
    let Some(first) = counterparts.first() else {
        // The vendor's document may contain the parent, but not the node itself.
        let is_ours_alone = walk.differences.iter().any(|difference| {
            difference.happened == ChangeKind::Removed && is_at_or_in(pointer, &difference.first)
        });
        return match (was == ABSENT, is_ours_alone) {
            (true, _) => (Standing::Holds, None),
            (false, true) => (Standing::Obsolete, None),
            (false, false) => (Standing::Unknown, None),
        };
    };
    // A node can have several counterparts. The departure applies if any of them still matches
    // `was`.
    let holding = counterparts
        .iter()
        .find(|counterpart| holds(theirs.root(), counterpart, was));
    match holding {
        Some(counterpart) => (Standing::Holds, Some((*counterpart).clone())),
        None => (Standing::Obsolete, Some((*first).clone())),
    }
}

fn is_at_or_in(pointer: &str, holder: &str) -> bool {
    pointer
        .strip_prefix(holder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns whether the vendor's node still matches `was`.
///
/// `was` is either the value of the node, or an object that maps each relevant key to its value or
/// to `absent`.
fn holds(root: &Value, pointer: &str, was: &Value) -> bool {
    let Value::Object(keys) = was else {
        return was != ABSENT && root.pointer(pointer).is_some_and(|node| is_same(node, was));
    };
    let layers = layers(root, pointer);
    keys.iter()
        .all(|(key, wanted)| key_holds(root, &layers, key, wanted))
}

fn key_holds(root: &Value, layers: &[String], key: &str, wanted: &Value) -> bool {
    let Some(last) = layers.last() else {
        return false;
    };
    let found = match key {
        "required"
            if keyword(root, layers, "properties").is_some()
                || keyword(root, layers, "allOf").is_some() =>
        {
            let required = ObjectView::of(root, last).required;
            let names: Vec<Value> = required.into_iter().map(Value::from).collect();
            (!names.is_empty()).then_some(Value::Array(names))
        }
        _ => keyword(root, layers, key).map(|(value, _)| value.clone()),
    };
    // For these keywords, false means the same as a missing key.
    let found =
        found.filter(|value| !(FALSE_BY_DEFAULT.contains(&key) && *value == Value::Bool(false)));
    match (found, wanted) {
        (None, wanted) => wanted == ABSENT,
        (Some(_), wanted) if wanted == ABSENT => false,
        (Some(found), wanted) => is_same(&found, wanted),
    }
}

/// Returns whether a value matches the wanted value. The order of lists is ignored, and objects may
/// have additional keys.
fn is_same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Array(found), Value::Array(wanted)) => {
            let is_in =
                |list: &[Value], item: &Value| list.iter().any(|other| is_same(other, item));
            found.len() == wanted.len() && wanted.iter().all(|item| is_in(found, item))
        }
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| member_holds(found, key, wanted)),
        (found, wanted) => found == wanted,
    }
}

fn member_holds(found: &Map<String, Value>, key: &str, wanted: &Value) -> bool {
    match found.get(key) {
        None => wanted == ABSENT,
        Some(found) => wanted != ABSENT && is_same(found, wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use serde_json::{Value, json};

    #[test]
    fn a_departure_holds_if_every_listed_key_has_its_value() {
        let node = json!({"node": {"type": "string", "nullable": false, "enum": ["a", "b"], "maxLength": 5}});
        let holds = |was: Value| holds(&node, "/node", &was);
        assert!(holds(json!({"type": "string"})));
        assert!(holds(json!({"nullable": "absent", "format": "absent"})));
        assert!(
            holds(json!({"enum": ["b", "a"]})),
            "the order of a list is ignored"
        );
        assert!(!holds(json!({"enum": ["a"]})));
        assert!(!holds(json!({"type": "string", "maxLength": "absent"})));
        assert!(!holds(json!({"format": "date"})));
        assert!(!holds(json!("absent")), "the node exists");
    }

    #[test]
    fn required_and_properties_include_those_of_all_of_parts() {
        let root = json!({
            "node": {"allOf": [{"$ref": "#/base"}, {"required": ["b"], "properties": {"b": {}}}]},
            "base": {"required": ["a"], "properties": {"a": {}}},
            "bare": {"type": "object", "properties": {"a": {}}},
        });
        assert!(holds(&root, "/node", &json!({"required": ["a", "b"]})));
        assert!(!holds(&root, "/node", &json!({"required": "absent"})));
        assert!(holds(&root, "/bare", &json!({"required": "absent"})));
    }
}
