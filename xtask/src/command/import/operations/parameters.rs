//! Parameters: ensures that they are in the path, the query or a header, and have a schema and a
//! style that can represent their values.

use super::path_items::SHARED;
use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::visit::{operations, resolve};
use crate::media_type::is_json;
use crate::spec::lint::operations::parameter::RESERVED;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "parameters";

/// Makes every parameter valid. Removes duplicates, and parameters that users of the crate can't
/// set.
pub(in crate::command::import) fn normalize_parameters(draft: &mut Draft) -> Result<()> {
    let schemas = draft
        .document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let root = json!({"components": {"schemas": schemas}});
    let notes = &mut draft.notes;
    let mut dropped = BTreeSet::new();
    if let Some(Value::Object(shared)) = draft.document.pointer_mut("/components/parameters") {
        shared.retain(|name, parameter| {
            let at = component("parameters", name);
            // References need no check, because their targets are checked.
            let stays = parameter.get("$ref").is_some() || one(&root, parameter, &at, notes);
            if !stays {
                dropped.insert(below("#/components/parameters", name));
            }
            stays
        });
    }
    let shared = draft
        .document
        .pointer("/components/parameters")
        .cloned()
        .unwrap_or_default();
    let shared = json!({"components": {"parameters": shared}});
    let keys = api_keys(&draft.document);
    let of_document = draft.document.get("security").cloned();
    operations(&mut draft.document, |pointer, _, _, operation| {
        let from_path = operation
            .remove(SHARED)
            .and_then(|count| count.as_u64())
            .unwrap_or(0) as usize;
        let Some(parameters) = operation.remove("parameters") else {
            return;
        };
        let Value::Array(parameters) = parameters else {
            notes.loss(
                TOPIC,
                &below(pointer, "parameters"),
                "`parameters` is not a list",
            );
            return;
        };
        let security = operation
            .get("security")
            .cloned()
            .or_else(|| of_document.clone());
        let of_credentials = keys_of(security.as_ref(), &keys);
        let mut kept: Vec<Found> = Vec::new();
        for (index, mut parameter) in parameters.into_iter().enumerate() {
            let at = below(&below(pointer, "parameters"), &index.to_string());
            let is_shared = match parameter.get("$ref").and_then(Value::as_str) {
                Some(reference) if dropped.contains(reference) => continue,
                Some(_) => true,
                None => false,
            };
            if !is_shared && !one(&root, &mut parameter, &at, notes) {
                continue;
            }
            let Some(key) = resolve(&shared, &parameter).and_then(key) else {
                // The parameter refers to a removed component.
                continue;
            };
            if of_credentials.contains(&key) {
                let text = format!(
                    "the {} parameter `{}` is omitted: it is already sent with the credentials",
                    key.0, key.1
                );
                notes.change(TOPIC, &at, text);
                continue;
            }
            let found = Found {
                key,
                is_of_path: index < from_path,
                at,
                parameter,
            };
            match kept.iter_mut().find(|known| known.key == found.key) {
                // A parameter of the operation overrides the same parameter of the path.
                Some(known) if known.is_of_path && !found.is_of_path => *known = found,
                Some(_) => {
                    let text = format!(
                        "the {} parameter `{}` is duplicated; the first one is used",
                        found.key.0, found.key.1
                    );
                    notes.loss(TOPIC, &found.at, text);
                }
                None => kept.push(found),
            }
        }
        // The order of a list of parameters has no meaning.
        kept.sort_by(|one, other| one.key.cmp(&other.key));
        let moves = kept.iter().enumerate().map(|(index, found)| {
            (
                below(&below(pointer, "parameters"), &index.to_string()),
                found.at.clone(),
            )
        });
        notes.moved_all(moves.collect::<Vec<_>>());
        if !kept.is_empty() {
            let kept = kept.into_iter().map(|found| found.parameter).collect();
            operation.insert("parameters".to_owned(), Value::Array(kept));
        }
    });
    Ok(())
}

/// A parameter of an operation, with its location.
struct Found {
    key: (String, String),
    is_of_path: bool,
    at: String,
    parameter: Value,
}

/// Returns the location and the name; names of headers are converted to lower case.
fn key(parameter: &Value) -> Option<(String, String)> {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    let (place, name) = (text("in")?, text("name")?);
    Some((
        place.to_owned(),
        match place {
            "header" => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        },
    ))
}

