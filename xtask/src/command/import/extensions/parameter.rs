//! Credentials among parameters: removes parameters that a security scheme sends, and turns the
//! header `Authorization` into a scheme.

use crate::command::import::draft::Notes;
use crate::command::import::extensions::scheme::{Schemes, TOPIC, Travel};
use crate::command::import::visit;
use serde_json::{Map, Value, json};

/// Name of the header, and of the scheme that is derived from parameters for it.
const AUTHORIZATION: &str = "Authorization";

fn is_authorization(parameter: &Value) -> bool {
    let word = |key: &str| {
        parameter
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    word("in") == "header" && word("name").eq_ignore_ascii_case(AUTHORIZATION)
}

/// Removes parameters for the header `Authorization`, and creates a scheme for it if the document
/// declares no security. Returns the name of the created scheme, if any.
pub(super) fn schemes(document: &mut Value, notes: &mut Notes) -> Option<String> {
    let declared = document["components"]
        .get("securitySchemes")
        .and_then(Value::as_object);
    let has_schemes = declared.is_some_and(|declared| !declared.is_empty());
    let has_security = document
        .get("security")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    let snapshot = document["components"]["parameters"].clone();
    let holder = json!({ "components": { "parameters": snapshot } });
    let mut found = None;
    visit::operations(document, |at, _, _, operation| {
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let before = parameters.len();
        parameters
            .retain(|parameter| !visit::resolve(&holder, parameter).is_some_and(is_authorization));
        if parameters.len() == before {
            return;
        }
        if !has_schemes && !has_security && !operation.contains_key("security") {
            operation.insert("security".to_owned(), json!([{ AUTHORIZATION: [] }]));
            found = Some(at.to_owned());
        } else {
            let text =
                "the security schemes send the header `Authorization`, so it is not a parameter";
            notes.change(TOPIC, at, text);
        }
    });
    let at = found?;
    notes.question(
        TOPIC,
        &at,
        "operations have the header parameter `Authorization`, and no security scheme is declared: what is the value of the header? The crate sends the user's key unchanged",
    );
    if !document["components"].is_object() {
        document["components"] = json!({});
    }
    document["components"]["securitySchemes"] =
        json!({ AUTHORIZATION: { "type": "apiKey", "in": "header", "name": AUTHORIZATION } });
    Some(AUTHORIZATION.to_owned())
}

/// Removes parameters that a security scheme of their operation already sends.
pub(super) fn remove(document: &mut Value, schemes: &Schemes, notes: &mut Notes) {
    let whole = document.get("security").cloned().unwrap_or_default();
    let holder = json!({ "components": { "parameters": document["components"]["parameters"] } });
    visit::operations(document, |at, _, _, operation| {
        let own = operation.get("security").unwrap_or(&whole);
        let names: Vec<&String> = own
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(Map::keys)
            .collect();
        let travels: Vec<&Travel> = names
            .iter()
            .filter_map(|name| schemes.get(*name))
            .map(|scheme| &scheme.travel)
            .collect();
        let is_sent = |parameter: &Value| {
            let word = |key: &str| {
                parameter
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            travels.iter().any(|travel| match travel {
                Travel::Header(name) => {
                    word("in") == "header" && word("name").eq_ignore_ascii_case(name)
                }
                Travel::Query(name) => word("in") == "query" && word("name") == name,
                _ => false,
            })
        };
        let Some(Value::Array(parameters)) = operation.get("parameters") else {
            return;
        };
        let kept: Vec<Value> = parameters
            .iter()
            .filter(|parameter| !visit::resolve(&holder, parameter).is_some_and(is_sent))
            .cloned()
            .collect();
        if kept.len() < parameters.len() {
            notes.change(
                TOPIC,
                at,
                "a parameter that a security scheme already sends is omitted",
            );
            operation.insert("parameters".to_owned(), Value::Array(kept));
        }
    });
}
