//! Converts `allOf`, `oneOf` and `anyOf` to the compositions that the generator supports: parts
//! that are objects, and choices that are types.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::choices::choices;
use crate::command::import::schemas::class::{Class, Classes, own_class};
use crate::command::import::schemas::part::{inherit, is_annotation_key, merge, structure};
use crate::command::import::visit;
use anyhow::Result;
use serde_json::{Map, Value, json};

/// Maximum depth of nested parts.
const MAX_DEPTH: usize = 64;

const TOPIC: &str = "compositions";

/// Runs the pass.
pub(crate) fn compose(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let classes = Classes::of(document);
    visit::schemas(document, &mut |at, value| {
        if let Some(schema) = value
            .as_object_mut()
            .filter(|schema| !schema.contains_key("$ref"))
        {
            all_of(at, schema, &classes, notes);
            for key in ["oneOf", "anyOf"] {
                choices(at, key, schema, &classes, notes);
            }
            unwrap_single_part(schema);
        }
    });
    Ok(())
}

fn all_of(at: &str, schema: &mut Map<String, Value>, classes: &Classes, notes: &mut Notes) {
    let Some(Value::Array(all)) = schema.remove("allOf") else {
        return;
    };
    let mut parts: Vec<Value> = Vec::new();
    for part in all {
        flatten(schema, part, &mut parts, 0);
    }
    let own = own_class(&Value::Object(schema.clone())).unwrap_or(Class::Any);
    let of_parts: Vec<Class> = parts.iter().map(|part| classes.class(part)).collect();
    let is_object = [Class::Object, Class::Union]
        .iter()
        .any(|class| own == *class || of_parts.contains(class));
    if is_object {
        let is_part = |class: &Class| matches!(class, Class::Object | Class::Union | Class::Any);
        if !of_parts.iter().all(is_part) {
            let mut classes = of_parts.iter();
            parts.retain(|_| classes.next().is_some_and(is_part));
            notes.loss(
                TOPIC,
                at,
                "a part of `allOf` that is not an object is omitted, because other parts are objects",
            );
        }
        objects(at, schema, parts, notes);
    } else {
        merge_non_object_parts(at, schema, parts, classes, notes);
    }
}

/// Adds the parts that are nested in a part to `out`, and then the part itself if it has other
/// constraints.
fn flatten(schema: &mut Map<String, Value>, part: Value, out: &mut Vec<Value>, depth: usize) {
    let Value::Object(mut object) = part else {
        return;
    };
    let keys = ["$ref", "oneOf", "anyOf", "discriminator"];
    let is_plain = !keys.iter().any(|key| object.contains_key(*key));
    if is_plain && depth < MAX_DEPTH {
        let inner = object.remove("allOf");
        if let Some(Value::Array(inner)) = inner {
            for part in inner {
                flatten(schema, part, out, depth + 1);
            }
        }
        if structure(&object).next().is_none() {
            inherit(schema, &object);
            return;
        }
    }
    let part = Value::Object(object);
    if !out.contains(&part) {
        out.push(part);
    }
}

