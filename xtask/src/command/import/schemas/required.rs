//! Ensures that required names are names of properties, and that each default is valid for its
//! schema. Both checks follow references.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::class::name_of;
use crate::command::import::schemas::value::as_type;
use crate::command::import::schemas::value::brief;
use crate::command::import::visit;
use crate::model::{elements, members, text};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const TOPIC: &str = "values";

/// Maximum length of a chain of references and parts.
const MAX_CHAIN_LENGTH: usize = 64;

/// Maximum number of references that are followed from one schema.
const MAX_PARTS: usize = 4096;

/// Runs the pass.
pub(crate) fn settle(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let snapshot = document["components"]["schemas"].clone();
    let empty = Map::new();
    let all = snapshot.as_object().unwrap_or(&empty);
    push_down_requirements(document, all, notes);
    let snapshot = document["components"]["schemas"].clone();
    let all = snapshot.as_object().unwrap_or(&empty);
    let known = Properties::of(all);
    let parts = parts_of_components(all);
    visit::schemas(document, &mut |at, value| {
        if value.get("$ref").is_some() {
            return;
        }
        if !parts.contains(at) {
            required(at, value, &known, notes);
        }
        default(at, value, all, notes);
    });
    Ok(())
}

/// If a schema requires a property that only the schemas extending it declare, moves the
/// requirement to these schemas.
fn push_down_requirements(document: &mut Value, all: &Map<String, Value>, notes: &mut Notes) {
    let known = Properties::of(all);
    let mut children: BTreeMap<String, BTreeSet<&String>> = BTreeMap::new();
    for (name, schema) in all {
        for parent in elements(schema, "allOf").iter().filter_map(name_of) {
            children.entry(parent).or_default().insert(name);
        }
    }
    for (parent, children) in children {
        let Some((schema, declared)) = all.get(&parent).zip(known.known.get(parent.as_str()))
        else {
            continue;
        };
        let own = elements(schema, "required")
            .iter()
            .filter_map(Value::as_str);
        let missing: Vec<&str> = own.filter(|name| !declared.contains(name)).collect();
        for name in missing {
            let mut is_declared = false;
            for child in &children {
                let Some(schema) = document["components"]["schemas"].get_mut(child.as_str()) else {
                    continue;
                };
                let mut own = BTreeSet::new();
                gather_inline(schema, &mut own);
                if own.contains(name)
                    && let Some(schema) = schema.as_object_mut()
                {
                    is_declared = true;
                    let required = schema.entry("required").or_insert_with(|| json!([]));
                    if let Some(required) = required.as_array_mut()
                        && !required.contains(&json!(name))
                    {
                        required.push(json!(name));
                    }
                }
            }
            if !is_declared {
                continue;
            }
            let required = document["components"]["schemas"][&parent].get_mut("required");
            if let Some(Value::Array(required)) = required {
                required.retain(|known| known != name);
            }
            let at = crate::command::import::draft::component("schemas", &parent);
            let text = format!(
                "`{}` is required by `{parent}` but declared by schemas that extend it: the requirement moves to them",
                brief(name)
            );
            notes.change(TOPIC, &at, text);
        }
    }
}

/// Collects the properties that a schema and its unnamed parts declare.
fn gather_inline(schema: &Value, found: &mut BTreeSet<String>) {
    found.extend(members(schema, "properties").keys().cloned());
    for part in elements(schema, "allOf") {
        gather_inline(part, found);
    }
}

/// Returns the pointers of the `allOf` parts of named schemas. These parts are checked together
/// with the schema, because an unnamed part may require properties that other parts declare.
fn parts_of_components(all: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, schema) in all {
        let at = crate::command::import::draft::component("schemas", name);
        for index in 0..elements(schema, "allOf").len() {
            found.insert(format!("{at}/allOf/{index}"));
        }
    }
    found
}

