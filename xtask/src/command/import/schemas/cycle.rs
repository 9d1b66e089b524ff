//! Breaks cycles of schemas that contain themselves by reference, as a part or as a choice: removes
//! one reference of each cycle. If a schema has too many parts, or starts a chain of references
//! that is too long, replaces it with a schema that accepts any JSON. Lint rejects all such
//! schemas.

use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::schemas::class::name_of;
use crate::model::{elements, members};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "cycles";

/// Maximum length of a chain of references. The limit is lower than the 48 components that lint
/// accepts, because naming inline schemas may lengthen a chain.
const MAX_CHAIN_LENGTH: usize = 40;

/// Maximum number of parts of a schema, including the parts of its parts. A part that is used
/// several times counts each time.
const MAX_PARTS: u64 = 4000;

/// Runs the pass.
pub(crate) fn cut(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    for keys in [&["allOf"][..], &["allOf", "oneOf", "anyOf"]] {
        let graph = Graph::of(document, keys, false);
        for (from, to) in graph.back_edges() {
            remove_link(document, &from, &to, keys, notes);
        }
    }
    let mut graph = Graph::of(document, &["allOf"], false);
    for name in graph.schemas_with_too_many_parts() {
        any(document, &name, "has too many parts", notes);
    }
    graph = Graph::of(document, &["allOf", "oneOf", "anyOf"], true);
    for name in graph.overlong_chains() {
        any(document, &name, "starts a chain of too many schemas", notes);
    }
    Ok(())
}

/// The named schemas, with the schemas that each one links to.
struct Graph {
    next: BTreeMap<String, Vec<String>>,
}

/// Step of the path that the search is following: a schema, and the index of its next link.
struct Step {
    name: String,
    index: usize,
}

impl Graph {
    fn of(document: &Value, keys: &[&str], with_items: bool) -> Self {
        let all = members(&document["components"], "schemas");
        let next = all.iter().map(|(name, schema)| {
            let mut found = Vec::new();
            edges(schema, keys, with_items, &mut found);
            found.retain(|name| all.contains_key(name));
            (name.clone(), found)
        });
        Self {
            next: next.collect(),
        }
    }

    fn next(&self, name: &str) -> &[String] {
        self.next.get(name).map_or(&[], Vec::as_slice)
    }

    /// Searches depth-first, and calls `done_with` for each schema after the schemas that it links
    /// to. Doesn't follow links that close a cycle, and returns these links.
    fn search(&self, mut done_with: impl FnMut(&str)) -> Vec<(String, String)> {
        let mut closing = Vec::new();
        let mut on_way: BTreeSet<String> = BTreeSet::new();
        let mut done: BTreeSet<String> = BTreeSet::new();
        for start in self.next.keys() {
            if done.contains(start) {
                continue;
            }
            let mut way = vec![Step {
                name: start.clone(),
                index: 0,
            }];
            on_way.insert(start.clone());
            while let Some(step) = way.last_mut() {
                let next = self.next(&step.name).get(step.index).cloned();
                step.index += 1;
                match next {
                    Some(next) if on_way.contains(&next) => closing.push((step.name.clone(), next)),
                    Some(next) if done.contains(&next) => {}
                    Some(next) => {
                        on_way.insert(next.clone());
                        way.push(Step {
                            name: next,
                            index: 0,
                        });
                    }
                    None => {
                        done_with(&step.name);
                        on_way.remove(&step.name);
                        done.insert(step.name.clone());
                        way.pop();
                    }
                }
            }
        }
        closing
    }

    fn back_edges(&self) -> Vec<(String, String)> {
        self.search(|_| {})
    }

    /// Returns the schemas where a chain must be cut.
    fn overlong_chains(&self) -> Vec<String> {
        let mut lengths: BTreeMap<String, usize> = BTreeMap::new();
        let mut found = Vec::new();
        self.search(|name| {
            let longest = self
                .next(name)
                .iter()
                .filter_map(|next| lengths.get(next))
                .max();
            let length = longest.map_or(0, |longest| longest + 1);
            let is_cut = length > MAX_CHAIN_LENGTH;
            if is_cut {
                found.push(name.to_owned());
            }
            lengths.insert(name.to_owned(), if is_cut { 0 } else { length });
        });
        found
    }

    /// Returns the schemas with too many parts.
    fn schemas_with_too_many_parts(&self) -> Vec<String> {
        let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
        let mut found = Vec::new();
        self.search(|name| {
            let parts = self.next(name).iter().filter_map(|next| sizes.get(next));
            let size = parts.fold(1_u64, |sum, size| sum.saturating_add(*size));
            let is_cut = size > MAX_PARTS;
            if is_cut {
                found.push(name.to_owned());
            }
            sizes.insert(name.to_owned(), if is_cut { 1 } else { size });
        });
        found
    }
}