/// Handles the parts of an object. Merges them into the schema, except for references and for parts
/// with a composition or a discriminator. If the schema has choices, merges no parts.
fn objects(at: &str, schema: &mut Map<String, Value>, parts: Vec<Value>, notes: &mut Notes) {
    let is_plain = |part: &Value| {
        let keys = ["$ref", "oneOf", "anyOf", "allOf", "not", "discriminator"];
        !keys.iter().any(|key| part.get(*key).is_some())
    };
    let has_choices = ["oneOf", "anyOf"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let mut rest = Vec::new();
    for part in parts {
        match part {
            Value::Object(own) if is_plain(&Value::Object(own.clone())) && !has_choices => {
                merge(at, schema, own, notes);
            }
            part => rest.push(part),
        }
    }
    if rest.is_empty() {
        return;
    }
    // Without properties, `required` next to `allOf` would be ignored, so it becomes a part.
    if !schema.contains_key("properties")
        && let Some(required) = schema.remove("required")
    {
        rest.push(json!({ "required": required }));
    }
    schema.insert("allOf".to_owned(), Value::Array(rest));
}

/// Handles parts that aren't objects: keeps one reference, or merges the parts into the schema if
/// none of them is a reference.
fn merge_non_object_parts(
    at: &str,
    schema: &mut Map<String, Value>,
    parts: Vec<Value>,
    classes: &Classes,
    notes: &mut Notes,
) {
    let (named, inline): (Vec<Value>, Vec<Value>) = parts
        .into_iter()
        .partition(|part| part.get("$ref").is_some());
    let says = |part: &Value| classes.class(part) != Class::Any;
    let base = named
        .iter()
        .find(|part| says(part))
        .or(named.first())
        .cloned();
    let mut is_narrowed = structure(schema).next().is_some() || named.len() > 1;
    for part in inline {
        let Value::Object(part) = part else { continue };
        inherit(schema, &part);
        is_narrowed |= structure(&part).next().is_some();
        if base.is_none() {
            for (key, value) in part {
                schema.entry(key).or_insert(value);
            }
        }
    }
    if let Some(base) = base {
        if is_narrowed {
            schema.retain(|key, _| is_annotation_key(key));
            notes.change(
                TOPIC,
                at,
                "constraints that `allOf` adds to a schema that is not an object are omitted: the crate accepts values that violate them",
            );
        }
        schema.insert("allOf".to_owned(), json!([base]));
    }
}

/// If a schema consists only of an `allOf` with a single part, replaces it with that part.
fn unwrap_single_part(schema: &mut Map<String, Value>) {
    let parts = schema.get("allOf").and_then(Value::as_array).map(Vec::len);
    let only = parts == Some(1) && structure(schema).eq(["allOf"]);
    let is_bare = only && schema.len() == 1;
    if is_bare && let Some(Value::Array(parts)) = schema.get("allOf") {
        let part = parts.first().and_then(Value::as_object).cloned();
        if let Some(part) = part {
            *schema = part;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compose;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn one(schema: Value) -> (Value, String) {
        let document = json!({ "components": { "schemas": {
            "A": schema,
            "Text": { "type": "string" }, "Enum": { "type": "string", "enum": ["a", "b"] },
            "Thing": { "type": "object", "properties": { "id": { "type": "string" } } },
            "Other": { "type": "object", "properties": { "name": { "type": "string" } } },
        } } });
        let (document, report) = passed(document, compose);
        (document["components"]["schemas"]["A"].clone(), report)
    }

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn inline_object_parts_are_merged_and_references_are_kept() {
        let (schema, _) = one(json!({ "allOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            { "allOf": [{ "properties": { "b": { "type": "integer" } }, "required": ["b"] }, to("Thing")] },
            to("Thing"), {}, { "description": "D." },
        ] }));
        let expected = json!({
            "type": "object", "required": ["a", "b"], "description": "D.",
            "properties": { "a": { "type": "string" }, "b": { "type": "integer" } },
            "allOf": [to("Thing")],
        });
        assert_eq!(schema, expected);
    }

    #[test]
    fn non_object_parts_collapse_into_one_schema() {
        let cases = [
            (
                json!({ "allOf": [to("Text"), { "maxLength": 5, "description": "D." }] }),
                json!({ "description": "D.", "allOf": [to("Text")] }),
            ),
            (
                json!({ "allOf": [{ "type": "string" }, { "maxLength": 5 }] }),
                json!({ "type": "string", "maxLength": 5 }),
            ),
            (json!({ "allOf": [to("Text")] }), to("Text")),
            (json!({ "allOf": [to("Thing"), to("Text")] }), to("Thing")),
            (json!({ "allOf": [{}] }), json!({})),
        ];
        for (before, after) in cases {
            assert_eq!(one(before.clone()).0, after, "{before}");
        }
    }

    #[test]
    fn choices_that_do_not_form_a_union_are_removed() {
        let object = json!({ "type": "object", "properties": { "a": {}, "b": {} } });
        let mut before = object.clone();
        before["anyOf"] = json!([{ "required": ["a"] }, { "required": ["b"], "title": "B" }]);
        let (schema, report) = one(before);
        assert_eq!(schema, object);
        assert!(report.contains("`anyOf` requires `a` or `b`"), "{report}");
        let (schema, _) = one(json!({ "oneOf": [to("Thing"), {}] }));
        assert_eq!(schema, json!({}));
        let (schema, _) = one(json!({ "oneOf": [to("Thing"), to("Thing")], "description": "D." }));
        assert_eq!(
            schema,
            json!({ "description": "D.", "allOf": [to("Thing")] })
        );
    }

    #[test]
    fn choices_of_the_same_scalar_type_become_that_type() {
        let cases = [
            (
                json!({ "oneOf": [{ "type": "string", "format": "date" }, { "type": "string" }] }),
                json!({ "type": "string" }),
            ),
            (
                json!({ "oneOf": [{ "type": "integer" }, { "type": "number" }] }),
                json!({ "type": "number" }),
            ),
            (
                json!({ "anyOf": [{ "type": "string", "enum": ["a"] }, { "type": "string", "enum": ["b"] }] }),
                json!({ "type": "string", "enum": ["a", "b"] }),
            ),
            (
                json!({ "type": "string", "oneOf": [{ "format": "date" }, { "pattern": "x" }] }),
                json!({ "type": "string" }),
            ),
            (
                json!({ "anyOf": [to("Enum"), { "type": "string" }] }),
                to("Enum"),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(one(before.clone()).0, after, "{before}");
        }
    }

    #[test]
    fn unions_are_kept_and_nested_choices_are_flattened() {
        let (schema, _) = one(
            json!({ "oneOf": [to("Thing"), { "oneOf": [to("Other"), { "type": "integer" }] }] }),
        );
        assert_eq!(
            schema,
            json!({ "oneOf": [to("Thing"), to("Other"), { "type": "integer" }] })
        );
        let (schema, _) = one(
            json!({ "type": "object", "properties": { "x": { "type": "string" } }, "oneOf": [to("Thing"), to("Other")] }),
        );
        assert_eq!(schema["oneOf"], json!([to("Thing"), to("Other")]));
        assert!(schema["properties"]["x"].is_object());
    }
}
