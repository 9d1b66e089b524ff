//! `allOf`, `oneOf` and `anyOf` in the forms that the generator takes: parts that are objects, choices that are types.

use super::repair::is_any;
use super::shape::OF_USE;
use crate::command::import::draft::{Draft, Notes};
use crate::command::import::visit;
use crate::model::{elements, members};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "compositions";

/// See the module.
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
            leftovers(schema);
        }
    });
    Ok(())
}

/// What kind of value a schema takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Any,
    Scalar,
    /// Text with several values.
    Enum,
    List,
    Object,
    Union,
}

/// The classes of the named schemas.
pub(super) struct Classes(BTreeMap<String, Class>);

/// References of references end here.
const DEPTH: usize = 64;

impl Classes {
    pub(super) fn of(document: &Value) -> Self {
        let all = members(&document["components"], "schemas");
        let mut classes = Self(BTreeMap::new());
        for (name, schema) in all {
            if !classes.0.contains_key(name) {
                classes.0.insert(name.clone(), Class::Any);
                let class = classes.find(all, schema, 0);
                classes.0.insert(name.clone(), class);
            }
        }
        classes
    }

    fn find(&mut self, all: &Map<String, Value>, schema: &Value, depth: usize) -> Class {
        if depth > DEPTH {
            return Class::Any;
        }
        if let Some(name) = name_of(schema) {
            if let Some(known) = self.0.get(&name) {
                return *known;
            }
            let Some(named) = all.get(&name) else {
                return Class::Any;
            };
            // One that holds itself as a part says nothing by that.
            self.0.insert(name.clone(), Class::Any);
            let class = self.find(all, named, depth + 1);
            self.0.insert(name, class);
            return class;
        }
        own_class(schema).unwrap_or_else(|| {
            let parts = ["allOf", "oneOf", "anyOf"]
                .map(|key| elements(schema, key))
                .concat();
            let found: Vec<Class> = parts
                .iter()
                .map(|part| self.find(all, part, depth + 1))
                .collect();
            joined(&found)
        })
    }

    /// The class of a schema that stands in the document.
    pub(super) fn class(&self, schema: &Value) -> Class {
        if let Some(name) = name_of(schema) {
            return self.0.get(&name).copied().unwrap_or(Class::Any);
        }
        own_class(schema).unwrap_or_else(|| {
            let parts = ["allOf", "oneOf", "anyOf"]
                .map(|key| elements(schema, key))
                .concat();
            let found: Vec<Class> = parts.iter().map(|part| self.class(part)).collect();
            joined(&found)
        })
    }
}

/// The class of parts together.
fn joined(found: &[Class]) -> Class {
    for class in [
        Class::Union,
        Class::Object,
        Class::List,
        Class::Enum,
        Class::Scalar,
    ] {
        if found.contains(&class) {
            return class;
        }
    }
    Class::Any
}

/// What a schema says of its own; none for a composition that says nothing beside its parts.
fn own_class(schema: &Value) -> Option<Class> {
    let is_union = ["oneOf", "anyOf"]
        .iter()
        .any(|key| elements(schema, key).len() > 1);
    if is_union {
        return Some(Class::Union);
    }
    let is_object = ["properties", "additionalProperties"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => Some(Class::Object),
        _ if is_object => Some(Class::Object),
        Some("array") => Some(Class::List),
        Some("string") if elements(schema, "enum").len() > 1 => Some(Class::Enum),
        Some(_) => Some(Class::Scalar),
        None => None,
    }
}

/// The name of the schema that a reference means.
pub(crate) fn name_of(schema: &Value) -> Option<String> {
    let name = visit::reference_name(schema, "schemas")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

fn is_about(key: &str) -> bool {
    OF_USE.contains(&key) || key.starts_with("x-") || key == "externalDocs"
}

/// Keys of a schema that say something of the value.
fn structure(schema: &Map<String, Value>) -> impl Iterator<Item = &String> {
    schema.keys().filter(|key| !is_about(key))
}

/// What an inner schema says of the use, where the outer one does not say it.
fn inherit(schema: &mut Map<String, Value>, inner: &Map<String, Value>) {
    for (key, value) in inner {
        if is_about(key) && key != "title" {
            schema.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
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
                "a part of `allOf` that is not an object is left out beside objects",
            );
        }
        objects(at, schema, parts, notes);
    } else {
        scalars(at, schema, parts, classes, notes);
    }
}