/// Collects the names of the schemas that a schema links to with the given keys. `with_items` adds
/// the items of lists and the values of maps, except for schemas with properties.
fn edges(schema: &Value, keys: &[&str], with_items: bool, found: &mut Vec<String>) {
    if let Some(name) = name_of(schema) {
        found.push(name);
        return;
    }
    for key in keys {
        for part in elements(schema, key) {
            edges(part, keys, with_items, found);
        }
    }
    if with_items && schema.get("properties").is_none() {
        for key in ["items", "additionalProperties"] {
            if let Some(held) = schema.get(key).filter(|held| held.is_object()) {
                edges(held, keys, with_items, found);
            }
        }
    }
}

/// Removes the link from one schema to another.
fn remove_link(document: &mut Value, from: &str, to: &str, keys: &[&str], notes: &mut Notes) {
    let at = component("schemas", from);
    let Some(schema) = document["components"]["schemas"].get_mut(from) else {
        return;
    };
    if name_of(schema).as_deref() == Some(to) {
        *schema = json!({});
    } else if let Some(object) = schema.as_object_mut() {
        remove(object, to, keys);
    }
    notes.loss(
        TOPIC,
        &at,
        format!(
            "`{from}` contains `{to}`, which contains `{from}`: the reference to `{to}` is omitted"
        ),
    );
}

fn remove(schema: &mut Map<String, Value>, to: &str, keys: &[&str]) {
    for key in keys {
        let Some(Value::Array(parts)) = schema.get_mut(*key) else {
            continue;
        };
        parts.retain(|part| name_of(part).as_deref() != Some(to));
        for part in parts.iter_mut().filter_map(Value::as_object_mut) {
            remove(part, to, keys);
        }
        if parts.is_empty() {
            schema.remove(*key);
        }
    }
}

fn any(document: &mut Value, name: &str, why: &str, notes: &mut Notes) {
    let at = component("schemas", name);
    let Some(schema) = document["components"]["schemas"].get_mut(name) else {
        return;
    };
    let description = schema.get("description").cloned();
    *schema = json!({});
    if let Some(description) = description {
        schema["description"] = description;
    }
    notes.loss(
        TOPIC,
        &at,
        format!("`{name}` {why}: the schema accepts any JSON"),
    );
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Map, Value, json};

    fn named(schemas: Value) -> (Value, String) {
        let (document, report) = passed(json!({ "components": { "schemas": schemas } }), cut);
        (document["components"]["schemas"].clone(), report)
    }

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn cycles_of_parts_or_choices_are_broken_but_recursive_types_are_kept() {
        let (schemas, report) = named(json!({
            "A": { "allOf": [to("B"), { "properties": { "a": {} } }] },
            "B": { "allOf": [to("A")], "properties": { "b": {} } },
            "U": { "oneOf": [to("V"), { "type": "string" }] },
            "V": { "oneOf": [to("U"), { "type": "integer" }] },
            "Tree": { "type": "object", "properties": { "children": { "type": "array", "items": to("Tree") } } },
            "List": { "type": "array", "items": to("List") },
        }));
        assert_eq!(schemas["A"]["allOf"][0], to("B"));
        assert_eq!(schemas["B"], json!({ "properties": { "b": {} } }));
        assert_eq!(schemas["V"]["oneOf"], json!([{ "type": "integer" }]));
        assert_eq!(
            schemas["Tree"]["properties"]["children"]["items"],
            to("Tree")
        );
        assert_eq!(schemas["List"]["items"], to("List"));
        assert!(report.contains("`B` contains `A`"), "{report}");
    }

    #[test]
    fn overlong_chains_and_excessive_parts_become_any_json() {
        let mut schemas = Map::new();
        for index in 0..200 {
            schemas.insert(
                format!("L{index:03}"),
                json!({ "type": "array", "items": to(&format!("L{:03}", index + 1)) }),
            );
            let next = to(&format!("P{:03}", index + 1));
            schemas.insert(
                format!("P{index:03}"),
                json!({ "allOf": [next, next], "properties": {} }),
            );
        }
        let (schemas, report) = named(Value::Object(schemas));
        let cut = schemas
            .as_object()
            .unwrap()
            .values()
            .filter(|schema| **schema == json!({}))
            .count();
        assert!((10..60).contains(&cut), "{cut}");
        assert!(
            report.contains("too many parts") && report.contains("too many schemas"),
            "{report}"
        );
    }
}
