//! Names every inline object, map, union and enum that needs a name. Equal schemas share one name,
//! which never depends on the order of the document.
//!
//! If a schema occurs in several locations, the shortest of the names derived from them is used. If
//! a component or a different schema already has the preferred name, a hash is appended.

use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::naming::component_names::rewrite;
use crate::command::import::naming::wanted::{UNNAMED, wanted};
use crate::command::import::schemas::shape;
use crate::command::import::schemas::shape::USAGE_KEYS;
use crate::command::import::schemas::words::{choice_words, reason, type_words};
use crate::command::import::visit::METHODS;
use crate::command::import::visit::for_each;
use crate::media_type::MediaType;
use crate::model::members;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const TOPIC: &str = "inline schemas";

/// Turns inline schemas that need a name into components.
pub(crate) fn name_all(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let mut finder = Finder::default();
    let components = document["components"].as_object_mut();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (section, all) in components.into_iter().flatten() {
        let at = format!("/components/{section}");
        for (name, value) in all.as_object_mut().into_iter().flatten() {
            let at = below(&at, name);
            finder.component(section, name, value, &at);
            // Inline schemas are replaced with the first named schema that equals them.
            if let Some(schema) = value
                .as_object()
                .filter(|schema| section == "schemas" && needs_name(schema, false))
            {
                known
                    .entry(shape::of(schema))
                    .or_insert_with(|| name.clone());
            }
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths {
            finder.path(path, item, &below("/paths", path));
        }
    }
    let names = finder.names(document, &known);
    let new = |text: &str| {
        let shape = text.strip_prefix(UNNAMED)?;
        Some(format!("#{}", component("schemas", names.get(shape)?)))
    };
    rewrite(document, &new);
    report(&finder, &known, &names, notes);
    insert(document, finder, &known, &names, &new, notes);
    Ok(())
}

/// An inline schema, with the number of locations where it occurs and up to four of them.
struct Group {
    schema: Value,
    /// Preferred name. `at` is the location that it is derived from.
    name: String,
    at: String,
    places: usize,
    first: Vec<String>,
}

#[derive(Default)]
struct Finder {
    groups: HashMap<String, Group>,
}

/// Where a schema occurs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A component.
    Named,
    /// A part of the `allOf` of a component, or of a schema that becomes one.
    Part,
    /// Value of a parameter or header, where enums and unions may remain inline.
    Parameter,
    Property,
    Other,
}

/// Returns whether lint and the generator need a name for an inline schema.
fn needs_name(schema: &Map<String, Value>, is_parameter: bool) -> bool {
    let list = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let kind = schema.get("type").and_then(Value::as_str);
    let is_object = kind == Some("object")
        || schema.contains_key("properties")
        || schema.contains_key("additionalProperties")
        || list("allOf") > 1;
    let is_union = list("oneOf") > 1 || list("anyOf") > 1;
    let is_enum = kind == Some("string") && list("enum") > 1;
    is_object || !is_parameter && (is_union || is_enum)
}

impl Finder {
    fn component(&mut self, section: &str, name: &str, value: &mut Value, at: &str) {
        match section {
            "schemas" => self.schema(value, Place::Named, name, at),
            "parameters" => self.parameter(value, &with(name, "Parameter"), at),
            "headers" => self.parameter(value, &with(name, "Header"), at),
            "requestBodies" => self.content(value, &with(name, "Request"), at),
            "responses" => self.answer(value, &with(name, "Response"), at),
            _ => {}
        }
    }