/// The parts of a part that has nothing else.
fn flatten(schema: &mut Map<String, Value>, part: Value, out: &mut Vec<Value>, depth: usize) {
    let Value::Object(mut object) = part else {
        return;
    };
    let keys = ["$ref", "oneOf", "anyOf", "discriminator"];
    let is_plain = !keys.iter().any(|key| object.contains_key(*key));
    if is_plain && depth < DEPTH {
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

/// Parts that are objects. Those without a name are one with what stands beside `allOf`, where nothing else has a say.
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
    // Beside a name alone nothing else is read; as a part it is.
    if !schema.contains_key("properties")
        && let Some(required) = schema.remove("required")
    {
        rest.push(json!({ "required": required }));
    }
    schema.insert("allOf".to_owned(), Value::Array(rest));
}

/// Puts the properties of a part beside those of the whole.
fn merge(at: &str, schema: &mut Map<String, Value>, part: Map<String, Value>, notes: &mut Notes) {
    for (key, value) in part {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let own = schema.entry("properties").or_insert_with(|| json!({}));
                let Some(own) = own.as_object_mut() else {
                    continue;
                };
                for (name, property) in properties {
                    match own.get(&name) {
                        Some(known) if *known != property && !is_any(&property) => {
                            if is_any(known) {
                                own.insert(name, property);
                            } else {
                                notes.change(
                                    TOPIC,
                                    at,
                                    format!("`{name}` stands in two parts of `allOf` with different schemas: the first counts"),
                                );
                            }
                        }
                        Some(_) => {}
                        None => drop(own.insert(name, property)),
                    }
                }
            }
            ("required", Value::Array(names)) => {
                let own = schema.entry("required").or_insert_with(|| json!([]));
                let Some(own) = own.as_array_mut() else {
                    continue;
                };
                for name in names {
                    if !own.contains(&name) {
                        own.push(name);
                    }
                }
            }
            ("title", _) => {}
            (_, value) => drop(schema.entry(key).or_insert(value)),
        }
    }
}

/// Parts that are no objects: a name alone, or one schema with the constraints of all.
fn scalars(
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
            schema.retain(|key, _| is_about(key));
            notes.change(
                TOPIC,
                at,
                "what `allOf` adds to a schema that is not an object is left out: values that it excludes are taken",
            );
        }
        schema.insert("allOf".to_owned(), json!([base]));
    }
}