/// Properties of named schemas, including the properties of their parts.
struct Properties<'d> {
    all: &'d Map<String, Value>,
    known: HashMap<&'d str, BTreeSet<&'d str>>,
}

impl<'d> Properties<'d> {
    fn of(all: &'d Map<String, Value>) -> Self {
        let mut properties = Self {
            all,
            known: HashMap::new(),
        };
        // Only schemas that require properties matter.
        for (name, schema) in all {
            if requires(schema) {
                let mut found = BTreeSet::new();
                properties.gather(schema, &mut found, &mut BTreeSet::new(), 0);
                properties.known.insert(name, found);
            }
        }
        properties
    }

    fn gather(
        &self,
        schema: &'d Value,
        found: &mut BTreeSet<&'d str>,
        seen: &mut BTreeSet<String>,
        depth: usize,
    ) {
        if depth > MAX_CHAIN_LENGTH || seen.len() > MAX_PARTS {
            return;
        }
        if let Some(name) = name_of(schema) {
            if let Some(named) = self.all.get(&name)
                && seen.insert(name)
            {
                self.gather(named, found, seen, depth + 1);
            }
            return;
        }
        found.extend(members(schema, "properties").keys().map(String::as_str));
        for part in elements(schema, "allOf") {
            self.gather(part, found, seen, depth + 1);
        }
    }
}

fn requires(schema: &Value) -> bool {
    !elements(schema, "required").is_empty() || elements(schema, "allOf").iter().any(requires)
}

/// Removes undeclared names from `required`. If no choice declares the name, adds an optional
/// property that accepts any JSON. Users can then send the property, and responses without it are
/// valid.
fn required(at: &str, value: &mut Value, known: &Properties<'_>, notes: &mut Notes) {
    if !requires(value) {
        return;
    }
    let name = at
        .strip_prefix("/components/schemas/")
        .filter(|name| !name.contains('/'));
    let name = name.map(|name| name.replace("~1", "/").replace("~0", "~"));
    let own: BTreeSet<String> = match name.as_deref().and_then(|name| known.known.get(name)) {
        Some(found) => found.iter().map(|name| (*name).to_owned()).collect(),
        None => {
            let copy = value.clone();
            let mut found = BTreeSet::new();
            let inner = Properties {
                all: known.all,
                known: HashMap::new(),
            };
            gather_owned(&inner, &copy, &mut found);
            found
        }
    };
    let mut missing = BTreeSet::new();
    take_undeclared(value, &own, &mut missing);
    if missing.is_empty() {
        return;
    }
    let in_choices = choice_property_names(value, known.all);
    let Some(object) = value.as_object_mut() else {
        return;
    };
    for name in missing {
        if in_choices.contains(&name) {
            notes.change(
                TOPIC,
                at,
                format!(
                    "`{}` is required, but only the choices declare it: each choice specifies whether it is required",
                    brief(&name)
                ),
            );
            continue;
        }
        let properties = object.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            properties.entry(name.clone()).or_insert_with(
                || json!({ "description": "Required but not declared by the document." }),
            );
        }
        notes.change(
            TOPIC,
            at,
            format!(
                "`{}` is required but not declared: it becomes an optional property that accepts any JSON",
                brief(&name)
            ),
        );
    }
    object.entry("type").or_insert_with(|| json!("object"));
    if object.contains_key("allOf") || object.contains_key("oneOf") || object.contains_key("anyOf")
    {
        object.remove("type");
    }
}

fn gather_owned(known: &Properties<'_>, schema: &Value, found: &mut BTreeSet<String>) {
    found.extend(members(schema, "properties").keys().cloned());
    for part in elements(schema, "allOf") {
        match name_of(part) {
            Some(name) => {
                let mut inner = BTreeSet::new();
                if let Some(named) = known.all.get(&name) {
                    known.gather(named, &mut inner, &mut BTreeSet::from([name]), 0);
                }
                found.extend(inner.into_iter().map(str::to_owned));
            }
            None => gather_owned(known, part, found),
        }
    }
}