    fn path(&mut self, path: &str, item: &mut Value, at: &str) {
        for_each(item, "parameters", at, &mut |at, parameter| {
            let words = parameter_type_name(parameter, path);
            self.parameter(parameter, &words, at);
        });
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let at = below(at, method);
            let id = operation.get("operationId").and_then(Value::as_str);
            let words = type_words(id.unwrap_or(&format!("{method}_{path}")));
            for_each(operation, "parameters", &at, &mut |at, parameter| {
                let words = parameter_type_name(parameter, &words);
                self.parameter(parameter, &words, at);
            });
            if let Some(body) = operation.get_mut("requestBody") {
                self.content(body, &format!("{words}Request"), &below(&at, "requestBody"));
            }
            let successes = operation.get("responses").and_then(Value::as_object);
            let successes = successes
                .into_iter()
                .flatten()
                .filter(|(status, _)| status.starts_with('2'));
            let has_one = successes.count() < 2;
            for_each(operation, "responses", &at, &mut |at, answer| {
                let status = at.rsplit('/').next().unwrap_or_default();
                let end = match status {
                    status if status.starts_with('2') && has_one => "Response".to_owned(),
                    status if status.starts_with('2') => format!("Response{status}"),
                    status => reason(status),
                };
                self.answer(answer, &format!("{words}{end}"), at);
            });
        }
    }

    fn parameter(&mut self, parameter: &mut Value, words: &str, at: &str) {
        if let Some(schema) = parameter.get_mut("schema") {
            self.schema(schema, Place::Parameter, words, &below(at, "schema"));
        }
        self.content(parameter, words, at);
    }

    fn answer(&mut self, answer: &mut Value, words: &str, at: &str) {
        self.content(answer, words, at);
        for_each(answer, "headers", at, &mut |at, header| {
            let name = at.rsplit('/').next().unwrap_or_default();
            let words = with(words, &type_words(name));
            self.parameter(header, &words, at);
        });
    }

    /// Visits the schemas of all media types. Adds a suffix to the names of schemas for forms and
    /// multipart bodies.
    fn content(&mut self, holder: &mut Value, words: &str, at: &str) {
        for_each(holder, "content", at, &mut |at, media| {
            let name = at.rsplit('/').next().unwrap_or_default().replace("~1", "/");
            let words = match MediaType::of(&name) {
                MediaType::Form => with(words, "Form"),
                MediaType::Multipart => with(words, "Multipart"),
                _ => words.to_owned(),
            };
            if let Some(schema) = media.get_mut("schema") {
                self.schema(schema, Place::Other, &words, &below(at, "schema"));
            }
        });
    }

    /// Extracts schemas that need a name, innermost first.
    fn schema(&mut self, value: &mut Value, place: Place, words: &str, at: &str) {
        let Some(schema) = value.as_object_mut() else {
            return;
        };
        if schema.contains_key("$ref") {
            return;
        }
        let taken = !matches!(place, Place::Named | Place::Part)
            && needs_name(schema, place == Place::Parameter);
        let is_root = taken || place == Place::Named;
        // Nested schemas of an object parameter are not parameters themselves.
        let inner = match place {
            Place::Parameter if !taken => Place::Parameter,
            _ => Place::Other,
        };
        for (key, end) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(held) = schema.get_mut(key).filter(|held| held.is_object()) {
                self.schema(held, inner, &with(words, end), &below(at, key));
            }
        }
        let is_parameter = inner == Place::Parameter;
        let of_properties = if is_parameter { inner } else { Place::Property };
        for (name, property) in schema
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            let at = below(&below(at, "properties"), name);
            self.schema(
                property,
                of_properties,
                &with(words, &type_words(name)),
                &at,
            );
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            let Some(Value::Array(parts)) = schema.get_mut(key) else {
                continue;
            };
            for (index, part) in parts.iter_mut().enumerate() {
                let at = below(&below(at, key), &index.to_string());
                let place = match key {
                    "allOf" if is_root => Place::Part,
                    _ => inner,
                };
                let end = match place {
                    // Schemas in an `allOf` part are named as if they were directly in the schema.
                    Place::Part => String::new(),
                    _ => choice_words(part),
                };
                self.schema(part, place, &with(words, &end), &at);
            }
        }
        if taken {
            self.take(schema, place, words, at);
        }
    }

    /// Replaces a schema with a reference, and keeps the keys that describe its use.
    fn take(&mut self, schema: &mut Map<String, Value>, place: Place, words: &str, at: &str) {
        let mut own = std::mem::take(schema);
        let shape = shape::of(&own);
        let name = wanted(&own, words);
        // A type with a shared name gets a description that fits all of its uses.
        let common = match name.as_str() {
            "AnyObject" => Some("Object with any properties."),
            "TextMap" => Some("Strings by name."),
            "IntegerMap" | "NumberMap" => Some("Numbers by name."),
            "FlagMap" => Some("Booleans by name."),
            _ => None,
        };
        let is_enum = own.contains_key("enum");
        let reference = json!({ "$ref": format!("{UNNAMED}{shape}") });
        let mut about = Map::new();
        for key in USAGE_KEYS {
            let is_kept = match key {
                "title" | "example" => continue,
                // The type keeps the description, and a property gets a copy of it.
                "description" => place == Place::Property,
                // Only the defaults of enums become code.
                "default" => is_enum,
                _ => true,
            };
            let value = match key {
                "description" => own.get(key).cloned(),
                _ => own.remove(key),
            };
            if let (true, Some(value)) = (is_kept, value) {
                about.insert(key.to_owned(), value);
            }
        }
        if let Some(common) = common {
            own.insert("description".to_owned(), json!(common));
        }
        if about.is_empty() {
            schema.insert("$ref".to_owned(), reference["$ref"].clone());
        } else {
            schema.insert("allOf".to_owned(), json!([reference]));
            schema.extend(about);
        }
        match self.groups.get_mut(&shape) {
            Some(group) => {
                group.places += 1;
                if group.first.len() < 4 {
                    group.first.push(at.to_owned());
                }
                let key = |name: &str, at: &str| (name.len(), name.to_owned(), at.to_owned());
                if key(&name, at) < key(&group.name, &group.at) {
                    group.schema = Value::Object(own);
                    group.name = name;
                    group.at = at.to_owned();
                }
            }
            None => {
                let group = Group {
                    schema: Value::Object(own),
                    name,
                    at: at.to_owned(),
                    places: 1,
                    first: vec![at.to_owned()],
                };
                self.groups.insert(shape, group);
            }
        }
    }

    /// Returns the name of each schema: the name of an equal component, or a new one.
    fn names(&self, document: &Value, known: &BTreeMap<String, String>) -> HashMap<String, String> {
        let schemas = members(&document["components"], "schemas");
        let mut taken: BTreeSet<String> = schemas.keys().cloned().collect();
        let mut names = HashMap::new();
        let mut order: Vec<(&String, &Group)> = Vec::new();
        for (shape, group) in &self.groups {
            match known.get(shape) {
                Some(name) => drop(names.insert(shape.clone(), name.clone())),
                None => order.push((shape, group)),
            }
        }
        // Sort by name and shape, which are independent of the document's order.
        order.sort_by(|(one, a), (other, b)| (&a.name, one).cmp(&(&b.name, other)));
        let mut late = Vec::new();
        for (shape, group) in order {
            match taken.insert(group.name.clone()) {
                true => drop(names.insert(shape.clone(), group.name.clone())),
                false => late.push((shape, group)),
            }
        }
        for (shape, group) in late {
            let mut name = format!("{}X{}", group.name, &shape[..8.min(shape.len())]);
            while !taken.insert(name.clone()) {
                name.push('x');
            }
            names.insert(shape.clone(), name);
        }
        names
    }
}