fn choices(
    at: &str,
    key: &str,
    schema: &mut Map<String, Value>,
    classes: &Classes,
    notes: &mut Notes,
) {
    let Some(Value::Array(all)) = schema.remove(key) else {
        return;
    };
    let has_tag = schema.contains_key("discriminator");
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let is_scalar = kind.as_deref().is_some_and(|kind| kind != "object");
    let mut kept: Vec<Value> = Vec::new();
    let mut conditions = Vec::new();
    for mut choice in spread(all, key, has_tag) {
        if let (Some(kind), true, Some(object)) = (&kind, is_scalar, choice.as_object_mut())
            && !["$ref", "type", "allOf", "oneOf", "anyOf"]
                .iter()
                .any(|key| object.contains_key(*key))
        {
            object.insert("type".to_owned(), json!(kind));
        }
        match condition(&choice, schema) {
            Some(names) => conditions.push(names),
            None if kept.contains(&choice) => {}
            None => kept.push(choice),
        }
    }
    if !conditions.is_empty() {
        notes.loss(
            TOPIC,
            at,
            format!(
                "`{key}` asks for {}: any of the properties may be left out",
                alternatives(&conditions)
            ),
        );
    }
    // A list or a scalar has its type; choices that only narrow it say nothing more.
    if is_scalar
        && kept.iter().all(|choice| {
            choice.get("$ref").is_none()
                && choice.get("type") == kind.as_ref().map(|kind| json!(kind)).as_ref()
        })
    {
        if kind.as_deref() == Some("array") && schema.contains_key("items") {
            if !kept.is_empty() {
                notes.change(
                    TOPIC,
                    at,
                    format!("`{key}` beside the items of a list is left out"),
                );
            }
            return;
        }
        schema.remove("type");
        if let Some(whole) = same_scalar(&kept) {
            for (key, value) in whole {
                schema.entry(key).or_insert(value);
            }
            return;
        }
        schema.extend(kind.map(|kind| ("type".to_owned(), json!(kind))));
        return;
    }
    if is_scalar && !kept.is_empty() {
        for key in [
            "type",
            "format",
            "enum",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "items",
        ] {
            schema.remove(key);
        }
    }
    let before = kept.len();
    kept.retain(|choice| !is_any(choice));
    if kept.len() < before && kept.len() < 2 {
        if before > 1 || !kept.is_empty() {
            notes.change(
                TOPIC,
                at,
                format!("`{key}` with a choice that takes any JSON is any JSON"),
            );
        }
        return;
    }
    if let Some(whole) = same_scalar(&kept) {
        if before > 1 {
            notes.change(
                TOPIC,
                at,
                format!("`{key}` of one scalar type is that type"),
            );
        }
        for (key, value) in whole {
            schema.entry(key).or_insert(value);
        }
        return;
    }
    // Enums are open: other texts are values of it, too.
    let is_plain_text = |choice: &Value| {
        choice.get("type") == Some(&json!("string")) && choice.get("enum").is_none()
    };
    let enums: Vec<Value> = kept
        .iter()
        .filter(|choice| classes.class(choice) == Class::Enum)
        .cloned()
        .collect();
    if enums.len() == 1
        && kept.len() > 1
        && kept
            .iter()
            .all(|choice| enums.contains(choice) || is_plain_text(choice))
    {
        notes.change(
            TOPIC,
            at,
            format!("`{key}` of an enum and any text is the enum, which takes any text"),
        );
        kept = enums;
    }
    match kept.len() {
        0 => {}
        1 => only_choice(at, schema, kept.remove(0), notes),
        _ => drop(schema.insert(key.to_owned(), Value::Array(kept))),
    }
}

/// The choices, those of choices in place of these.
fn spread(all: Vec<Value>, key: &str, has_tag: bool) -> Vec<Value> {
    let mut out = Vec::new();
    for choice in all {
        let inner = choice.as_object().filter(|object| {
            !has_tag && structure(object).eq([key]) && !object.contains_key("nullable")
        });
        match inner.and_then(|object| object[key].as_array()) {
            Some(inner) => out.extend(inner.iter().cloned()),
            None => out.push(choice),
        }
    }
    out
}

