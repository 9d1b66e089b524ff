//! Makes all references point to components of the right kind. Other targets within the document
//! become components. References that are broken, leave the document or form a cycle are omitted or
//! replaced, for example with a schema for any JSON.
//!
//! The import never reads the files or URLs that references point to.

use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::references::circle::break_circles;
use crate::command::import::references::place_words::place_words;
use crate::command::import::references::target::{Found, Names, Target, reference, targets};
use crate::command::import::schemas::shape::USAGE_KEYS;
use crate::command::import::schemas::walk::{Part, parts};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "references";

/// Rewrites all references, so that they point to components of the right kind.
pub(crate) fn resolve(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let names = Names::of(document);
    let found = targets(document, &names);
    let moved = promoted(document, &found);
    // Promote before siblings of references are dropped, because other references may point to
    // these siblings.
    promote(document, notes, &moved);
    write(document, notes, &found, &moved);
    drop_dangling(document);
    break_circles(document, notes);
    Ok(())
}

/// Returns the nodes that become components, with their sections and names.
fn promoted(document: &Value, found: &Found) -> BTreeMap<(String, &'static str), String> {
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut moved = BTreeMap::new();
    for ((section, _), target) in found {
        let Target::Place(pointer) = target else {
            continue;
        };
        let key = (pointer.clone(), *section);
        if moved.contains_key(&key) {
            continue;
        }
        let base = place_words(document, pointer);
        let is_free = |name: &str| {
            !is_known(document, section, name)
                && !taken.contains(&((*section).to_owned(), name.to_owned()))
        };
        let mut name = base.clone();
        if !is_free(&name) {
            name = format!(
                "{base}{}",
                crate::command::import::schemas::shape::digest(pointer)
            );
        }
        taken.insert(((*section).to_owned(), name.clone()));
        moved.insert(key, name);
    }
    moved
}

fn is_known(document: &Value, section: &str, name: &str) -> bool {
    document["components"][section].get(name).is_some()
}