fn with(words: &str, end: &str) -> String {
    format!("{words}{end}")
}

/// Returns the type name for a parameter of an operation or a path.
fn parameter_type_name(parameter: &Value, words: &str) -> String {
    let name = parameter
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    format!("{}{}Parameter", type_words(words), type_words(name))
}

fn report(
    finder: &Finder,
    known: &BTreeMap<String, String>,
    names: &HashMap<String, String>,
    notes: &mut Notes,
) {
    for (shape, group) in &finder.groups {
        let is_component = known.contains_key(shape);
        if group.places < 2 && !is_component {
            continue;
        }
        let Some(name) = names.get(shape) else {
            continue;
        };
        for at in &group.first {
            let text = match is_component {
                true => {
                    format!("an inline schema that equals `{name}` is replaced with it")
                }
                false => format!(
                    "{} equal inline schemas share the name `{name}`",
                    group.places
                ),
            };
            notes.change(TOPIC, at, text);
        }
    }
    let count = finder
        .groups
        .values()
        .map(|group| group.places)
        .sum::<usize>();
    if count > 0 {
        notes.change(
            TOPIC,
            "",
            format!("inline objects, unions and enums are named after their locations: {count}"),
        );
    }
}

fn insert(
    document: &mut Value,
    finder: Finder,
    known: &BTreeMap<String, String>,
    names: &HashMap<String, String>,
    new: &dyn Fn(&str) -> Option<String>,
    notes: &mut Notes,
) {
    let mut made: BTreeMap<String, Group> = BTreeMap::new();
    for (shape, group) in finder.groups {
        if let (false, Some(name)) = (known.contains_key(&shape), names.get(&shape)) {
            made.insert(name.clone(), group);
        }
    }
    if made.is_empty() {
        return;
    }
    if !document["components"].is_object() {
        document["components"] = json!({});
    }
    if !document["components"]["schemas"].is_object() {
        document["components"]["schemas"] = json!({});
    }
    let moves: Vec<(String, String)> = made
        .iter()
        .map(|(name, group)| (component("schemas", name), group.at.clone()))
        .collect();
    notes.moved_all(moves);
    for (name, mut group) in made {
        rewrite(&mut group.schema, new);
        document["components"]["schemas"][&name] = group.schema;
    }
}

#[cfg(test)]
mod tests {
    use super::name_all;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn named(document: Value) -> (Value, Value, String) {
        let (document, report) = passed(document, name_all);
        let schemas = document["components"]["schemas"].clone();
        (document, schemas, report)
    }

