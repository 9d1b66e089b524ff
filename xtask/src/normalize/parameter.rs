//! Names the unions of parameters after the operation and the parameter, like the enums of
//! parameters.

use serde_json::Value;

use super::document::{free_name, reference, schemas_mut};
use super::origin::Origins;
use crate::model::{elements, text};
use crate::name;

pub(super) fn name_unions(root: &mut Value, origins: &mut Origins) {
    let mut found = Vec::new();
    for (path, item) in crate::model::members(root, "paths") {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let id = text(operation, "operationId");
            for (index, parameter) in elements(operation, "parameters").iter().enumerate() {
                let words = format!("{id}_{}", text(parameter, "name"));
                let at = [
                    "paths",
                    path,
                    method,
                    "parameters",
                    &index.to_string(),
                    "schema",
                ]
                .map(|step| step.replace('~', "~0").replace('/', "~1"));
                found.extend(unions(
                    &parameter["schema"],
                    &format!("/{}", at.join("/")),
                    &words,
                ));
            }
        }
    }
    for (name, parameter) in crate::model::members(&root["components"], "parameters") {
        let step = name.replace('~', "~0").replace('/', "~1");
        let at = format!("/components/parameters/{step}/schema");
        found.extend(unions(
            &parameter["schema"],
            &at,
            &format!("{name}_parameter"),
        ));
    }
    for (at, words) in found {
        let name = free_name(root, &name::type_name(&words));
        let Some(node) = root.pointer_mut(&at) else {
            continue;
        };
        let schema = std::mem::replace(node, reference(&name));
        if let Some(schemas) = schemas_mut(root) {
            schemas.insert(name.clone(), schema);
        }
        origins.add(&name, &words);
    }
}

/// Pointers and names of the unions in a parameter's schema: itself, or its items.
fn unions(schema: &Value, at: &str, words: &str) -> Vec<(String, String)> {
    let is_union =
        |schema: &Value| elements(schema, "oneOf").len() > 1 || elements(schema, "anyOf").len() > 1;
    if is_union(schema) {
        return vec![(at.to_owned(), words.to_owned())];
    }
    match schema.get("items") {
        Some(items) if is_union(items) => {
            vec![(format!("{at}/items"), format!("{words}_item"))]
        }
        _ => Vec::new(),
    }
}