/// Returns the location and name of each key that a security scheme sends, by scheme.
fn api_keys(document: &Value) -> BTreeMap<String, (String, String)> {
    let schemes = document
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    let keys = schemes
        .into_iter()
        .flatten()
        .filter(|(_, scheme)| scheme.get("type").and_then(Value::as_str) == Some("apiKey"));
    keys.filter_map(|(name, scheme)| Some((name.clone(), key(scheme)?)))
        .collect()
}

/// Returns the keys that may be sent with the credentials of an operation.
fn keys_of(
    security: Option<&Value>,
    keys: &BTreeMap<String, (String, String)>,
) -> Vec<(String, String)> {
    let requirements = security.and_then(Value::as_array).into_iter().flatten();
    let schemes = requirements
        .filter_map(Value::as_object)
        .flat_map(|object| object.keys());
    schemes
        .filter_map(|scheme| keys.get(scheme).cloned())
        .collect()
}

/// Makes one parameter valid. If that is impossible, reports that it is omitted, and returns
/// `false`.
fn one(root: &Value, parameter: &mut Value, at: &str, notes: &mut Notes) -> bool {
    let Some(object) = parameter.as_object_mut() else {
        notes.loss(TOPIC, at, "a parameter that is not an object is omitted");
        return false;
    };
    let text = |object: &Map<String, Value>, key: &str| {
        object
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let place = text(object, "in").to_ascii_lowercase();
    let name = match object.get("name") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let rejection = rejection(&place, &name);
    if let Some(Rejection { is_loss, why }) = rejection {
        let text = format!("the {place} parameter `{name}` is omitted: {why}");
        match is_loss {
            true => notes.loss(TOPIC, at, text),
            false => notes.change(TOPIC, at, text),
        }
        return false;
    }
    object.insert("name".to_owned(), json!(name));
    object.insert("in".to_owned(), json!(place));
    if place == "path" {
        object.insert("required".to_owned(), json!(true));
    }
    for key in ["allowEmptyValue", "allowReserved"] {
        if let Some(value) = object.remove(key)
            && value == json!(true)
        {
            let text = match key {
                "allowReserved" => {
                    "`allowReserved` is ignored: reserved characters are percent-encoded"
                }
                _ => {
                    "`allowEmptyValue` is ignored: an empty string is always sent as an empty value"
                }
            };
            notes.change(TOPIC, at, text);
        }
    }
    schema(object, at, notes);
    style(root, object, at, notes);
    true
}

struct Rejection {
    is_loss: bool,
    why: &'static str,
}

/// Returns the reason for removing a parameter, if there is one.
fn rejection(place: &str, name: &str) -> Option<Rejection> {
    let lower = name.to_ascii_lowercase();
    let is_token = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    let loss = |why| Some(Rejection { is_loss: true, why });
    match place {
        _ if name.is_empty() => loss("it has no name"),
        // The pass over credentials removes this parameter, after turning it into a security scheme
        // if the document has none.
        "header" if lower == "authorization" => None,
        "header" if RESERVED.contains(&lower.as_str()) => Some(Rejection {
            is_loss: false,
            why: "the client sets this header itself, and OpenAPI ignores the parameter",
        }),
        "header" if lower == "cookie" => loss("clients do not store cookies"),
        "header"
            if [
                "connection",
                "transfer-encoding",
                "upgrade",
                "te",
                "trailer",
                "keep-alive",
            ]
            .contains(&lower.as_str()) =>
        {
            loss("it applies to the connection, not to the request")
        }
        "header" if !is_token(name) => loss("it is not a valid header name"),
        "path" | "query" | "header" => None,
        "cookie" => loss("clients do not store cookies"),
        "body" | "formdata" => loss("it is for OpenAPI 2.0; use a requestBody instead"),
        _ => loss("it is not in the path, the query or a header"),
    }
}

/// Ensures that a parameter has a schema, or JSON content with one.
fn schema(object: &mut Map<String, Value>, at: &str, notes: &mut Notes) {
    if let Some(content) = object
        .remove("content")
        .filter(|content| content.as_object().is_some_and(|c| !c.is_empty()))
    {
        let entry = content.as_object().into_iter().flatten().next();
        let (media, entry) = entry.map_or(("", Value::Null), |(media, entry)| {
            (media.as_str(), entry.clone())
        });
        if object.contains_key("schema") {
            notes.loss(
                TOPIC,
                at,
                "`content` of a parameter is omitted: the parameter also has a schema",
            );
        } else if is_json(media) || media == "*/*" {
            let schema = entry.get("schema").cloned().unwrap_or_else(|| json!({}));
            object.insert(
                "content".to_owned(),
                json!({"application/json": {"schema": schema}}),
            );
            notes.moved(
                &below(&below(&below(at, "content"), "application/json"), "schema"),
                &below(&below(&below(at, "content"), media), "schema"),
            );
            for key in ["style", "explode", "example", "examples"] {
                object.remove(key);
            }
            return;
        } else {
            notes.change(
                TOPIC,
                at,
                format!(
                    "a parameter with the media type `{media}` is a string, which is sent unchanged"
                ),
            );
            object.insert("schema".to_owned(), json!({"type": "string"}));
        }
    }
    if object.get("schema").is_some_and(Value::is_object) {
        return;
    }
    // OpenAPI 2.0 parameters contain the keys of their schema directly.
    let mut schema = Map::new();
    let keys = [
        "type",
        "format",
        "items",
        "enum",
        "default",
        "minimum",
        "maximum",
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
    ];
    for key in keys {
        if let Some(value) = object.remove(key) {
            notes.moved(&below(&below(at, "schema"), key), &below(at, key));
            schema.insert(key.to_owned(), value);
        }
    }
    if schema.is_empty() {
        notes.change(TOPIC, at, "a parameter without a schema is a string");
        schema.insert("type".to_owned(), json!("string"));
    }
    object.insert("schema".to_owned(), Value::Object(schema));
}

/// Removes a style that is redundant, or not valid for the parameter's location. A value that the
/// style can't represent becomes a string, or a list of strings, in the format to send.
fn style(root: &Value, object: &mut Map<String, Value>, at: &str, notes: &mut Notes) {
    let word = |object: &Map<String, Value>, key: &str| {
        object
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let place = word(object, "in");
    let style = word(object, "style");
    let usual = if place == "query" { "form" } else { "simple" };
    let allowed: &[&str] = match place.as_str() {
        "query" => &["form", "deepObject", "spaceDelimited", "pipeDelimited"],
        _ => &["simple"],
    };
    let nesting = object
        .get("schema")
        .map_or(Nesting::Scalar, |schema| nesting(root, schema, 0));
    if style.is_empty() || style == usual {
        object.remove("style");
    } else if style == "deepObject" && place == "query" && nesting == Nesting::Scalar {
        // A scalar needs no style.
        object.remove("style");
    } else if !allowed.contains(&style.as_str()) {
        let text = match style.as_str() {
            "label" | "matrix" if place == "path" => {
                format!(
                    "the style `{style}` of a path parameter is not supported: pass the value with its prefix, as it is sent"
                )
            }
            _ => format!(
                "the style `{style}` is not valid for a parameter in the {place} and is omitted"
            ),
        };
        notes.loss(TOPIC, at, text);
        for key in ["style", "explode"] {
            object.remove(key);
        }
        if ["label", "matrix"].contains(&style.as_str()) {
            set_string_schema(object);
            return;
        }
    }
    if object
        .get("explode")
        .is_some_and(|explode| !explode.is_boolean())
    {
        object.remove("explode");
    }
    if nesting == Nesting::Nested && word(object, "style") != "deepObject" {
        let text = "OpenAPI defines no encoding for a list of lists or objects outside `deepObject`: pass each item as the string to send";
        notes.loss(TOPIC, at, text);
        let is_list = object
            .get("schema")
            .and_then(|schema| resolve(root, schema))
            .is_some_and(|schema| schema.get("items").is_some());
        match is_list {
            true => drop(object.insert(
                "schema".to_owned(),
                json!({"type": "array", "items": {"type": "string"}}),
            )),
            false => set_string_schema(object),
        }
    }
}

fn set_string_schema(object: &mut Map<String, Value>) {
    object.insert("schema".to_owned(), json!({"type": "string"}));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nesting {
    Scalar,
    /// An object, or a list of scalars.
    Flat,
    /// A list of lists or objects.
    Nested,
}

fn nesting(root: &Value, schema: &Value, depth: usize) -> Nesting {
    let Some(schema) = resolve(root, schema).filter(|_| depth < 8) else {
        return Nesting::Scalar;
    };
    let kind = schema.get("type").and_then(Value::as_str);
    if kind == Some("array") || schema.get("items").is_some() && kind.is_none() {
        let items = schema
            .get("items")
            .map_or(Nesting::Scalar, |items| nesting(root, items, depth + 1));
        return match items {
            Nesting::Scalar => Nesting::Flat,
            _ => Nesting::Nested,
        };
    }
    let parts = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|key| schema.get(*key)?.as_array())
        .flatten();
    let mut most = match kind == Some("object") || schema.get("properties").is_some() {
        true => Nesting::Flat,
        false => Nesting::Scalar,
    };
    for part in parts {
        match nesting(root, part, depth + 1) {
            Nesting::Nested => most = Nesting::Nested,
            Nesting::Flat if most == Nesting::Scalar => most = Nesting::Flat,
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::operations::path_items;
    use crate::command::import::read::Source;

    fn imported(text: &str) -> (Value, String) {
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        path_items::plain(&mut draft).unwrap();
        normalize_parameters(&mut draft).unwrap();
        let operation = draft.document["paths"]["/a"]["get"].clone();
        (operation, draft.notes.report.markdown("", ""))
    }

    fn parameters(list: &str) -> (Value, String) {
        let (operation, report) =
            imported(&format!("paths:\n  /a:\n    get:\n      parameters:{list}"));
        (operation["parameters"].clone(), report)
    }

    #[test]
    fn unsupported_parameters_are_omitted_and_reported() {
        let (found, report) = parameters(
            "
        - {name: Accept, in: header, schema: {type: string}}
        - {name: sid, in: cookie, schema: {type: string}}
        - {name: b, in: body, schema: {type: object}}
        - {name: 'a b', in: header, schema: {type: string}}
        - {name: x, in: QUERY, type: string, enum: [a], allowReserved: true}
",
        );
        assert_eq!(
            found,
            json!([{"name": "x", "in": "query", "schema": {"type": "string", "enum": ["a"]}}])
        );
        for entry in [
            "`Accept` is omitted",
            "`sid` is omitted",
            "`b` is omitted",
            "`a b` is omitted",
            "`allowReserved`",
        ] {
            assert!(report.contains(entry), "{entry}\n{report}");
        }
    }

    #[test]
    fn operation_parameters_override_shared_ones_and_all_are_sorted_by_name() {
        let (operation, _) = imported("\
paths:
  /a:
    parameters: [{name: z, in: query, schema: {type: string}}, {name: a, in: query, schema: {type: string}}]
    get:
      parameters: [{name: z, in: query, schema: {type: integer}}, {$ref: '#/components/parameters/P'}, {$ref: '#/components/parameters/C'}]
components:
  parameters: {P: {name: m, in: query, schema: {type: string}}, C: {name: c, in: cookie}}
");
        assert_eq!(
            operation["parameters"],
            json!([
                {"name": "a", "in": "query", "schema": {"type": "string"}},
                {"$ref": "#/components/parameters/P"},
                {"name": "z", "in": "query", "schema": {"type": "integer"}},
            ])
        );
    }

    #[test]
    fn an_api_key_sent_by_credentials_is_not_also_a_parameter() {
        let (operation, _) = imported("\
security: [{key: []}]
paths:
  /a:
    get:
      parameters: [{name: x-key, in: header, schema: {type: string}}, {name: q, in: query, schema: {}}]
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
");
        assert_eq!(
            operation["parameters"],
            json!([{"name": "q", "in": "query", "schema": {}}])
        );
    }

    #[test]
    fn unsupported_parameter_encodings_become_strings() {
        let (found, report) = parameters("
        - {name: a, in: path, style: matrix, schema: {type: array, items: {type: string}}}
        - {name: b, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
        - {name: c, in: query, schema: {type: array, items: {type: object}}}
        - {name: d, in: query, content: {text/csv: {}}}
        - {name: e, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: f, in: query, style: deepObject, schema: {type: object}}
");
        assert_eq!(
            found,
            json!([
                {"name": "a", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "b", "in": "query", "style": "pipeDelimited", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "c", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "d", "in": "query", "schema": {"type": "string"}},
                {"name": "e", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                {"name": "f", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
            ])
        );
        assert!(
            report.contains("the style `matrix` of a path parameter"),
            "{report}"
        );
    }
}
