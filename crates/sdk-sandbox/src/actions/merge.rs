//! Merges a change into a record.

use serde_json::{Map, Value};

use crate::rules::record_rules::MergeRules;

/// Merges a change into a record. Merges objects and the lists of entries in the properties that
/// `rules` contains, and replaces all other values. A null inside an object property removes the
/// inner property.
pub(crate) fn merge(known: &mut Value, change: &Value, rules: &MergeRules) {
    let (Value::Object(known), Value::Object(change)) = (&mut *known, change) else {
        *known = change.clone();
        return;
    };
    for (name, change) in change {
        match (rules.entries.get(name), known.get_mut(name)) {
            (Some(marks), Some(known @ Value::Object(_))) if change.is_object() => {
                merge_lists(known, change, marks);
            }
            (_, Some(known @ Value::Object(_))) if change.is_object() => merge_map(known, change),
            (None, _) if change.is_object() => {
                let mut fresh = Value::Object(Map::new());
                merge_map(&mut fresh, change);
                known.insert(name.clone(), fresh);
            }
            _ => {
                known.insert(name.clone(), change.clone());
            }
        }
    }
}

fn merge_map(known: &mut Value, change: &Value) {
    let (Value::Object(known), Value::Object(change)) = (known, change) else {
        return;
    };
    for (name, change) in change {
        match known.get_mut(name) {
            _ if change.is_null() => {
                known.remove(name);
            }
            Some(known @ Value::Object(_)) if change.is_object() => merge_map(known, change),
            _ => {
                known.insert(name.clone(), change.clone());
            }
        }
    }
}

/// Merges two maps from names to lists of entries. An entry in `change` replaces the existing entry
/// that has the same values for the properties in `marks`.
fn merge_lists(known: &mut Value, change: &Value, marks: &[String]) {
    let (Value::Object(known), Value::Object(change)) = (known, change) else {
        return;
    };
    for (name, change) in change {
        let Some((known, change)) = known
            .get_mut(name)
            .and_then(Value::as_array_mut)
            .zip(change.as_array())
        else {
            known.insert(name.clone(), change.clone());
            continue;
        };
        for entry in change {
            let alike = |other: &Value| marks.iter().all(|mark| other.get(mark) == entry.get(mark));
            match known.iter_mut().find(|other| alike(other)) {
                Some(other) => *other = entry.clone(),
                None => known.push(entry.clone()),
            }
        }
    }
}

/// Sets the properties in the body, and removes all other writable properties.
pub(crate) fn replace(known: &mut Value, body: &Value, writable: &[&str]) {
    let Value::Object(body) = body else { return };
    if let Value::Object(known) = &mut *known {
        known.retain(|name, _| !writable.contains(&name.as_str()));
        known.extend(body.clone());
    } else {
        *known = Value::Object(body.clone().into_iter().collect::<Map<_, _>>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn merged(known: Value, change: Value) -> Value {
        let mut known = known;
        let entries = BTreeMap::from([("values".to_owned(), vec!["locale".to_owned()])]);
        merge(&mut known, &change, &MergeRules { entries });
        known
    }

    #[test]
    fn objects_are_merged_lists_are_replaced_and_nested_nulls_remove_properties() {
        let known =
            json!({ "a": 1, "labels": { "en": "x", "de": "y" }, "list": [1, 2], "parent": "p" });
        let change = json!({ "labels": { "en": "z", "de": null }, "list": [3], "parent": null });
        let expected = json!({ "a": 1, "labels": { "en": "z" }, "list": [3], "parent": null });
        assert_eq!(merged(known, change), expected);
    }

    #[test]
    fn a_null_for_a_missing_property_is_allowed() {
        let change = json!({ "labels": { "en": "z", "de": null }, "parent": null });
        let expected = json!({ "labels": { "en": "z" }, "parent": null });
        assert_eq!(merged(json!({}), change), expected);
    }

    #[test]
    fn an_entry_replaces_the_entry_with_the_same_marks() {
        let known = json!({ "values": { "name": [{ "locale": "en", "data": 1 }, { "locale": "de", "data": 2 }] } });
        let change = json!({ "values": { "name": [{ "locale": "de", "data": 3 }], "size": [{ "locale": null, "data": 4 }] } });
        let expected = json!({ "values": {
            "name": [{ "locale": "en", "data": 1 }, { "locale": "de", "data": 3 }],
            "size": [{ "locale": null, "data": 4 }],
        } });
        assert_eq!(merged(known, change), expected);
    }

    #[test]
    fn replacing_removes_omitted_writable_properties_and_keeps_others() {
        let mut known = json!({ "id": 7, "name": "a", "note": "b" });
        replace(&mut known, &json!({ "name": "c" }), &["name", "note"]);
        assert_eq!(known, json!({ "id": 7, "name": "c" }));
    }
}