/// The names that a choice requires, if that is all it says beside a schema with properties.
fn condition(choice: &Value, schema: &Map<String, Value>) -> Option<Vec<String>> {
    let object = choice.as_object()?;
    let has_own = ["properties", "allOf", "items", "additionalProperties"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let own = schema.get("properties");
    let repeats = |name: &String, property: &Value| {
        is_any(property) || own.and_then(|own| own.get(name)) == Some(property)
    };
    let is_condition = object.iter().all(|(key, value)| match key.as_str() {
        "required" => true,
        "properties" => value
            .as_object()
            .is_some_and(|all| all.iter().all(|(name, property)| repeats(name, property))),
        "type" => value == "object",
        key => is_about(key) && key != "nullable",
    });
    let says = object.contains_key("required")
        || object.contains_key("properties")
        || has_own && structure(object).all(|key| key == "type");
    if !is_condition || !says || !has_own && object.contains_key("properties") {
        return None;
    }
    let names = elements(choice, "required")
        .iter()
        .filter_map(Value::as_str);
    Some(names.map(str::to_owned).collect())
}

fn alternatives(conditions: &[Vec<String>]) -> String {
    let texts: BTreeSet<String> = conditions
        .iter()
        .filter(|names| !names.is_empty())
        .map(|names| format!("`{}`", names.join("` and `")))
        .collect();
    match texts.is_empty() {
        true => "other forms of the same properties".to_owned(),
        false => texts.into_iter().take(8).collect::<Vec<_>>().join(" or "),
    }
}

/// One schema for choices that are scalars of one type.
fn same_scalar(kept: &[Value]) -> Option<Map<String, Value>> {
    let first = kept.first()?.get("type")?.as_str()?;
    let numbers = ["integer", "number"];
    let mut kinds = BTreeSet::new();
    let mut formats = BTreeSet::new();
    let mut values: Vec<Value> = Vec::new();
    let mut is_closed = true;
    for choice in kept {
        let object = choice.as_object()?;
        let kind = object.get("type")?.as_str()?;
        let is_alike = kind == first || numbers.contains(&kind) && numbers.contains(&first);
        let is_composed = ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| object.contains_key(*key));
        if !is_alike || is_composed || ["object", "array"].contains(&kind) {
            return None;
        }
        kinds.insert(kind);
        formats.insert(
            object
                .get("format")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        );
        match object.get("enum") {
            Some(Value::Array(list)) => {
                for value in list {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
            _ => is_closed = false,
        }
    }
    let mut whole = match kept {
        [only] => only.as_object()?.clone(),
        _ => Map::from_iter([(
            "type".to_owned(),
            json!(if kinds.len() > 1 { "number" } else { first }),
        )]),
    };
    if kept
        .iter()
        .any(|choice| choice.get("nullable") == Some(&Value::Bool(true)))
    {
        whole.insert("nullable".to_owned(), Value::Bool(true));
    }
    if kept.len() > 1 {
        if let (1, Some(format)) = (formats.len(), formats.first())
            && !format.is_empty()
        {
            whole.insert("format".to_owned(), json!(format));
        }
        // Enums are open; a plain text beside them takes nothing from a reader.
        if !values.is_empty() && (is_closed || first == "string") {
            whole.insert("enum".to_owned(), Value::Array(values));
        }
    }
    Some(whole)
}

/// A choice among one is that one.
fn only_choice(at: &str, schema: &mut Map<String, Value>, choice: Value, notes: &mut Notes) {
    let Value::Object(object) = choice else {
        return;
    };
    schema.remove("discriminator");
    let is_plain = !object.contains_key("$ref");
    let has_own = structure(schema).any(|key| key != "type");
    if is_plain && !has_own {
        for (key, value) in object {
            if !is_about(&key) {
                schema.insert(key, value);
            } else if key != "title" {
                schema.entry(key).or_insert(value);
            }
        }
        return;
    }
    if is_plain
        && !["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| object.contains_key(*key))
    {
        merge(at, schema, object, notes);
        return;
    }
    if !has_own {
        schema.remove("type");
    }
    let parts = schema.entry("allOf").or_insert_with(|| json!([]));
    if let Some(parts) = parts.as_array_mut() {
        parts.push(Value::Object(object));
    }
}

/// What compositions leave behind that means nothing any more.
fn leftovers(schema: &mut Map<String, Value>) {
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
    use super::super::testing::passed;
    use super::compose;
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
    fn parts_without_a_name_are_one_object_and_named_ones_stay() {
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
    fn parts_that_are_no_objects_are_one_schema() {
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
    fn choices_that_are_no_types_go() {
        let object = json!({ "type": "object", "properties": { "a": {}, "b": {} } });
        let mut before = object.clone();
        before["anyOf"] = json!([{ "required": ["a"] }, { "required": ["b"], "title": "B" }]);
        let (schema, report) = one(before);
        assert_eq!(schema, object);
        assert!(report.contains("`anyOf` asks for `a` or `b`"), "{report}");
        let (schema, _) = one(json!({ "oneOf": [to("Thing"), {}] }));
        assert_eq!(schema, json!({}));
        let (schema, _) = one(json!({ "oneOf": [to("Thing"), to("Thing")], "description": "D." }));
        assert_eq!(
            schema,
            json!({ "description": "D.", "allOf": [to("Thing")] })
        );
    }

    #[test]
    fn choices_of_one_scalar_type_are_that_type() {
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
    fn unions_stay_and_choices_of_choices_are_choices() {
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
