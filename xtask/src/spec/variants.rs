//! Expands `x-sdk-variants`: one operation per value of a path parameter, each with its own
//! response type.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::media_type::is_json;
use crate::spec::extension::Extension;
use crate::spec::pointer::resolve;

const METHODS: [&str; 7] = ["get", "put", "post", "patch", "delete", "head", "options"];

/// Returns the document with one operation per value. If there is nothing to expand, returns the
/// document unchanged.
pub(crate) fn expand(root: &Value) -> Cow<'_, Value> {
    let Some(paths) = root.get("paths").and_then(Value::as_object) else {
        return Cow::Borrowed(root);
    };
    let mark = Extension::Variants.name();
    let has_mark = |item: &Value| {
        METHODS
            .iter()
            .any(|method| item[*method].get(mark).is_some())
    };
    if !paths.values().any(has_mark) {
        return Cow::Borrowed(root);
    }
    let mut expanded = Map::new();
    for (path, item) in paths {
        let mut rest = item.clone();
        for method in METHODS {
            if item[method].get(mark).is_some()
                && let Some(rest) = rest.as_object_mut()
            {
                rest.remove(method);
                for (path, operation) in operations(root, path, item, &item[method]) {
                    let own = expanded.entry(path).or_insert_with(|| json!({}));
                    own[method] = operation;
                }
            }
        }
        if METHODS.iter().any(|method| rest.get(method).is_some()) {
            expanded.insert(path.clone(), rest);
        }
    }
    let mut root = root.clone();
    root["paths"] = Value::Object(expanded);
    Cow::Owned(root)
}

/// Returns the number of operations of a document. All variants of an operation count as one.
pub(crate) fn count(root: &Value) -> usize {
    let paths = root.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(Map::values);
    items
        .map(|item| {
            METHODS
                .iter()
                .filter(|method| item.get(**method).is_some())
                .count()
        })
        .sum()
}

/// Returns the document in the vendor's form: one operation for all values, with a union of all types
/// as its response.
pub(crate) fn with_response_unions(root: &Value) -> Value {
    let mut root = root.clone();
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let values = operation[Extension::Variants.name()]["values"].as_object();
            let names = values.into_iter().flat_map(Map::values);
            let mut schemas: Vec<Value> = Vec::new();
            for schema in names.filter_map(Value::as_str).map(reference) {
                if !schemas.contains(&schema) {
                    schemas.push(schema);
                }
            }
            if !schemas.is_empty() {
                answer(operation, &json!({ "oneOf": schemas }));
            }
        }
    }
    root
}

/// Returns the id of the operation for a value.
pub(crate) fn operation_id(operation: &str, value: &str) -> String {
    crate::name::field(&format!("{operation}_by_{value}"))
}

/// Returns the path and operation for each value.
fn operations(root: &Value, path: &str, item: &Value, operation: &Value) -> Vec<(String, Value)> {
    let variants = &operation[Extension::Variants.name()];
    let (Some(parameter), Some(values)) = (
        variants["parameter"].as_str(),
        variants["values"].as_object(),
    ) else {
        return Vec::new();
    };
    let list = |node: &Value| node["parameters"].as_array().cloned().unwrap_or_default();
    let mut parameters = list(item);
    parameters.extend(list(operation));
    parameters.retain(|node| {
        let node = resolve(root, node);
        node["in"] != "path" || node["name"] != *parameter
    });
    let id = operation["operationId"].as_str().unwrap_or_default();
    let description = operation["description"].as_str().unwrap_or_default();
    values
        .iter()
        .map(|(value, schema)| {
            let mut one = operation.clone();
            if let Some(one) = one.as_object_mut() {
                one.remove(Extension::Variants.name());
                // The vendor's id identifies all variants together, so individual variants don't
                // keep it.
                one.remove(Extension::UpstreamOperationId.name());
            }
            one["operationId"] = operation_id(id, value).into();
            one["parameters"] = parameters.clone().into();
            if let (None, Some(servers)) = (operation.get("servers"), item.get("servers")) {
                one["servers"] = servers.clone();
            }
            one["description"] = format!(
                "{description}\n\nThis variant of the operation sets `{parameter}` to `{value}`."
            )
            .into();
            answer(&mut one, &reference(schema.as_str().unwrap_or_default()));
            let path = path.replace(&format!("{{{parameter}}}"), value);
            (path, one)
        })
        .collect()
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// Sets the schema of every JSON success response.
fn answer(operation: &mut Value, schema: &Value) {
    let answers = operation["responses"].as_object_mut();
    for (_, answer) in answers
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
    {
        let content = answer.get_mut("content").and_then(Value::as_object_mut);
        for (_, media) in content
            .into_iter()
            .flatten()
            .filter(|(name, _)| is_json(name))
        {
            media["schema"] = schema.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variant_becomes_an_operation_with_its_own_path_and_response() {
        let media =
            json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Any" } } });
        let root = json!({
            "paths": { "/reports/{by}": {
                "parameters": [{ "name": "by", "in": "path" }],
                "get": {
                    "operationId": "get_report",
                    "x-upstream-operation-id": "report",
                    "description": "Reads a report.",
                    "parameters": [{ "name": "day", "in": "query" }],
                    "x-sdk-variants": { "parameter": "by", "values": { "land": "ByLand", "day": "ByDay" } },
                    "responses": { "200": { "content": media }, "400": { "content": media } }
                },
                "delete": { "operationId": "delete_report" }
            } }
        });
        let expanded = expand(&root);
        let paths = expanded["paths"].as_object().unwrap();
        let names: Vec<&String> = paths.keys().collect();
        assert_eq!(names, ["/reports/land", "/reports/day", "/reports/{by}"]);
        let land = &paths["/reports/land"]["get"];
        assert_eq!(land["operationId"], "get_report_by_land");
        assert_eq!(
            land["parameters"],
            json!([{ "name": "day", "in": "query" }])
        );
        assert!(land.get("x-upstream-operation-id").is_none());
        let schema = |status: &str| {
            &land["responses"][status]["content"]["application/json"]["schema"]["$ref"]
        };
        assert_eq!(schema("200"), "#/components/schemas/ByLand");
        assert_eq!(schema("400"), "#/components/schemas/Any");
        assert!(paths["/reports/{by}"].get("get").is_none());
        assert!(paths["/reports/{by}"].get("delete").is_some());
        let whole = with_response_unions(&root);
        let answer = &whole["paths"]["/reports/{by}"]["get"]["responses"];
        assert_eq!(
            answer["200"]["content"]["application/json"]["schema"]["oneOf"],
            json!([reference("ByLand"), reference("ByDay")])
        );
        assert_eq!(
            answer["400"],
            root["paths"]["/reports/{by}"]["get"]["responses"]["400"]
        );
    }
}
