//! Names of components: names of schemas are PascalCase, and other names consist of letters,
//! digits, `_`, `.` and `-`. References and discriminator mappings are updated.

use crate::command::import::draft::{Draft, component};
use crate::command::import::schemas::class::name_of;
use crate::command::import::schemas::words::{LONGEST, in_ascii, schema_name, shortened};
use crate::name;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const TOPIC: &str = "names";

const SECTIONS: [&str; 5] = [
    "schemas",
    "parameters",
    "headers",
    "requestBodies",
    "responses",
];

/// Renames components with invalid names, and updates everything that refers to them.
pub(crate) fn clean(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for section in SECTIONS {
        let Some(all) = document["components"]
            .get_mut(section)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let names: Vec<&str> = all.keys().map(String::as_str).collect();
        let new = match section {
            "schemas" => name::distinct(&names, schema_name),
            _ => name::distinct(&names, non_schema_name),
        };
        let changed: Vec<(String, String)> = names
            .iter()
            .zip(new)
            .filter(|(old, new)| *old != new)
            .map(|(old, new)| ((*old).to_owned(), new))
            .collect();
        if changed.is_empty() {
            continue;
        }
        let by_old: BTreeMap<&str, &str> = changed
            .iter()
            .map(|(old, new)| (old.as_str(), new.as_str()))
            .collect();
        let old = std::mem::take(all);
        for (name, value) in old {
            let name = by_old
                .get(name.as_str())
                .map_or(name.clone(), |new| (*new).to_owned());
            all.insert(name, value);
        }
        for (old, new) in &changed {
            let spelling = |text: &str| -> String {
                text.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase())
                    .collect()
            };
            // A change that affects only case or punctuation is not worth reporting.
            if spelling(old) != spelling(new) {
                let text = format!(
                    "`{}` of components.{section} is renamed to `{new}`",
                    old.replace('`', "'")
                );
                notes.change(TOPIC, &component(section, old), text);
            }
        }
        notes.moved_all(
            changed
                .iter()
                .map(|(old, new)| (component(section, new), component(section, old))),
        );
        renamed.extend(changed.iter().map(|(old, new)| {
            (
                format!("#{}", component(section, old)),
                format!("#{}", component(section, new)),
            )
        }));
    }
    if !renamed.is_empty() {
        rewrite(document, &|text| renamed.get(text).cloned());
    }
    Ok(())
}

/// Returns a valid name for a component other than a schema; keeps the name if it is valid.
fn non_schema_name(wire: &str) -> String {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    match !wire.is_empty()
        && wire.len() <= LONGEST
        && wire.chars().all(is_legal)
        && wire.chars().any(|c| c.is_ascii_alphanumeric())
    {
        true => wire.to_owned(),
        false => shortened(&name::type_name(&in_ascii(wire)), wire),
    }
}

/// In a value, replaces each reference and discriminator mapping for which `new` returns a new one.
pub(super) fn rewrite(value: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::Object(object) => rewrite_object(object, new),
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, new)),
        _ => {}
    }
}

fn rewrite_object(object: &mut Map<String, Value>, new: &dyn Fn(&str) -> Option<String>) {
    if let Some(Value::String(text)) = object.get_mut("$ref")
        && let Some(new) = new(text)
    {
        *text = new;
    }
    if let Some(discriminator) = object.get_mut("discriminator")
        && let Some(Value::Object(mapping)) = discriminator.get_mut("mapping")
    {
        for (_, to) in mapping.iter_mut() {
            if let Some(new) = to.as_str().and_then(new) {
                *to = json!(new);
            }
        }
    }
    // In a schema, `default` is a value. Among responses, it is a response.
    let is_schema = SCHEMA_KEYS.iter().any(|key| object.contains_key(*key));
    for (key, inner) in object.iter_mut() {
        let is_value = match key.as_str() {
            "example" | "examples" | "enum" => true,
            "default" => is_schema,
            _ => false,
        };
        if !is_value || is_likely_schema(inner) {
            rewrite(inner, new);
        }
    }
}

/// Keys that identify an object as a schema.
const SCHEMA_KEYS: [&str; 8] = [
    "type",
    "properties",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "$ref",
    "additionalProperties",
];

/// Returns whether a value is a schema, such as the schema of a property called `default`.
fn is_likely_schema(value: &Value) -> bool {
    SCHEMA_KEYS.iter().any(|key| value.get(*key).is_some()) || name_of(value).is_some()
}

#[cfg(test)]
mod tests {
    use super::clean;
    use crate::command::import::schemas::testing::passed;
    use crate::command::import::schemas::words::in_ascii;
    use serde_json::{Value, json};

    fn names(schemas: Value) -> Vec<String> {
        let (document, _) = passed(json!({ "components": { "schemas": schemas } }), clean);
        document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }

    #[test]
    fn invalid_schema_names_become_distinct_type_names() {
        let found = names(json!({
            "simple-user": {}, "a b": {}, "../../etc/passwd": {}, "2fa": {}, "Größe": {}, "用户": {}, "self": {}, "Dog.Cat": {},
        }));
        let expected = [
            "SimpleUser",
            "AB",
            "EtcPasswd",
            "X2fa",
            "Groesse",
            "Xe9f6b76d",
            "SelfSchema",
            "DogCat",
        ];
        for (name, expected) in found.iter().zip(expected) {
            if expected.starts_with("Xe9") {
                assert!(name.starts_with('X') && name.is_ascii(), "{name}");
            } else {
                assert_eq!(name, expected);
            }
        }
        let both = names(json!({ "pet": {}, "Pet": {}, "PET": {} }));
        let turned = names(json!({ "PET": {}, "Pet": {}, "pet": {} }));
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(both.clone()), sorted(turned));
        assert!(
            both.contains(&"Pet".to_owned()) && both[0] != both[2],
            "{both:?}"
        );
        let long = names(json!({ "A".repeat(300): {}, format!("{}B", "A".repeat(299)): {} }));
        assert!(long[0].len() <= 100 && long[0] != long[1], "{long:?}");
        assert_eq!(in_ascii("Größe"), "Groesse");
    }

    #[test]
    fn references_and_mappings_follow_a_renamed_component() {
        let (document, report) = passed(
            json!({
                "components": {
                    "schemas": {
                        "a/b": { "type": "string" },
                        "U": { "oneOf": [{ "$ref": "#/components/schemas/a~1b" }], "discriminator": { "propertyName": "k", "mapping": { "x": "#/components/schemas/a~1b" } } },
                        "V": { "properties": { "default": { "$ref": "#/components/schemas/a~1b" } }, "example": { "$ref": "#/components/schemas/a~1b" } },
                    },
                    "responses": { "Not Found": { "description": "" } },
                },
                "paths": { "/a": { "get": { "responses": { "404": { "$ref": "#/components/responses/Not Found" }, "default": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/a~1b" } } } } } } } },
            }),
            clean,
        );
        let schemas = &document["components"]["schemas"];
        let new = json!({ "$ref": "#/components/schemas/AB" });
        assert_eq!(schemas["U"]["oneOf"][0], new);
        assert_eq!(
            schemas["U"]["discriminator"]["mapping"]["x"],
            "#/components/schemas/AB"
        );
        assert_eq!(schemas["V"]["properties"]["default"], new);
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"]["404"]["$ref"],
            "#/components/responses/NotFound"
        );
        let default = "/paths/~1a/get/responses/default/content/application~1json/schema";
        assert_eq!(document.pointer(default), Some(&new));
        assert!(!report.contains("a/b"), "{report}");
    }
}
