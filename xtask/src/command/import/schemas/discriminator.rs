//! Ensures that every choice of a discriminator has a name and a tag, and is an object with the
//! discriminator property. Removes discriminators that can't be completed in this way.
//!
//! An implied tag is the name of a schema, so this pass runs before names are cleaned.

use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::schemas::class::{Class, Classes, name_of};
use crate::command::import::schemas::value::brief;
use crate::command::import::visit;
use crate::model::{elements, members, text};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "discriminators";

/// Maximum length of a chain of parts and choices.
const MAX_DEPTH: usize = 64;

/// Runs the pass.
pub(crate) fn settle(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    split_parents(document, notes);
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let classes = Classes::of(document);
    let children = children(&all);
    let mut tagged = Tagged::default();
    visit::schemas(document, &mut |at, value| {
        if value.get("discriminator").is_some()
            && let Some(schema) = value.as_object_mut()
        {
            one(at, schema, &all, &classes, &children, &mut tagged, notes);
        }
    });
    declare(document, &tagged, notes);
    Ok(())
}

/// Returns the schemas that directly extend each schema.
fn children(all: &Map<String, Value>) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in all {
        let parents: BTreeSet<String> = elements(schema, "allOf")
            .iter()
            .filter_map(name_of)
            .collect();
        for parent in parents {
            children.entry(parent).or_default().push(name.clone());
        }
    }
    children
}

/// Returns whether a schema is only another name for its single part.
fn is_alias(schema: &Value) -> bool {
    let own = ["properties", "required", "additionalProperties"];
    elements(schema, "allOf").len() == 1 && own.iter().all(|key| schema.get(*key).is_none())
}

/// Returns the schemas that extend a schema directly or indirectly.
fn descendants(name: &str, children: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        for child in children.get(name).into_iter().flatten() {
            if found.insert(child.clone()) {
                open.push(child);
            }
        }
    }
    found
}

