//! Distributes the siblings of a union over its alternatives: `{properties, oneOf: [A, B]}` and
//! `allOf: [{properties}, AorB]` become `oneOf: [{allOf: [{properties}, A]}, {allOf:
//! [{properties}, B]}]`, with a name for each alternative.

use serde_json::{Map, Value, json};

use super::document::{free_name, reference, schemas, schemas_mut, target};
use super::origin::Origins;
use crate::model::{elements, last_pointer_segment};

/// Maximum length of a chain of schemas with a single part or choice.
const DEPTH: usize = 128;

/// Maximum number of alternatives of a schema. Larger unions are not changed.
const CHOICES: usize = 256;

pub(super) fn distribute(root: &mut Value, origins: &mut Origins) {
    let names: Vec<String> = schemas(root).keys().cloned().collect();
    for name in &names {
        let Some(choices) = schemas(root)
            .get(name)
            .and_then(|schema| mixed(root, schema))
        else {
            continue;
        };
        replace(root, origins, name, choices);
    }
}

/// One alternative of a mixed schema, with its parts and its name.
struct Choice {
    parts: Vec<Value>,
    words: String,
    /// Name of the alternative of the original union, or `None` for an inline schema.
    reference: Option<String>,
}

/// Returns the alternatives and the discriminator of a schema that mixes a union with other
/// keywords. Returns `None` for any other schema, or if there are too many alternatives.
fn mixed(root: &Value, schema: &Value) -> Option<(Vec<Choice>, Option<Value>)> {
    let own = own_part(schema);
    let has_own_choices = choices_of(schema).len() > 1;
    let has_parts = !elements(schema, "allOf").is_empty();
    let is_composed = has_own_choices && (own.is_some() || has_parts)
        || elements(schema, "allOf").len() > 1
        || has_parts && own.is_some();
    if !is_composed {
        return None;
    }
    let mut alternatives = vec![Choice {
        parts: Vec::new(),
        words: String::new(),
        reference: None,
    }];
    let mut discriminator = schema.get("discriminator").cloned();
    let mut has_union = false;
    for part in elements(schema, "allOf") {
        let (choices, tag) = expanded(root, part, 0);
        if choices.len() > 1 {
            has_union = true;
            discriminator = discriminator.or(tag);
            alternatives = product(alternatives, &choices)?;
        } else {
            for alternative in &mut alternatives {
                alternative.parts.push(part.clone());
            }
        }
    }
    if has_own_choices {
        has_union = true;
        alternatives = product(alternatives, &choices_of(schema))?;
    }
    if !has_union {
        return None;
    }
    for alternative in &mut alternatives {
        alternative.parts.extend(own.clone());
    }
    Some((alternatives, discriminator))
}

/// Returns the alternatives of a part that is a union or refers to one, with the union's
/// discriminator. Any other part is returned unchanged.
fn expanded(root: &Value, part: &Value, depth: usize) -> (Vec<Value>, Option<Value>) {
    if depth > DEPTH {
        return (vec![part.clone()], None);
    }
    let node = match target(part) {
        Some(name) => schemas(root).get(&name).unwrap_or(part),
        None => part,
    };
    let choices = choices_of(node);
    let is_pure = own_part(node).is_none() && elements(node, "allOf").is_empty();
    match (choices.as_slice(), elements(node, "allOf")) {
        ([_, _, ..], _) if is_pure => (choices, node.get("discriminator").cloned()),
        ([], [only]) if node.get("properties").is_none() => expanded(root, only, depth + 1),
        ([only], []) if own_part(node).is_none() => expanded(root, only, depth + 1),
        _ => (vec![part.clone()], None),
    }
}

fn product(alternatives: Vec<Choice>, choices: &[Value]) -> Option<Vec<Choice>> {
    if alternatives.len() * choices.len() > CHOICES {
        return None;
    }
    let mut all = Vec::new();
    for alternative in &alternatives {
        for (index, choice) in choices.iter().enumerate() {
            let mut parts = alternative.parts.clone();
            parts.push(choice.clone());
            let name = target(choice);
            let words = name
                .clone()
                .unwrap_or_else(|| format!("Choice{}", index + 1));
            all.push(Choice {
                parts,
                words: format!("{}{words}", alternative.words),
                reference: alternative.reference.clone().or(name),
            });
        }
    }
    Some(all)
}

fn choices_of(schema: &Value) -> Vec<Value> {
    let choices = elements(schema, "oneOf")
        .iter()
        .chain(elements(schema, "anyOf"));
    choices.cloned().collect()
}

/// Returns the schema's own object keywords as a part, or `None` if it has no object keywords
/// besides `type`.
fn own_part(schema: &Value) -> Option<Value> {
    let mut own = Map::new();
    for key in ["type", "properties", "required", "additionalProperties"] {
        if let Some(value) = schema.get(key) {
            own.insert(key.to_owned(), value.clone());
        }
    }
    let says = ["properties", "required", "additionalProperties"];
    says.iter()
        .any(|key| own.contains_key(*key))
        .then_some(Value::Object(own))
}

fn replace(
    root: &mut Value,
    origins: &mut Origins,
    name: &str,
    (choices, discriminator): (Vec<Choice>, Option<Value>),
) {
    let Some(schema) = schemas(root).get(name).cloned() else {
        return;
    };
    let description = schema["description"].as_str().unwrap_or(name).to_owned();
    let mut references = Vec::new();
    let mut made: Vec<(Option<String>, String)> = Vec::new();
    for choice in choices {
        let own = free_name(root, &format!("{name}{}", choice.words));
        let part = json!({ "description": description, "allOf": choice.parts });
        origins.add(&own, name);
        if let Some(schemas) = schemas_mut(root) {
            schemas.insert(own.clone(), part);
        }
        references.push(reference(&own));
        made.push((choice.reference, own));
    }
    let mut union = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        let is_kept = [
            "description",
            "nullable",
            "title",
            "x-upstream-declared",
            "deprecated",
        ];
        if is_kept.contains(&key.as_str()) {
            union.insert(key.clone(), value.clone());
        }
    }
    union.insert("oneOf".to_owned(), Value::Array(references));
    if let Some(mut discriminator) = discriminator {
        discriminator["mapping"] = mapping(&discriminator, &made);
        union.insert("discriminator".to_owned(), discriminator);
    }
    if let Some(schemas) = schemas_mut(root) {
        schemas.insert(name.to_owned(), Value::Object(union));
    }
}

/// Maps the tags of the original alternatives to the new schemas. The tag of an alternative without
/// a mapping entry is the name of its schema.
fn mapping(discriminator: &Value, made: &[(Option<String>, String)]) -> Value {
    let known = crate::model::members(discriminator, "mapping");
    let mut mapping = Map::new();
    for (choice, own) in made {
        let Some(choice) = choice else { continue };
        let tags = known.iter().filter(|(_, to)| {
            to.as_str()
                .is_some_and(|to| last_pointer_segment(to) == *choice)
        });
        let mut tags: Vec<&str> = tags.map(|(tag, _)| tag.as_str()).collect();
        if tags.is_empty() {
            tags.push(choice);
        }
        for tag in tags {
            mapping.insert(tag.to_owned(), reference(own)["$ref"].clone());
        }
    }
    Value::Object(mapping)
}