    #[test]
    fn inline_schemas_are_named_after_their_location() {
        let object = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
        let (document, schemas, _) = named(json!({
            "components": { "schemas": { "User": { "type": "object", "properties": {
                "home": { "type": "object", "description": "Where.", "nullable": true, "properties": { "geo": { "type": "object", "properties": { "lat": { "type": "number" } } } } },
                "state": { "type": "string", "enum": ["on", "off"], "default": "on" },
                "one": { "type": "string", "enum": ["on"] },
                "any": { "type": "object" }, "texts": { "type": "object", "additionalProperties": { "type": "string" } },
            } } } },
            "paths": { "/a": { "post": {
                "operationId": "create_a",
                "parameters": [{ "name": "sort", "in": "query", "schema": { "type": "string", "enum": ["up", "down"] } }],
                "requestBody": { "content": { "application/json": { "schema": { "type": "array", "items": object } } } },
                "responses": {
                    "200": { "content": { "application/json": { "schema": { "oneOf": [to("User"), { "type": "integer" }] } } } },
                    "404": { "content": { "application/json": { "schema": { "type": "object", "properties": { "e": {} } } } } },
                },
            } } },
        }));
        let user = &schemas["User"]["properties"];
        assert_eq!(
            user["home"],
            json!({ "allOf": [to("UserHome")], "description": "Where.", "nullable": true })
        );
        assert_eq!(schemas["UserHome"]["properties"]["geo"], to("UserHomeGeo"));
        assert_eq!(
            user["state"],
            json!({ "allOf": [to("UserState")], "default": "on" })
        );
        assert_eq!(user["one"], json!({ "type": "string", "enum": ["on"] }));
        assert_eq!(
            (&user["any"], &user["texts"]),
            (&to("AnyObject"), &to("TextMap"))
        );
        let post = &document["paths"]["/a"]["post"];
        assert!(post["parameters"][0]["schema"]["enum"].is_array());
        let schema = |part: &Value| part["content"]["application/json"]["schema"].clone();
        assert_eq!(
            schema(&post["requestBody"])["items"],
            to("CreateARequestItem")
        );
        assert_eq!(schema(&post["responses"]["200"]), to("CreateAResponse"));
        assert_eq!(schema(&post["responses"]["404"]), to("CreateANotFound"));
        assert!(schemas["CreateAResponse"]["oneOf"].is_array());
    }

    #[test]
    fn equal_inline_schemas_become_one_type_in_any_order() {
        let address = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
        let of = |names: &[&str]| {
            let schemas: serde_json::Map<String, Value> = names
                .iter()
                .map(|name| ((*name).to_owned(), json!({ "type": "object", "properties": { "address": address, (*name): {} } })))
                .collect();
            named(json!({ "components": { "schemas": schemas } })).1
        };
        let (one, other) = (of(&["Pet", "Customer"]), of(&["Customer", "Pet"]));
        assert_eq!(one["Customer"]["properties"]["address"], to("PetAddress"));
        assert_eq!(one["PetAddress"], address);
        assert_eq!(one, other);
        assert!(one.get("CustomerAddress").is_none());
    }

    #[test]
    fn an_equal_component_replaces_an_inline_schema_and_clashing_names_get_a_suffix() {
        let (_, schemas, report) = named(json!({ "components": { "schemas": {
            "Address": { "type": "object", "properties": { "city": { "type": "string" } } },
            "User": { "type": "object", "properties": {
                "home": { "type": "object", "description": "Home.", "properties": { "city": { "type": "string" } } },
                "other": { "type": "object", "properties": { "x": {} } },
            } },
            "UserOther": { "type": "string" },
        } } }));
        assert_eq!(
            schemas["User"]["properties"]["home"],
            json!({ "allOf": [to("Address")], "description": "Home." })
        );
        let other = schemas["User"]["properties"]["other"]["$ref"]
            .as_str()
            .unwrap();
        assert!(
            other.starts_with("#/components/schemas/UserOtherX") && other.len() > 30,
            "{other}"
        );
        assert!(report.contains("that equals `Address`"), "{report}");
    }

    #[test]
    fn choices_are_named_after_a_title_a_tag_or_a_required_property() {
        let (_, schemas, _) = named(json!({ "components": { "schemas": { "Event": { "oneOf": [
            { "type": "object", "title": "Pet sold", "properties": { "a": {} } },
            { "type": "object", "properties": { "kind": { "type": "string", "enum": ["moved"] } } },
            { "type": "object", "required": ["z"], "properties": { "b": {}, "z": {} } },
            { "type": "array", "items": { "type": "string" } },
        ] } } } }));
        let names: Vec<&str> = schemas["Event"]["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|choice| choice["$ref"].as_str())
            .collect();
        let expected = ["EventPetSold", "EventMoved", "EventWithZ"]
            .map(|name| format!("#/components/schemas/{name}"));
        assert_eq!(names, expected);
    }
}
