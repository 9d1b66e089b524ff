//! Assigns each operation to the file of its tag. A component that only one tag uses goes to the
//! file of that tag. All other components go to openapi.yaml.

use super::yaml;
use crate::command::import::visit::usage::Usage;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Returns the contents of each file by its name without `.yaml`.
pub(in crate::command::import) fn files(document: &Value) -> BTreeMap<String, String> {
    let parts = parts(document);
    parts
        .into_iter()
        .map(|(name, part)| (name, yaml::text(&part)))
        .collect()
}

/// Splits the document into files.
fn parts(document: &Value) -> BTreeMap<String, Value> {
    let usage = Usage::of(document);
    let mut parts: BTreeMap<String, Value> = BTreeMap::new();
    let tags = document.get("tags").and_then(Value::as_array);
    for tag in tags
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.get("name")?.as_str())
    {
        parts.insert(tag.to_owned(), json!({"paths": {}, "components": {}}));
    }
    let mut main = document.clone();
    let paths = main
        .as_object_mut()
        .and_then(|main| main.remove("paths"))
        .unwrap_or_default();
    for (path, item) in paths.as_object().cloned().into_iter().flatten() {
        for (method, operation) in item.as_object().cloned().into_iter().flatten() {
            let tag = operation
                .pointer("/tags/0")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if let Some(part) = parts.get_mut(tag) {
                let item = &mut part["paths"][path.as_str()];
                if item.is_null() {
                    *item = json!({});
                }
                item[method.as_str()] = operation;
            }
        }
    }
    let components = main
        .get_mut("components")
        .map(Value::take)
        .unwrap_or_default();
    let mut shared = Map::new();
    for (section, members) in components.as_object().cloned().into_iter().flatten() {
        for (name, component) in members.as_object().cloned().into_iter().flatten() {
            let only = usage
                .only_tag(&section, &name)
                .filter(|_| section != "securitySchemes");
            let holder = match only.and_then(|tag| parts.get_mut(tag)) {
                Some(part) => &mut part["components"],
                None => &mut Value::Null,
            };
            if holder.is_null() {
                let members = shared.entry(section.clone()).or_insert_with(|| json!({}));
                members[name.as_str()] = component;
                continue;
            }
            if holder[section.as_str()].is_null() {
                holder[section.as_str()] = json!({});
            }
            holder[section.as_str()][name.as_str()] = component;
        }
    }
    main["components"] = Value::Object(shared);
    for part in parts.values_mut() {
        if let Some(part) = part.as_object_mut() {
            part.retain(|_, section| {
                section
                    .as_object()
                    .is_none_or(|section| !section.is_empty())
            });
        }
    }
    parts.insert("openapi".to_owned(), main);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_of_one_tag_go_to_its_file_and_shared_ones_to_openapi_yaml() {
        let operation = |tag: &str, schemas: &[&str]| {
            let content: Vec<Value> = schemas
                .iter()
                .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
                .collect();
            json!({"tags": [tag], "x": content})
        };
        let document = json!({
            "tags": [{"name": "a"}, {"name": "b"}],
            "paths": {"/x": {"get": operation("a", &["One", "Shared"]), "put": operation("b", &["Deep"])}},
            "components": {"schemas": {
                "One": {}, "Shared": {}, "Deep": {"items": {"$ref": "#/components/schemas/Shared"}},
                "Base": {"x-sdk-error": {}},
            }, "securitySchemes": {"key": {}}},
        });
        let parts = parts(&document);
        let names = |file: &str| -> Vec<String> {
            parts[file]["components"]["schemas"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(names("a"), ["One"]);
        assert_eq!(names("b"), ["Deep"]);
        assert_eq!(names("openapi"), ["Shared", "Base"]);
        assert!(parts["openapi"]["components"]["securitySchemes"].is_object());
        assert!(parts["a"]["paths"]["/x"].get("put").is_none());
        assert!(parts["b"]["paths"]["/x"]["put"].is_object());
    }
}