/// Splits a schema into a base and a union if some of its choices extend it. The schemas that
/// extend it then extend the base.
fn split_parents(document: &mut Value, notes: &mut Notes) {
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let children = children(&all);
    for (parent, schema) in &all {
        let key = if schema.get("oneOf").is_some() {
            "oneOf"
        } else {
            "anyOf"
        };
        let choices: Vec<String> = elements(schema, key).iter().filter_map(name_of).collect();
        if choices.is_empty() {
            continue;
        }
        let below = descendants(parent, &children);
        if !choices.iter().any(|choice| below.contains(choice)) {
            continue;
        }
        let mut union = Map::new();
        let mut base = schema.as_object().cloned().unwrap_or_default();
        for key in ["oneOf", "anyOf", "discriminator", "nullable"] {
            union.extend(base.remove(key).map(|value| (key.to_owned(), value)));
        }
        for key in ["description", "title"] {
            union.extend(base.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        let mut name = format!("{parent}Base");
        while all.contains_key(&name) {
            name.push_str("Base");
        }
        let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
            return;
        };
        for child in children.get(parent).into_iter().flatten() {
            // An alias of the union does not extend the base.
            if !choices.contains(child) && all.get(child).is_some_and(is_alias) {
                continue;
            }
            let parts = schemas
                .get_mut(child)
                .and_then(|child| child["allOf"].as_array_mut());
            for part in parts.into_iter().flatten() {
                if name_of(part).as_deref() == Some(parent) {
                    *part = json!({ "$ref": format!("#{}", component("schemas", &name)) });
                }
            }
        }
        schemas.insert(parent.clone(), Value::Object(union));
        schemas.insert(name.clone(), Value::Object(base));
        let at = component("schemas", parent);
        notes.moved(&component("schemas", &name), &at);
        notes.change(
            TOPIC,
            &at,
            format!("`{parent}` has choices that extend it: they extend `{name}` instead"),
        );
    }
}

/// Discriminator properties and tags of each schema that is a choice.
#[derive(Default)]
struct Tagged(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

fn one(
    at: &str,
    schema: &mut Map<String, Value>,
    all: &Map<String, Value>,
    classes: &Classes,
    children: &BTreeMap<String, Vec<String>>,
    tagged: &mut Tagged,
    notes: &mut Notes,
) {
    let Some(discriminator) = schema.remove("discriminator") else {
        return;
    };
    let property = text(&discriminator, "propertyName").to_owned();
    if property.is_empty() {
        notes.loss(TOPIC, at, "a discriminator without a property is omitted");
        return;
    }
    let key = if schema.contains_key("oneOf") {
        "oneOf"
    } else {
        "anyOf"
    };
    let (mut mapping, lost) = mapping(&discriminator, all);
    let own_name = at
        .strip_prefix("/components/schemas/")
        .filter(|name| !name.contains('/'));
    let own_name = own_name.map(|name| name.replace("~1", "/").replace("~0", "~"));
    let choices: Option<Vec<String>> = match schema.get_mut(key) {
        Some(Value::Array(list)) => {
            // The mapping may refer to choices that are missing from the list.
            for target in mapping.values() {
                if !list
                    .iter()
                    .any(|choice| name_of(choice).as_ref() == Some(target))
                    && Some(target) != own_name.as_ref()
                {
                    list.push(json!({ "$ref": format!("#{}", component("schemas", target)) }));
                    notes.change(
                        TOPIC,
                        at,
                        format!(
                            "`{}` is added to the choices, because the mapping refers to it",
                            brief(target)
                        ),
                    );
                }
            }
            match list.iter().map(name_of).collect() {
                Some(names) => Some(names),
                None => {
                    notes.change(TOPIC, at, "a discriminator with unnamed choices is omitted: the first choice that fits is used");
                    return;
                }
            }
        }
        _ => None,
    };
    let choices = match (choices, &own_name) {
        (Some(choices), _) => choices,
        (None, Some(name)) => {
            let below = descendants(name, children);
            if below.is_empty() {
                notes.change(TOPIC, at, "a discriminator without choices is omitted");
                return;
            }
            below.into_iter().collect()
        }
        (None, None) => {
            notes.change(TOPIC, at, "a discriminator without choices is omitted");
            return;
        }
    };
    if let Some(other) = choices.iter().find(|choice| {
        !matches!(
            classes.class(&reference(choice)),
            Class::Object | Class::Union
        )
    }) {
        notes.loss(TOPIC, at, format!("a discriminator is omitted, because `{}` is not an object: the first choice that fits is used", brief(other)));
        return;
    }
    // Assign a tag without a target to the choice whose discriminator property lists the tag in its
    // enum. More than one such choice would be ambiguous.
    let mut are_lost = false;
    for (tag, target) in lost {
        let mut having = choices
            .iter()
            .filter(|choice| has_tag(choice, &property, &tag, all));
        match (having.next(), having.next()) {
            (Some(choice), None) => drop(mapping.insert(tag, choice.clone())),
            _ => {
                are_lost = true;
                let text = format!(
                    "the tag `{}` refers to `{}`, which does not exist, and is omitted",
                    brief(&tag),
                    brief(&target)
                );
                notes.loss(TOPIC, at, text);
            }
        }
    }
    let mut written = Map::new();
    for (tag, target) in &mapping {
        if choices.contains(target) {
            written.insert(tag.clone(), reference(target)["$ref"].clone());
        }
    }
    let named: BTreeSet<&String> = mapping.values().collect();
    for choice in choices.iter().filter(|choice| !named.contains(choice)) {
        let own = own_tag(choice, &property, all);
        let pointer = component("schemas", choice);
        // The name of a schema is a tag only if it comes from the document.
        if own.is_none() && (are_lost || notes.origin(&pointer) != pointer) {
            notes.change(
                TOPIC,
                at,
                "a discriminator with unknown tags is omitted: the first choice that fits is used",
            );
            return;
        }
        let tag = own.unwrap_or_else(|| choice.clone());
        if !written.contains_key(&tag) {
            written.insert(tag, reference(choice)["$ref"].clone());
        }
    }
    for (tag, target) in &written {
        let name = name_of(&json!({ "$ref": target })).unwrap_or_default();
        tagged
            .0
            .entry(name)
            .or_default()
            .entry(property.clone())
            .or_default()
            .insert(tag.clone());
    }
    schema.insert(
        "discriminator".to_owned(),
        json!({ "propertyName": property, "mapping": written }),
    );
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#{}", component("schemas", name)) })
}

/// Returns the tags with their schemas, and the tags without an existing target. A target is a
/// reference or a name.
fn mapping(
    discriminator: &Value,
    all: &Map<String, Value>,
) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut found = BTreeMap::new();
    let mut lost = BTreeMap::new();
    for (tag, target) in members(discriminator, "mapping") {
        let target = target.as_str().unwrap_or_default();
        let last = target.rsplit('/').next().unwrap_or_default();
        let last = last.replace("~1", "/").replace("~0", "~");
        let names = [
            target.to_owned(),
            last.clone(),
            last.trim_end_matches(".json").to_owned(),
            last.replace("%20", " "),
        ];
        match names.into_iter().find(|name| all.contains_key(name)) {
            Some(name) => drop(found.insert(tag.clone(), name)),
            None => drop(lost.insert(tag.clone(), target.to_owned())),
        }
    }
    (found, lost)
}

/// Returns whether the enum of a choice's discriminator property contains a tag.
fn has_tag(name: &str, property: &str, tag: &str, all: &Map<String, Value>) -> bool {
    let declared = declared(name, property, all);
    let named = declared.and_then(name_of).and_then(|name| all.get(&name));
    let values = named
        .or(declared)
        .map_or(&[][..], |declared| elements(declared, "enum"));
    values.iter().any(|value| value == tag)
}

/// Returns the value of the discriminator property in a choice, if the choice allows only one.
fn own_tag(name: &str, property: &str, all: &Map<String, Value>) -> Option<String> {
    let found = declared(name, property, all)?;
    match elements(found, "enum") {
        [Value::String(only)] => Some(only.clone()),
        _ => None,
    }
}

/// Returns the schema of a property in a named schema, or in the parts and choices of that schema.
fn declared<'d>(name: &str, property: &str, all: &'d Map<String, Value>) -> Option<&'d Value> {
    let mut open = vec![(all.get(name)?, 0)];
    let mut seen = BTreeSet::new();
    while let Some((schema, depth)) = open.pop() {
        if let Some(found) = members(schema, "properties").get(property) {
            return Some(found);
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for part in elements(schema, key).iter().rev() {
                match name_of(part) {
                    Some(name) => {
                        if seen.insert(name.clone()) && depth < MAX_DEPTH {
                            open.extend(all.get(&name).map(|part| (part, depth + 1)));
                        }
                    }
                    None => open.push((part, depth + 1)),
                }
            }
        }
    }
    None
}

