//! Sample arguments for operations, in the format of a call by operation id.

use serde_json::{Map, Value, json};

use crate::openapi::document::Document;
use crate::openapi::media_type::is_json;
use crate::openapi::operation::{Operation, RequestMedia};
use crate::openapi::parameter::{Parameter, Place};
use crate::openapi::property::properties;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;

/// Returns an object with all required arguments of an operation.
///
/// The object contains the required parameters under their names in the document, and the body in
/// the given media type. By default, the body has the first media type. `exchange` specifies
/// whether the body of a token operation is included. Without this body, a client sends its own
/// credentials.
pub(crate) fn arguments(
    document: &Document,
    operation: &Operation,
    media: Option<&str>,
    exchange: bool,
    seed: u64,
) -> Value {
    let sample = |schema: &Value, purpose: &str| {
        let seed = Prng::new((&operation.id, purpose), seed);
        Sampler::new(document, seed)
            .required_only()
            .for_request()
            .value(schema)
    };
    let mut arguments = Map::new();
    for parameter in operation.parameters.iter().filter(|known| known.required) {
        let value = sample(&parameter.schema, &parameter.name);
        arguments.insert(name(operation, parameter), value);
    }
    let mut known = operation.body.iter().flat_map(|body| &body.media);
    let chosen = known.find(|known| media.is_none_or(|name| known.name == name));
    if let Some(chosen) = chosen {
        if exchange || !operation.token {
            let mut value = sample(&chosen.schema, "body");
            repeat_path_values(operation, &arguments, &mut value);
            arguments.insert("body".to_owned(), body(document, operation, chosen, value));
        }
        arguments.insert("content_type".to_owned(), json!(chosen.name));
    }
    Value::Object(arguments)
}

/// Sets each body property that has the same name as a path parameter to the value of that
/// parameter, so that the path and the body contain the same key.
fn repeat_path_values(operation: &Operation, arguments: &Map<String, Value>, body: &mut Value) {
    let Value::Object(body) = body else { return };
    let in_path = |p: &&Parameter| p.place == Place::Path;
    for parameter in operation.parameters.iter().filter(in_path) {
        if let (Some(known), Some(value)) = (
            body.get_mut(&parameter.name),
            arguments.get(&parameter.name),
        ) {
            known.clone_from(value);
        }
    }
}

/// Returns the name of a parameter, with its location as a prefix if another parameter has the same
/// name.
fn name(operation: &Operation, parameter: &Parameter) -> String {
    let same = |other: &&Parameter| other.name == parameter.name;
    if operation.parameters.iter().filter(same).count() == 1 {
        return parameter.name.clone();
    }
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    format!("{place}.{}", parameter.name)
}

/// Converts a sample to the argument for a body: files become objects, and NDJSON becomes a list.
fn body(document: &Document, operation: &Operation, media: &RequestMedia, value: Value) -> Value {
    match media.name.as_str() {
        _ if operation.lines() => json!([value]),
        "multipart/form-data" => parts(document, &media.schema, value),
        "application/x-www-form-urlencoded" => value,
        name if is_json(name) => value,
        _ => file(),
    }
}

fn parts(document: &Document, schema: &Value, mut value: Value) -> Value {
    let is_binary =
        |schema: &Value| document.resolve(schema).get("format") == Some(&json!("binary"));
    for (name, schema) in properties(document, schema) {
        let Some(field) = value.get_mut(name) else {
            continue;
        };
        let items = document.resolve(schema).get("items");
        if is_binary(schema) {
            *field = file();
        } else if items.is_some_and(is_binary) {
            *field = json!([file()]);
        }
    }
    value
}

fn file() -> Value {
    json!({ "text": "sample", "name": "sample.txt" })
}