/// Moves unknown names from the `required` lists of a schema and its unnamed parts to `missing`.
fn take_undeclared(value: &mut Value, known: &BTreeSet<String>, missing: &mut BTreeSet<String>) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(names)) = object.get_mut("required") {
        names.retain(|name| match name.as_str() {
            Some(name) if known.contains(name) => true,
            Some(name) => {
                missing.insert(name.to_owned());
                false
            }
            None => false,
        });
        if names.is_empty() {
            object.remove("required");
        }
    }
    if let Some(Value::Array(parts)) = object.get_mut("allOf") {
        for part in parts.iter_mut().filter(|part| part.get("$ref").is_none()) {
            take_undeclared(part, known, missing);
        }
    }
}

/// Returns the property names of all choices.
fn choice_property_names(schema: &Value, all: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for choice in elements(schema, "oneOf")
        .iter()
        .chain(elements(schema, "anyOf"))
    {
        let choice = name_of(choice)
            .and_then(|name| all.get(&name))
            .unwrap_or(choice);
        found.extend(members(choice, "properties").keys().cloned());
    }
    found
}

/// Converts a default to the type of its schema, and removes a default that is not valid for the
/// schema.
fn default(at: &str, value: &mut Value, all: &Map<String, Value>, notes: &mut Notes) {
    let Some(default) = value.get("default") else {
        return;
    };
    let schema: &Value = value;
    let (kind, _) = kind_of(schema, all, 0);
    // A default of another type, such as a number in a string, may represent a value of the type.
    let meant = match kind {
        Some(kind) => as_type(kind, default),
        None => Some(default.clone()),
    };
    let fits = meant.filter(|meant| fits(schema, meant, all, 0));
    let text = brief(&default.to_string());
    let Some(object) = value.as_object_mut() else {
        return;
    };
    match fits {
        Some(meant) => drop(object.insert("default".to_owned(), meant)),
        None => {
            object.remove("default");
            notes.loss(
                TOPIC,
                at,
                format!("the default `{text}` is not valid for its schema and is omitted"),
            );
        }
    }
}

/// Returns the type of a schema, and the depth at which the type was found. Follows references, and
/// each `allOf` with a single part.
fn kind_of<'v>(
    schema: &'v Value,
    all: &'v Map<String, Value>,
    depth: usize,
) -> (Option<&'v str>, usize) {
    if depth > MAX_CHAIN_LENGTH {
        return (None, depth);
    }
    if let Some(name) = name_of(schema) {
        return all
            .get(&name)
            .map_or((None, depth), |named| kind_of(named, all, depth + 1));
    }
    match text(schema, "type") {
        "" => match elements(schema, "allOf") {
            [only] => kind_of(only, all, depth + 1),
            _ => (None, depth),
        },
        kind => (Some(kind), depth),
    }
}

/// Maximum depth of values that are checked.
const MAX_VALUE_DEPTH: usize = 16;

/// Checks a value in the same way as lint: against the types, enums, bounds and required properties
/// of the schema, its parts, its items and its properties.
fn fits(schema: &Value, value: &Value, all: &Map<String, Value>, depth: usize) -> bool {
    if depth > MAX_VALUE_DEPTH {
        return true;
    }
    let mut open = vec![schema];
    let mut seen = 0;
    while let Some(part) = open.pop() {
        seen += 1;
        if seen > 256 {
            return true;
        }
        if let Some(name) = name_of(part) {
            open.extend(all.get(&name));
            continue;
        }
        open.extend(elements(part, "allOf"));
        if !part_fits(part, value, all, depth) {
            return false;
        }
    }
    true
}

