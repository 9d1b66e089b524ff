//! Error base: a schema that every error object extends, with the pointers at which error objects
//! contain the message, the code, and the errors of individual fields.
//!
//! If all error objects of the document have the same schema or extend it, that schema becomes the
//! base. Otherwise, all error objects extend an empty object, so that none of them inherits the
//! properties of another error object.

use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::schemas::class::name_of;
use crate::command::import::visit;
use crate::media_type::is_json;
use crate::model::{elements, members, text};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "errors";

/// Key of the extension on the base.
const KEY: &str = "x-sdk-error";

/// Maximum length of a chain of references and `allOf` parts.
const DEPTH: usize = 64;

/// Chooses or creates the error base, and makes the other error objects extend it.
pub(crate) fn base(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    if !document["components"].is_object() {
        document["components"] = json!({});
    }
    if !document["components"]["schemas"].is_object() {
        document["components"]["schemas"] = json!({});
    }
    unwrap_single_references(document);
    let used = used(document);
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    // A base from the overlay is kept; all other error schemas extend it.
    let known = all
        .iter()
        .find(|(_, schema)| schema.get(KEY).is_some())
        .map(|(name, _)| name.clone());
    let (name, others) = match known {
        Some(name) => {
            let others = used
                .keys()
                .filter(|other| !extends(other, &name, &all))
                .cloned()
                .collect();
            (name, others)
        }
        None => choose_base(document, &used, &all, notes),
    };
    for other in &others {
        extend(document, other, &name);
    }
    let bodies: BTreeSet<String> = used.keys().cloned().chain([name.clone()]).collect();
    if document["components"]["schemas"][&name].get(KEY).is_none() {
        document["components"]["schemas"][&name][KEY] = pointers(&bodies, &all);
    }
    use_base_for_untyped_errors(document, &name, notes);
    Ok(())
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

/// Calls a function with the pointer and media type object of each JSON error response.
fn for_each_error(document: &mut Value, see: &mut dyn FnMut(&str, &mut Value)) {
    let mut shared = BTreeSet::new();
    visit::operations(document, |at, _, _, operation| {
        let answers = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (status, answer) in answers
            .into_iter()
            .flatten()
            .filter(|(status, _)| is_error(status))
        {
            match visit::reference_name(answer, "responses") {
                Some(name) => drop(shared.insert(name.replace("~1", "/").replace("~0", "~"))),
                None => visit::for_each(
                    answer,
                    "content",
                    &format!("{at}/responses/{status}"),
                    &mut |at, media| {
                        if is_json_at(at) {
                            see(at, media);
                        }
                    },
                ),
            }
        }
    });
    let mut seen = BTreeSet::new();
    while let Some(name) = shared.pop_first() {
        let at = component("responses", &name);
        let Some(answer) = document["components"]["responses"].get_mut(&name) else {
            continue;
        };
        match visit::reference_name(answer, "responses") {
            Some(next) => {
                let next = next.to_owned();
                if seen.insert(name) {
                    shared.insert(next);
                }
            }
            None => visit::for_each(answer, "content", &at, &mut |at, media| {
                if is_json_at(at) {
                    see(at, media);
                }
            }),
        }
    }
}

fn is_json_at(at: &str) -> bool {
    let name = at.rsplit('/').next().unwrap_or_default();
    is_json(&name.replace("~1", "/"))
}

/// Replaces an error schema that is an `allOf` of a single reference with that reference, unless
/// the schema also has `properties`. Drops its other keys.
fn unwrap_single_references(document: &mut Value) {
    for_each_error(document, &mut |_, media| {
        let only = match media.get("schema") {
            Some(schema) => match elements(schema, "allOf") {
                [only] if schema.get("properties").is_none() && name_of(only).is_some() => {
                    only.clone()
                }
                _ => return,
            },
            None => return,
        };
        media["schema"] = only;
    });
}

/// Returns the names of the object schemas of error responses, with the number of uses of each.
fn used(document: &mut Value) -> BTreeMap<String, usize> {
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut used = BTreeMap::new();
    for_each_error(document, &mut |_, media| {
        if let Some(name) = media
            .get("schema")
            .and_then(name_of)
            .and_then(|name| resolved(&name, &all))
            && is_object(&name, &all)
        {
            *used.entry(name).or_default() += 1;
        }
    });
    used
}

/// Returns the name of the schema at the end of a chain of references; `None` if the schema is
/// missing or the chain is too long.
fn resolved(name: &str, all: &Map<String, Value>) -> Option<String> {
    let mut name = name.to_owned();
    for _ in 0..DEPTH {
        match name_of(all.get(&name)?) {
            Some(next) => name = next,
            None => return Some(name),
        }
    }
    None
}

/// Returns whether lint requires a schema to extend the base.
fn is_object(name: &str, all: &Map<String, Value>) -> bool {
    let Some(schema) = all.get(name) else {
        return false;
    };
    let is_union = ["oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    let is_other = !["", "object"].contains(&text(schema, "type"));
    !is_union && !is_other && !is_any(schema)
}

/// Returns whether a schema allows any value.
fn is_any(schema: &Value) -> bool {
    let says = [
        "type",
        "properties",
        "items",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "additionalProperties",
    ];
    !says.iter().any(|key| schema.get(*key).is_some())
}

fn extends(name: &str, base: &str, all: &Map<String, Value>) -> bool {
    let mut open = vec![name.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == base {
            return true;
        }
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(schema) = all.get(&name) {
            open.extend(name_of(schema));
            open.extend(elements(schema, "allOf").iter().filter_map(name_of));
        }
    }
    false
}

/// Chooses or creates the base; returns its name, and the names of the schemas that must extend it.
fn choose_base(
    document: &mut Value,
    used: &BTreeMap<String, usize>,
    all: &Map<String, Value>,
    notes: &mut Notes,
) -> (String, Vec<String>) {
    let mut by_use: Vec<(&String, &usize)> = used.iter().collect();
    by_use.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
    if let Some((name, _)) = by_use.first()
        && used.keys().all(|other| extends(other, name, all))
    {
        return ((*name).clone(), Vec::new());
    }
    let name = [
        "ErrorResponse",
        "ErrorBase",
        "ApiErrorBase",
        "AnyErrorResponse",
        "AnyErrorBase",
    ]
    .into_iter()
    .find(|name| !all.contains_key(*name));
    let name = name.map_or_else(|| format!("ErrorBase{}", all.len()), str::to_owned);
    document["components"]["schemas"][&name] = json!({
        "type": "object",
        "description": match used.is_empty() {
            true => "Body of an error response. The document does not describe its properties.",
            false => "Base of the bodies of all error responses.",
        },
    });
    if used.is_empty() {
        notes.question(
            TOPIC,
            "",
            format!("no error response has an object schema: what do errors look like? The crate keeps error bodies unchanged; describe them in `{name}`, with `{KEY}`"),
        );
    } else {
        let names: Vec<&str> = by_use
            .iter()
            .take(6)
            .map(|(name, _)| name.as_str())
            .collect();
        notes.change(
            TOPIC,
            &component("schemas", names.first().copied().unwrap_or_default()),
            format!(
                "error responses have {} schemas (`{}`): each extends `{name}`",
                used.len(),
                names.join("`, `")
            ),
        );
    }
    (name, used.keys().cloned().collect())
}

/// Makes a schema extend the base.
fn extend(document: &mut Value, name: &str, base: &str) {
    let part = json!({ "$ref": format!("#{}", component("schemas", base)) });
    let Some(schema) = document["components"]["schemas"]
        .get_mut(name)
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    match schema.get_mut("allOf") {
        Some(Value::Array(parts)) => parts.insert(0, part),
        _ => {
            // Move a schema without `properties` to a separate part. Otherwise, the values of a map
            // would not be decoded.
            let has_properties = schema.contains_key("properties");
            let mut parts = vec![part];
            if !has_properties {
                let mut own = Map::new();
                for key in [
                    "type",
                    "additionalProperties",
                    "required",
                    "minProperties",
                    "maxProperties",
                ] {
                    own.extend(schema.remove(key).map(|value| (key.to_owned(), value)));
                }
                parts.push(Value::Object(own));
            }
            schema.insert("allOf".to_owned(), Value::Array(parts));
        }
    }
}

/// Makes the base the schema of every JSON error response whose schema is missing or accepts any
/// JSON. No content is lost, because the base keeps all properties.
fn use_base_for_untyped_errors(document: &mut Value, base: &str, notes: &mut Notes) {
    let all = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let reference = json!({ "$ref": format!("#{}", component("schemas", base)) });
    for_each_error(document, &mut |at, media| {
        let is_any = match media.get("schema") {
            None => true,
            Some(schema) => match name_of(schema) {
                Some(name) => resolved(&name, &all)
                    .and_then(|name| all.get(&name))
                    .is_none_or(is_any),
                None => is_any(schema),
            },
        };
        if is_any && media.is_object() {
            media["schema"] = reference.clone();
            notes.change(
                TOPIC,
                at,
                format!(
                    "the schema of an error response that allows any JSON becomes `{base}`, which keeps all content"
                ),
            );
        }
    });
}

/// Candidate pointers to the message, most reliable first. The segment `0` is the first item of a
/// list.
const MESSAGES: [&str; 16] = [
    "/message",
    "/error/message",
    "/error_description",
    "/detail",
    "/errorMessage",
    "/error_message",
    "/errors/0/message",
    "/errors/0/detail",
    "/msg",
    "/Message",
    "/fault/faultstring",
    "/reason",
    "/description",
    "/title",
    "/error",
    "/errors/0",
];

/// Candidate pointers to the code, most reliable first.
const CODES: [&str; 10] = [
    "/code",
    "/error/code",
    "/error_code",
    "/errorCode",
    "/errors/0/code",
    "/error/status",
    "/Code",
    "/errorcode",
    "/error",
    "/type",
];

/// Candidate pointers to the errors of individual fields.
const FIELDS: [&str; 8] = [
    "/errors",
    "/error/errors",
    "/fieldErrors",
    "/field_errors",
    "/violations",
    "/validationErrors",
    "/validation_errors",
    "/invalid-params",
];

fn pointers(bodies: &BTreeSet<String>, all: &Map<String, Value>) -> Value {
    let find = |candidates: &[&str], kinds: &[&str]| -> Vec<String> {
        let is_there = |at: &&&str| {
            bodies.iter().any(|body| {
                let start = json!({ "$ref": format!("#{}", component("schemas", body)) });
                value_at(&start, at, all)
                    .is_some_and(|found| kinds.contains(&kind(&found, all).as_str()))
            })
        };
        candidates
            .iter()
            .filter(is_there)
            .map(|at| (*at).to_owned())
            .collect()
    };
    let message = find(&MESSAGES, &["string"]);
    let mut code = find(&CODES, &["string", "integer"]);
    // If `/error` is the best candidate for the message, it can't also be the code.
    code.retain(|at| !(at == "/error" && message.first() == Some(at)));
    let mut out = json!({ "message": message });
    if !code.is_empty() {
        out["code"] = json!(code);
    }
    let fields = find(&FIELDS, &["array", "object"]);
    if !fields.is_empty() {
        out["fields"] = json!(fields);
    }
    out
}

/// Returns the schema of the value at a pointer into a schema. Follows references, and searches
/// `allOf` parts.
fn value_at(schema: &Value, at: &str, all: &Map<String, Value>) -> Option<Value> {
    let mut node = schema.clone();
    for key in at.split('/').skip(1) {
        node = step(&node, key, all, 0)?;
    }
    Some(node)
}

fn step(schema: &Value, key: &str, all: &Map<String, Value>, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    if let Some(name) = name_of(schema) {
        return step(all.get(&name)?, key, all, depth + 1);
    }
    if let Some(found) = members(schema, "properties").get(key) {
        return Some(found.clone());
    }
    if key == "0"
        && let Some(items) = schema.get("items")
    {
        return Some(items.clone());
    }
    elements(schema, "allOf")
        .iter()
        .find_map(|part| step(part, key, all, depth + 1))
}

/// Returns the type of a schema. Follows references, and each `allOf` with a single part.
fn kind(schema: &Value, all: &Map<String, Value>) -> String {
    let mut node = schema;
    for _ in 0..DEPTH {
        if let Some(name) = name_of(node) {
            match all.get(&name) {
                Some(named) => node = named,
                None => return String::new(),
            }
        } else if let [only] = elements(node, "allOf") {
            node = only;
        } else {
            break;
        }
    }
    text(node, "type").to_owned()
}

#[cfg(test)]
mod tests {
    use super::base;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn document(schemas: Value, errors: &[Value]) -> (Value, String) {
        let answers: serde_json::Map<String, Value> = errors
            .iter()
            .enumerate()
            .map(|(index, schema)| {
                (
                    (400 + index).to_string(),
                    json!({ "content": { "application/json": { "schema": schema } } }),
                )
            })
            .collect();
        passed(
            json!({ "components": { "schemas": schemas }, "paths": { "/a": { "get": { "responses": answers } } } }),
            base,
        )
    }

    #[test]
    fn a_single_error_schema_becomes_the_base() {
        let (found, _) = document(
            json!({ "Problem": { "type": "object", "properties": { "message": { "type": "string" }, "code": { "type": "integer" } } } }),
            &[
                to("Problem"),
                json!({ "allOf": [to("Problem")], "nullable": true }),
                json!({}),
            ],
        );
        assert_eq!(
            found["components"]["schemas"]["Problem"]["x-sdk-error"],
            json!({ "message": ["/message"], "code": ["/code"] })
        );
        let answers = &found["paths"]["/a"]["get"]["responses"];
        for status in ["400", "401", "402"] {
            assert_eq!(
                answers[status]["content"]["application/json"]["schema"],
                to("Problem"),
                "{status}"
            );
        }
    }

    #[test]
    fn different_error_schemas_extend_an_empty_base_and_keep_their_content() {
        let (found, report) = document(
            json!({
                "A": { "type": "object", "properties": { "error": { "type": "object", "properties": { "message": { "type": "string" } } } } },
                "B": { "type": "object", "additionalProperties": { "type": "string" } },
                "C": { "oneOf": [to("A"), to("B")] },
            }),
            &[
                to("A"),
                to("A"),
                to("B"),
                to("C"),
                json!({ "type": "array", "items": to("A") }),
            ],
        );
        let schemas = &found["components"]["schemas"];
        assert_eq!(schemas["A"]["allOf"], json!([to("ErrorResponse")]));
        assert_eq!(
            schemas["B"],
            json!({ "allOf": [to("ErrorResponse"), { "type": "object", "additionalProperties": { "type": "string" } }] })
        );
        assert!(schemas["C"].get("allOf").is_none());
        assert_eq!(
            schemas["ErrorResponse"]["x-sdk-error"]["message"],
            json!(["/error/message"])
        );
        assert!(report.contains("each extends `ErrorResponse`"), "{report}");
    }

    #[test]
    fn a_document_without_errors_gets_a_base_and_a_question() {
        let (found, report) = document(json!({}), &[]);
        assert_eq!(
            found["components"]["schemas"]["ErrorResponse"]["x-sdk-error"],
            json!({ "message": [] })
        );
        assert!(report.contains("what do errors look like"), "{report}");
    }
}