/// Writes every reference in the house style.
fn write(
    document: &mut Value,
    notes: &mut Notes,
    found: &Found,
    moved: &BTreeMap<(String, &'static str), String>,
) {
    let is_new = is_openapi_3_1_or_later(document);
    parts(document, &mut |part, at, value| {
        let Some((key, text)) = reference(value) else {
            if let Some(object) = value.as_object_mut()
                && object
                    .get("$ref")
                    .is_some_and(|value| part != Part::Schema || !value.is_object())
            {
                object.remove("$ref");
                notes.loss(TOPIC, at, "a `$ref` that is not a string is omitted");
            }
            return;
        };
        let (key, text) = (key, text.to_owned());
        let target = found.get(&(part.section(), text.clone()));
        let name = match target {
            Some(Target::Component(name)) => Some(name.clone()),
            Some(Target::Place(pointer)) => moved.get(&(pointer.clone(), part.section())).cloned(),
            Some(Target::Nothing) => None,
            // `promote` wrote this reference.
            None => return,
        };
        let Some(object) = value.as_object_mut() else {
            return;
        };
        object.remove(key);
        let Some(name) = name else {
            lost(part, at, object, &text, notes);
            return;
        };
        let reference = Value::String(format!("#{}", component(part.section(), &name)));
        if part == Part::Schema {
            let own = std::mem::take(object);
            *object = reference_with_siblings(&reference, own, at, is_new, notes);
        } else {
            object.clear();
            object.insert("$ref".to_owned(), reference);
        }
    });
}

/// Returns whether keys next to a `$ref` have an effect, as they do since OpenAPI 3.1.
fn is_openapi_3_1_or_later(document: &Value) -> bool {
    let version = document.get("openapi").and_then(Value::as_str);
    !version.is_some_and(|version| version.starts_with("3.0"))
}

/// Converts a reference with siblings to an `allOf` of the reference, and keeps the keys that
/// describe its use. Other keys become a part of the `allOf`, or are omitted in OpenAPI 3.0.
fn reference_with_siblings(
    reference: &Value,
    mut own: Map<String, Value>,
    at: &str,
    is_new: bool,
    notes: &mut Notes,
) -> Map<String, Value> {
    let mut out = Map::new();
    notes.drop_unsupported_extensions(at, &mut own);
    own.remove("x-nullable");
    own.remove("summary");
    own.remove("$comment");
    let part = json!({ "$ref": reference });
    if own.is_empty() {
        out.insert("$ref".to_owned(), reference.clone());
        return out;
    }
    let mut about = Map::new();
    let mut rest = Map::new();
    for (key, value) in own {
        let is_empty = value.as_str().is_some_and(str::is_empty);
        if USAGE_KEYS.contains(&key.as_str()) || key.starts_with("x-sdk-") {
            if !is_empty {
                about.insert(key, value);
            }
        } else {
            rest.insert(key, value);
        }
    }
    // The title repeats the name of the type.
    about.remove("title");
    let mut all = vec![part];
    if !rest.is_empty() {
        let keys: Vec<&str> = rest.keys().map(String::as_str).collect();
        let keys = keys.join("`, `");
        match is_new {
            true => {
                if let Some(Value::Array(parts)) = rest.remove("allOf") {
                    all.extend(parts);
                }
                if !rest.is_empty() {
                    all.push(Value::Object(rest));
                }
            }
            false => notes.change(
                TOPIC,
                at,
                format!(
                    "`{keys}` next to a `$ref` is omitted: OpenAPI 3.0 ignores keys next to it"
                ),
            ),
        }
    }
    if all.len() == 1 && about.is_empty() {
        out.insert("$ref".to_owned(), reference.clone());
        return out;
    }
    out.insert("allOf".to_owned(), Value::Array(all));
    out.extend(about);
    out
}

/// Replaces a reference without a target.
fn lost(part: Part, at: &str, object: &mut Map<String, Value>, text: &str, notes: &mut Notes) {
    let is_outside = !text.starts_with('#');
    let why = match is_outside {
        true => "is outside the document, and the import reads only the document",
        false => "does not exist",
    };
    let text = shortened(text);
    match part {
        Part::Schema => {
            object.retain(|key, _| USAGE_KEYS.contains(&key.as_str()));
            notes.loss(
                TOPIC,
                at,
                format!("`{text}` {why}: the schema accepts any JSON"),
            );
        }
        Part::Answer => {
            *object = Map::from_iter([("description".to_owned(), json!(""))]);
            notes.loss(
                TOPIC,
                at,
                format!("`{text}` {why}, so the response is imported without a body"),
            );
        }
        Part::Header => {
            *object = Map::from_iter([("schema".to_owned(), json!({ "type": "string" }))]);
            notes.loss(TOPIC, at, format!("`{text}` {why}: the header is a string"));
        }
        Part::Parameter | Part::Body => {
            *object = Map::from_iter([(DANGLING.to_owned(), Value::Bool(true))]);
            notes.loss(TOPIC, at, format!("`{text}` {why} and is omitted"));
        }
    }
}

/// Marks a removed parameter or body until all references are rewritten.
const DANGLING: &str = "$lost";

fn shortened(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
    .replace('`', "'")
}

fn drop_dangling(document: &mut Value) {
    let is_lost = |value: &Value| value.get(DANGLING).is_some();
    for section in ["parameters", "requestBodies"] {
        let all = document["components"]
            .get_mut(section)
            .and_then(Value::as_object_mut);
        if let Some(all) = all {
            // A component is replaced with a placeholder, because references to it remain.
            for value in all.values_mut().filter(|value| is_lost(value)) {
                *value = match section {
                    "parameters" => {
                        json!({ "name": "lost", "in": "query", "schema": { "type": "string" } })
                    }
                    _ => json!({ "content": {} }),
                };
            }
        }
    }
    let items = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in items
        .into_iter()
        .flatten()
        .filter_map(|(_, item)| item.as_object_mut())
    {
        let mut holders: Vec<&mut Map<String, Value>> = Vec::new();
        if let Some(Value::Array(list)) = item.get_mut("parameters") {
            list.retain(|value| !is_lost(value));
        }
        holders.extend(item.values_mut().filter_map(Value::as_object_mut));
        for operation in holders {
            if let Some(Value::Array(list)) = operation.get_mut("parameters") {
                list.retain(|value| !is_lost(value));
            }
            if operation.get("requestBody").is_some_and(is_lost) {
                operation.remove("requestBody");
            }
        }
    }
}

/// Turns targets that are not components into components, innermost first.
fn promote(
    document: &mut Value,
    notes: &mut Notes,
    moved: &BTreeMap<(String, &'static str), String>,
) {
    let mut order: Vec<(&(String, &'static str), &String)> = moved.iter().collect();
    order.sort_by_key(|((pointer, _), _)| std::cmp::Reverse(pointer.len()));
    for ((pointer, section), name) in order {
        let new = component(section, name);
        let reference = json!({ "$ref": format!("#{new}") });
        let Some(place) = document.pointer_mut(pointer) else {
            continue;
        };
        let is_schema = *section == "schemas";
        let value = match place {
            Value::Object(_) => std::mem::replace(place, reference),
            _ if is_schema => json!({}),
            _ => continue,
        };
        notes.change(
            TOPIC,
            pointer,
            format!(
                "`{}` is the target of a reference, and becomes the component `{name}`",
                shortened(pointer)
            ),
        );
        notes.moved(&new, pointer);
        if !document["components"].is_object() {
            document["components"] = json!({});
        }
        if !document["components"][*section].is_object() {
            document["components"][*section] = json!({});
        }
        document["components"][*section][name] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::command::import::schemas::testing::passed;
    use serde_json::json;

    fn schemas(schemas: serde_json::Value) -> (serde_json::Value, String) {
        let document = json!({ "openapi": "3.0.3", "components": { "schemas": schemas } });
        let (document, report) = passed(document, resolve);
        (document["components"]["schemas"].clone(), report)
    }

    #[test]
    fn an_inline_reference_target_becomes_a_component() {
        let (document, report) = passed(
            json!({
                "openapi": "3.0.3",
                "components": { "schemas": {
                    "Pet": { "properties": { "home": { "$ref": "#/components/schemas/Home" } } },
                    "Home": { "properties": { "size": { "type": "integer" } } },
                    "Far": { "properties": { "through": { "$ref": "#/components/schemas/Pet/properties/home/properties/size" } } },
                } },
                "paths": { "/a": {
                    "get": { "operationId": "getA", "responses": { "200": { "content": { "application/json": { "schema": { "type": "object" } } } } } },
                    "put": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema" } } } } },
                } },
            }),
            resolve,
        );
        let size = json!({ "$ref": "#/components/schemas/HomeSize" });
        assert_eq!(
            document["components"]["schemas"]["Home"]["properties"]["size"],
            size
        );
        assert_eq!(
            document["components"]["schemas"]["Far"]["properties"]["through"],
            size
        );
        assert_eq!(
            document["components"]["schemas"]["HomeSize"],
            json!({ "type": "integer" })
        );
        assert_eq!(
            document["components"]["schemas"]["GetAResponse"],
            json!({ "type": "object" })
        );
        let answer =
            document.pointer("/paths/~1a/get/responses/200/content/application~1json/schema");
        assert_eq!(
            answer,
            Some(&json!({ "$ref": "#/components/schemas/GetAResponse" }))
        );
        assert!(report.contains("component `HomeSize`"), "{report}");
    }

    #[test]
    fn unresolvable_references_become_any_json_and_are_reported() {
        let (schemas, report) = schemas(json!({
            "A": { "properties": {
                "file": { "$ref": "/etc/passwd" },
                "url": { "$ref": "https://example.com/x.json#/X", "description": "Kept." },
                "none": { "$ref": "#/components/schemas/None" },
                "same": { "$ref": "./B.yaml" },
                "old": { "$ref": "#/definitions/B" },
                "spaced": { "$ref": "#/components/schemas/With%20space" },
            } },
            "B": { "type": "string" },
            "With space": { "type": "string" },
        }));
        let properties = &schemas["A"]["properties"];
        assert_eq!(properties["file"], json!({}));
        assert_eq!(properties["url"], json!({ "description": "Kept." }));
        assert_eq!(properties["none"], json!({}));
        assert_eq!(
            properties["same"],
            json!({ "$ref": "#/components/schemas/B" })
        );
        assert_eq!(
            properties["old"],
            json!({ "$ref": "#/components/schemas/B" })
        );
        assert_eq!(
            properties["spaced"],
            json!({ "$ref": "#/components/schemas/With space" })
        );
        assert!(
            report.contains("/etc/passwd` is outside the document"),
            "{report}"
        );
        assert!(report.contains("None` does not exist"), "{report}");
    }

    #[test]
    fn circular_references_become_any_json() {
        let (schemas, report) = schemas(json!({
            "A": { "$ref": "#/components/schemas/B" }, "B": { "$ref": "#/components/schemas/A" },
            "C": { "$ref": "#/components/schemas/C" }, "D": { "$ref": "#/components/schemas/A" },
        }));
        assert_eq!(schemas["A"], json!({}));
        assert_eq!(schemas["B"], json!({}));
        assert_eq!(schemas["C"], json!({}));
        assert_eq!(schemas["D"], json!({ "$ref": "#/components/schemas/A" }));
        assert!(report.contains("refers to itself"), "{report}");
    }

    #[test]
    fn a_reference_with_meaningful_siblings_becomes_an_all_of() {
        let (old, report) = schemas(json!({
            "A": { "properties": { "b": { "$ref": "#/components/schemas/B", "description": "Text.", "nullable": true, "type": "object" } } },
            "B": {},
        }));
        let expected = json!({ "allOf": [{ "$ref": "#/components/schemas/B" }], "description": "Text.", "nullable": true });
        assert_eq!(old["A"]["properties"]["b"], expected);
        assert!(
            report.contains("`type` next to a `$ref` is omitted"),
            "{report}"
        );
        let (new, _) = passed(
            json!({ "openapi": "3.1.0", "components": { "schemas": {
                "A": { "$ref": "#/components/schemas/B", "properties": { "x": {} } }, "B": {},
            } } }),
            resolve,
        );
        let expected = json!({ "allOf": [{ "$ref": "#/components/schemas/B" }, { "properties": { "x": {} } }] });
        assert_eq!(new["components"]["schemas"]["A"], expected);
    }

    #[test]
    fn ids_and_anchors_are_resolved_and_dangling_parameters_are_removed() {
        let (document, _) = passed(
            json!({
                "openapi": "3.1.0",
                "components": { "schemas": {
                    "A": { "$id": "https://example.com/a", "$defs": { "x": { "$anchor": "here", "type": "string" } } },
                    "B": { "properties": { "a": { "$ref": "https://example.com/a" }, "x": { "$ref": "#here" } } },
                } },
                "paths": { "/a": { "get": {
                    "parameters": [{ "$ref": "#/components/parameters/none" }, { "name": "b", "in": "query" }],
                    "requestBody": { "$ref": "#/components/requestBodies/none" },
                } } },
            }),
            resolve,
        );
        let b = &document["components"]["schemas"]["B"]["properties"];
        assert_eq!(b["a"], json!({ "$ref": "#/components/schemas/A" }));
        assert_eq!(b["x"], json!({ "$ref": "#/components/schemas/Ax" }));
        let get = &document["paths"]["/a"]["get"];
        assert_eq!(
            *get,
            json!({ "parameters": [{ "name": "b", "in": "query" }] })
        );
    }
}