fn part_fits(part: &Value, value: &Value, all: &Map<String, Value>, depth: usize) -> bool {
    let kind = text(part, "type");
    if value.is_null() {
        return kind.is_empty() || part.get("nullable") == Some(&Value::Bool(true));
    }
    if !kind.is_empty() && !crate::command::import::schemas::types::is_of(kind, value) {
        return false;
    }
    let values = elements(part, "enum");
    if !values.is_empty() && !values.contains(value) {
        return false;
    }
    let (low, high, size) = match value {
        Value::Number(number) => ("minimum", "maximum", number.as_f64()),
        Value::String(text) => ("minLength", "maxLength", Some(text.chars().count() as f64)),
        Value::Array(items) => ("minItems", "maxItems", Some(items.len() as f64)),
        _ => ("", "", None),
    };
    let bound = |key: &str| part.get(key).and_then(Value::as_f64);
    if size.is_some_and(|size| {
        bound(low).is_some_and(|least| size < least) || bound(high).is_some_and(|most| size > most)
    }) {
        return false;
    }
    match value {
        Value::Array(values) => match part.get("items") {
            Some(items) => values
                .iter()
                .all(|value| fits(items, value, all, depth + 1)),
            None => true,
        },
        Value::Object(values) => {
            let required = elements(part, "required").iter().filter_map(Value::as_str);
            let properties = members(part, "properties");
            required.into_iter().all(|name| values.contains_key(name))
                && values.iter().all(|(name, value)| {
                    properties
                        .get(name)
                        .is_none_or(|property| fits(property, value, all, depth + 1))
                })
        }
        _ => true,
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

    #[test]
    fn undeclared_required_properties_become_optional_and_accept_any_json() {
        let (schemas, report) = named(json!({
            "Base": { "type": "object", "properties": { "id": { "type": "string" } } },
            "A": { "allOf": [{ "$ref": "#/components/schemas/Base" }, { "required": ["id", "own", "lost"] }], "properties": { "own": {} } },
            "B": { "type": "object", "required": ["x"], "properties": { "y": { "type": "object", "required": ["z"] } } },
        }));
        assert_eq!(schemas["A"]["allOf"][1]["required"], json!(["id", "own"]));
        assert!(
            schemas["A"]["properties"]["lost"]["type"].is_null()
                && schemas["A"]["properties"]["lost"].is_object()
        );
        assert!(
            schemas["B"].get("required").is_none() && schemas["B"]["properties"]["x"].is_object()
        );
        assert!(schemas["B"]["properties"]["y"]["properties"]["z"].is_object());
        assert!(
            report.contains("`lost` is required but not declared"),
            "{report}"
        );
    }

    #[test]
    fn a_requirement_moves_to_the_schemas_that_declare_the_property() {
        let (schemas, _) = named(json!({
            "Page": { "type": "object", "required": ["items", "total"], "properties": { "total": {} } },
            "Pets": { "allOf": [{ "$ref": "#/components/schemas/Page" }], "properties": { "items": {} } },
        }));
        assert_eq!(schemas["Page"]["required"], json!(["total"]));
        assert!(schemas["Page"]["properties"].get("items").is_none());
        assert_eq!(schemas["Pets"]["required"], json!(["items"]));
    }

    #[test]
    fn a_default_that_is_invalid_for_its_schema_is_removed() {
        let to = json!({ "$ref": "#/components/schemas/E" });
        let (schemas, report) = named(json!({
            "E": { "type": "string", "enum": ["a", "b"] },
            "A": { "type": "object", "properties": {
                "good": { "allOf": [to], "default": "a" }, "bad": { "allOf": [to], "default": "c" },
                "low": { "type": "integer", "minimum": 1, "default": 0 }, "list": { "type": "array", "items": to, "default": ["c"] },
            } },
        }));
        let properties = &schemas["A"]["properties"];
        assert_eq!(properties["good"]["default"], "a");
        for name in ["bad", "low", "list"] {
            assert!(properties[name].get("default").is_none(), "{name}");
        }
        assert!(report.contains("the default `0` is not valid"), "{report}");
    }
}
