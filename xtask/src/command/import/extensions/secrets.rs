//! Marks properties and parameters as secrets if their names suggest it, so that their values are
//! never printed.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::class::name_of;
use crate::command::import::visit;
use crate::model::{elements, text};
use crate::name;
use crate::secret_name;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const TOPIC: &str = "secrets";

/// Maximum length of a chain of references.
const DEPTH: usize = 64;

/// Marks strings whose names suggest a secret: enums and page tokens as harmless, and all others as
/// secrets.
pub(crate) fn mark(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut harmless = BTreeSet::new();
    visit::schemas(document, &mut |at, schema| {
        for (wire, property) in schema
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            if is_secret(wire) {
                let at = below(&below(at, "properties"), wire);
                mark_one(&at, wire, property, &all, &mut harmless, notes);
            }
        }
    });
    parameters(document, &all, &mut harmless, notes);
    authorization_codes(document, &all, &mut harmless, notes);
    // Strings with an enum are not secrets, even if their names suggest otherwise.
    for name in harmless {
        document["components"]["schemas"][name]["x-sdk-secret"] = json!(false);
    }
    Ok(())
}

/// Returns whether lint treats a value with this name as a secret.
fn is_secret(wire: &str) -> bool {
    secret_name::is_secret(&name::field(wire))
}

/// Returns whether a name refers to a page token, which is a position in a list and not a secret.
fn is_page_token(wire: &str) -> bool {
    let name = name::field(wire);
    let words: Vec<&str> = name.split('_').collect();
    let places = [
        "page",
        "next",
        "continue",
        "continuation",
        "pagination",
        "paging",
        "cursor",
        "sync",
        "prev",
        "previous",
        "starting",
        "resume",
        "marker",
    ];
    words.last() == Some(&"token") && words.iter().any(|word| places.contains(word))
}

fn parameters(
    document: &mut Value,
    all: &Map<String, Value>,
    harmless: &mut BTreeSet<String>,
    notes: &mut Notes,
) {
    let mut see = |at: &str, parameter: &mut Value| {
        let wire = parameter
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if is_secret(&wire)
            && let Some(schema) = parameter.get_mut("schema")
        {
            mark_one(&below(at, "schema"), &wire, schema, all, harmless, notes);
        }
    };
    visit::for_each(
        &mut document["components"],
        "parameters",
        "/components",
        &mut see,
    );
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let at = below("/paths", path);
        visit::for_each(item, "parameters", &at, &mut see);
        for method in visit::METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit::for_each(operation, "parameters", &below(&at, method), &mut see);
            }
        }
    }
}

/// Marks `code` as a secret in token requests, where it is an authorization code.
fn authorization_codes(
    document: &mut Value,
    all: &Map<String, Value>,
    harmless: &mut BTreeSet<String>,
    notes: &mut Notes,
) {
    let mut names = BTreeSet::new();
    visit::operations(document, |_, _, _, operation| {
        if operation.get("x-sdk-token") != Some(&Value::Bool(true)) {
            return;
        }
        let content = operation
            .get("requestBody")
            .and_then(|body| body.get("content"));
        for media in content
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            names.extend(media.get("schema").and_then(name_of));
        }
    });
    let mut open: Vec<String> = names.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let Some(schema) = document["components"]["schemas"].get_mut(&name) else {
            continue;
        };
        for key in ["allOf", "oneOf", "anyOf"] {
            open.extend(elements(schema, key).iter().filter_map(name_of));
        }
        if let Some(code) = schema
            .get_mut("properties")
            .and_then(|properties| properties.get_mut("code"))
        {
            let at = crate::command::import::draft::component("schemas", &name);
            mark_one(&at, "code", code, all, harmless, notes);
        }
    }
}

/// Returns a schema and its `allOf` parts, with each reference replaced with its target.
fn parts<'v>(schema: &'v Value, all: &'v Map<String, Value>) -> Vec<&'v Value> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(part) = open.pop() {
        if found.len() > DEPTH {
            break;
        }
        match name_of(part) {
            Some(name) => open.extend(all.get(&name)),
            None => {
                found.push(part);
                open.extend(elements(part, "allOf"));
            }
        }
    }
    found
}

