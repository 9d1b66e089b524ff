//! Sorts object keys and lists of required names, whose order has no meaning, so that documents
//! that differ only in this order are converted to the same spec.

use crate::command::import::draft::Draft;
use anyhow::Result;
use serde_json::{Map, Value};

/// Sorts the keys of every object and every list of required names.
pub(in crate::command::import) fn sort(draft: &mut Draft) -> Result<()> {
    sort_keys(&mut draft.document);
    Ok(())
}

fn sort_keys(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        Value::Object(members) => {
            let mut entries: Vec<_> = std::mem::take(members).into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            for (key, inner) in &mut entries {
                sort_keys(inner);
                if let ("required", Value::Array(names)) = (key.as_str(), inner) {
                    names.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
                }
            }
            *members = Map::from_iter(entries);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn documents_that_differ_only_in_order_become_identical() {
        let sorted = |text: &str| {
            let source = Source::parse("a.json", text.as_bytes()).unwrap();
            let mut draft = Draft::new("acme", source);
            sort(&mut draft).unwrap();
            draft.document.to_string()
        };
        let one = sorted(r#"{"b": {"d": [2, {"f": 1, "e": 2}], "required": ["y", "x"]}, "a": 0}"#);
        let other =
            sorted(r#"{"a": 0, "b": {"required": ["x", "y"], "d": [2, {"e": 2, "f": 1}]}}"#);
        assert_eq!(one, other);
        assert!(one.contains("[2,"), "lists keep their order: {one}");
    }
}