/// Declares the discriminator property in choices that don't declare it. If a choice has only one
/// tag, makes the tag the only value of the property, so that the crate sets it in requests. The
/// property also becomes required if the choice is used only as a choice of discriminators.
fn declare(document: &mut Value, tagged: &Tagged, notes: &mut Notes) {
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let alone = only_choices(document);
    for (name, by_property) in &tagged.0 {
        for (property, tags) in by_property {
            let known = declared(name, property, &all);
            let only = (tags.len() == 1 && by_property.len() == 1)
                .then(|| tags.first())
                .flatten();
            let Some(schema) = document["components"]["schemas"]
                .get_mut(name)
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            if ["oneOf", "anyOf"]
                .iter()
                .any(|key| schema.contains_key(*key))
            {
                continue;
            }
            let is_text = known
                .is_none_or(|known| text(known, "type") == "string" || name_of(known).is_some());
            let (known, tag) = match (known, only) {
                (Some(_), None) => continue,
                (Some(known), Some(_)) if elements(known, "enum").len() == 1 || !is_text => {
                    continue;
                }
                (known, tag) => (known, tag),
            };
            let mut value = json!({ "type": "string" });
            if let Some(description) = known.and_then(|known| known.get("description")) {
                value["description"] = description.clone();
            }
            if let Some(tag) = tag {
                value["enum"] = json!([tag]);
            }
            let at = component("schemas", name);
            if known.is_none() {
                notes.change(TOPIC, &at, format!("`{name}` does not declare its discriminator property `{}`: the property is added", brief(property)));
            }
            let properties = schema.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                properties.insert(property.clone(), value);
            }
            if tag.is_some() && alone.contains(name) {
                let required = schema.entry("required").or_insert_with(|| json!([]));
                if let Some(required) = required.as_array_mut()
                    && !required.contains(&json!(property))
                {
                    required.push(json!(property));
                }
            }
        }
    }
}

/// Returns the schemas that occur only as choices of discriminators. Values of these schemas always
/// have a tag.
fn only_choices(document: &Value) -> BTreeSet<String> {
    let mut choices = BTreeSet::new();
    let mut others = BTreeSet::new();
    gather(document, false, &mut choices, &mut others);
    choices.difference(&others).cloned().collect()
}