fn mark_one(
    at: &str,
    wire: &str,
    schema: &mut Value,
    all: &Map<String, Value>,
    harmless: &mut BTreeSet<String>,
    notes: &mut Notes,
) {
    let known = parts(schema, all);
    let is_text = known.iter().any(|part| text(part, "type") == "string");
    let is_marked = known
        .iter()
        .any(|part| text(part, "format") == "password" || part.get("x-sdk-secret").is_some());
    if !is_text || is_marked {
        return;
    }
    let has_values = known.iter().any(|part| !elements(part, "enum").is_empty());
    let named = known
        .iter()
        .find(|part| text(part, "type") == "string")
        .copied()
        .cloned();
    if text(schema, "type") != "string" {
        if has_values {
            harmless.extend(owner(schema, all));
            return;
        }
        // Inline the string schema, because only a string can be marked.
        let (Some(Value::Object(mut own)), Some(outer)) = (named, schema.as_object().cloned())
        else {
            return;
        };
        for (key, value) in outer {
            if key != "allOf" && key != "$ref" {
                own.insert(key, value);
            }
        }
        *schema = Value::Object(own);
    }
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if has_values || is_page_token(wire) {
        object.insert("x-sdk-secret".to_owned(), json!(false));
        return;
    }
    if object.remove("default").is_some() {
        notes.loss(
            TOPIC,
            at,
            format!(
                "the default of the secret `{}` is omitted",
                wire.replace('`', "'")
            ),
        );
    }
    match object.get("format").is_none() {
        true => object.insert("format".to_owned(), json!("password")),
        false => object.insert("x-sdk-secret".to_owned(), json!(true)),
    };
    notes.change(
        TOPIC,
        at,
        format!(
            "`{}` is marked as a secret; set `x-sdk-secret: false` if it is not one",
            wire.replace('`', "'")
        ),
    );
}

/// Returns the name of the component that contains the string schema, if it is not inline.
fn owner(schema: &Value, all: &Map<String, Value>) -> Option<String> {
    let mut node = schema;
    let mut owner = None;
    for _ in 0..DEPTH {
        if let Some(name) = name_of(node) {
            node = all.get(&name)?;
            owner = Some(name);
        } else if text(node, "type") == "string" {
            return owner;
        } else {
            node = elements(node, "allOf").first()?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    #[test]
    fn strings_with_secret_names_are_marked_in_schemas_and_parameters() {
        let (document, report) = passed(
            json!({
                "components": {
                    "schemas": {
                        "Id": { "type": "string", "format": "uuid" }, "Kind": { "type": "string", "enum": ["a", "b"] },
                        "A": { "type": "object", "properties": {
                            "password": { "type": "string", "default": "x" }, "apiKey": { "$ref": "#/components/schemas/Id" },
                            "client_secret": { "type": "string", "format": "uuid", "nullable": true },
                            "secret": { "allOf": [{ "$ref": "#/components/schemas/Kind" }], "description": "D." },
                            "nextPageToken": { "type": "string" }, "token": { "type": "integer" }, "name": { "type": "string" },
                        } },
                    },
                },
                "paths": { "/a": { "get": { "parameters": [{ "name": "access_token", "in": "query", "schema": { "$ref": "#/components/schemas/Id" } }] } } },
            }),
            mark,
        );
        let a = &document["components"]["schemas"]["A"]["properties"];
        assert_eq!(
            a["password"],
            json!({ "type": "string", "format": "password" })
        );
        assert_eq!(
            a["apiKey"],
            json!({ "type": "string", "format": "uuid", "x-sdk-secret": true })
        );
        assert_eq!(a["client_secret"]["x-sdk-secret"], true);
        assert_eq!(
            document["components"]["schemas"]["Kind"]["x-sdk-secret"],
            false
        );
        assert_eq!(a["nextPageToken"]["x-sdk-secret"], false);
        assert_eq!(
            (&a["token"], &a["name"]),
            (&json!({ "type": "integer" }), &json!({ "type": "string" }))
        );
        let parameter: &Value = &document["paths"]["/a"]["get"]["parameters"][0]["schema"];
        assert_eq!(parameter["x-sdk-secret"], true);
        assert!(
            report.contains("the default of the secret `password`"),
            "{report}"
        );
    }
}