fn gather(
    value: &Value,
    is_choice: bool,
    choices: &mut BTreeSet<String>,
    others: &mut BTreeSet<String>,
) {
    match value {
        Value::Object(object) => {
            if let Some(name) = name_of(value) {
                match is_choice {
                    true => drop(choices.insert(name)),
                    false => drop(others.insert(name)),
                }
            }
            let has_tag = object.contains_key("discriminator");
            for (key, inner) in object {
                let are_choices = has_tag && (key == "oneOf" || key == "anyOf");
                gather(inner, are_choices, choices, others);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| gather(item, is_choice, choices, others)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn named(schemas: Value) -> (Value, String) {
        let (document, report) = passed(json!({ "components": { "schemas": schemas } }), settle);
        (document["components"]["schemas"].clone(), report)
    }

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn implicit_tags_become_explicit_and_choices_declare_the_property() {
        let (schemas, report) = named(json!({
            "Pet": { "oneOf": [to("cat"), to("dog"), to("bird")], "discriminator": { "propertyName": "kind", "mapping": { "hund": "dog" } } },
            "cat": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "description": "K." } } },
            "dog": { "type": "object", "properties": { "name": { "type": "string" } } },
            "bird": { "type": "object", "properties": { "kind": { "type": "string", "enum": ["vogel"] } } },
            "Other": { "type": "object", "properties": { "dog": to("dog") } },
        }));
        let mapping = &schemas["Pet"]["discriminator"]["mapping"];
        assert_eq!(
            *mapping,
            json!({ "hund": "#/components/schemas/dog", "cat": "#/components/schemas/cat", "vogel": "#/components/schemas/bird" })
        );
        assert_eq!(
            schemas["cat"]["properties"]["kind"],
            json!({ "type": "string", "description": "K.", "enum": ["cat"] })
        );
        assert_eq!(
            schemas["dog"]["properties"]["kind"],
            json!({ "type": "string", "enum": ["hund"] })
        );
        // A dog that is not a choice may lack the property.
        assert!(schemas["dog"].get("required").is_none());
        assert!(
            report.contains("`dog` does not declare its discriminator property `kind`"),
            "{report}"
        );
    }

    #[test]
    fn a_dangling_tag_maps_to_the_choice_that_allows_it_or_drops_the_discriminator() {
        let kinds = |mapping: Value| {
            named(json!({
                "Pet": { "oneOf": [to("cat"), to("dog")], "discriminator": { "propertyName": "kind", "mapping": mapping } },
                "cat": { "type": "object", "properties": { "kind": { "type": "string", "enum": ["tom", "tabby"] } } },
                "dog": { "type": "object", "properties": { "kind": { "type": "string", "enum": ["rex"] } } },
            }))
        };
        let (schemas, _) = kinds(json!({ "tom": "cats.yml#/Tom" }));
        let mapping =
            json!({ "tom": "#/components/schemas/cat", "rex": "#/components/schemas/dog" });
        assert_eq!(schemas["Pet"]["discriminator"]["mapping"], mapping);
        let (schemas, report) = kinds(json!({ "lynx": "cats.yml#/Lynx" }));
        assert!(schemas["Pet"].get("discriminator").is_none());
        assert!(
            report.contains("`lynx` refers to `cats.yml#/Lynx`, which does not exist"),
            "{report}"
        );
    }

    #[test]
    fn choices_that_extend_their_own_union_extend_its_base_instead() {
        let (schemas, _) = named(json!({
            "Pet": { "type": "object", "properties": { "kind": { "type": "string" } }, "oneOf": [to("Cat")], "anyOf": [], "discriminator": { "propertyName": "kind" } },
            "Cat": { "allOf": [to("Pet"), { "properties": { "claws": {} } }] },
            "Same": { "allOf": [to("Pet")], "description": "Another name." },
        }));
        assert_eq!(schemas["Same"]["allOf"], json!([to("Pet")]));
        assert_eq!(schemas["Pet"]["oneOf"], json!([to("Cat")]));
        assert!(schemas["Pet"].get("properties").is_none());
        assert_eq!(
            schemas["PetBase"]["properties"]["kind"],
            json!({ "type": "string" })
        );
        assert_eq!(schemas["Cat"]["allOf"][0], to("PetBase"));
        assert_eq!(schemas["Cat"]["properties"]["kind"]["enum"], json!(["Cat"]));
    }

    #[test]
    fn a_discriminator_that_cannot_select_a_schema_is_removed() {
        let (schemas, report) = named(json!({
            "Alone": { "type": "object", "properties": { "k": { "type": "string" } }, "discriminator": { "propertyName": "k" } },
            "Mixed": { "oneOf": [to("Alone"), { "type": "string" }], "discriminator": { "propertyName": "k" } },
            "Parent": { "type": "object", "properties": { "k": { "type": "string" } }, "discriminator": { "propertyName": "k" } },
            "Child": { "allOf": [to("Parent")], "properties": { "c": {} } },
        }));
        assert!(schemas["Alone"].get("discriminator").is_none());
        assert!(schemas["Mixed"].get("discriminator").is_none());
        assert_eq!(
            schemas["Parent"]["discriminator"]["mapping"],
            json!({ "Child": "#/components/schemas/Child" })
        );
        assert!(report.contains("without choices is omitted"), "{report}");
    }
}
