//! Sample arguments of an operation.
//!
//! If the operation has a body, one call per media type has all parameters. Otherwise, a single
//! call has them. Each additional call covers another value of one parameter.

use sdk_runtime::{Encoding, KeyPlace, Kind, Operation, Place, Repeat};
use serde_json::{Map, Value, json};

use crate::round_trips::{Document, Json, whole, word};

/// Returns the arguments for several calls to an operation.
pub(super) fn arguments(document: &Document, operation: &Operation) -> Vec<Map<String, Value>> {
    let mut all = Map::new();
    let mut others = Vec::new();
    for parameter in operation.parameters {
        let Some(schema) =
            document.parameter(operation.id, parameter.place.as_str(), parameter.name)
        else {
            continue;
        };
        let values = values(document, schema, parameter.kind, parameter.place);
        let name = format!("{}.{}", parameter.place.as_str(), parameter.name);
        let mut values = values.into_iter();
        if let Some(first) = values.next() {
            all.insert(name.clone(), first);
        }
        others.extend(values.map(|value| (name.clone(), value)));
    }
    let mut calls = Vec::new();
    match operation.body {
        None => calls.push(all.clone()),
        Some(body) => {
            for media in body.media {
                let mut call = all.clone();
                let schema = document.body(operation.id, media.name);
                let mut value = body_value(document, schema, media.encoding);
                // The runtime rejects idempotency keys that are not valid in a header.
                if let Repeat::Keyed(KeyPlace::Body(name) | KeyPlace::UuidBody(name)) =
                    operation.repeat
                    && let Some(key) = value.get_mut(name)
                {
                    *key = "6f1c2a5e-6a57-4d6f-9a0e-3b1f0f6f9d11".into();
                }
                call.insert("body".to_owned(), value);
                call.insert("content_type".to_owned(), media.name.into());
                calls.push(call);
            }
        }
    }
    let first = calls.first().cloned().unwrap_or_default();
    calls.extend(others.into_iter().map(|(name, value)| {
        let mut call = first.clone();
        call.insert(name, value);
        call
    }));
    calls
}

/// Returns the values to test for a parameter.
fn values(document: &Document, schema: &Value, kind: Kind, place: Place) -> Vec<Value> {
    let resolved = document.resolve(schema);
    let allowed = |schema: &Value| {
        let mut values = schema.get("enum").and_then(Value::as_array).cloned()?;
        // A call omits parameters with a null value.
        values.retain(|value| !value.is_null());
        Some(values)
    };
    match kind {
        Kind::IntegerBool => vec![true.into(), false.into()],
        Kind::Boolean => vec![true.into(), false.into()],
        Kind::Json | Kind::Object => vec![value(&whole(document, schema))],
        Kind::Array => {
            let items = resolved.get("items").map(|items| document.resolve(items));
            match items.and_then(allowed) {
                Some(values) => vec![values.into()],
                None => {
                    let one = items.map_or(json!("a"), |items| text_for(document, items, place));
                    vec![json!([one, one])]
                }
            }
        }
        _ => allowed(resolved).unwrap_or_else(|| vec![text_for(document, resolved, place)]),
    }
}

/// Returns a string with characters that must be encoded in its location, or a sample value if the
/// schema does not describe a plain string.
///
/// Headers allow only printable ASCII.
fn text_for(document: &Document, schema: &Value, place: Place) -> Value {
    let is_plain = word(schema, "type") == "string"
        && schema.get("format").is_none()
        && schema.get("enum").is_none();
    match place {
        Place::Header if is_plain => json!("a \"b\"; c=d"),
        _ if is_plain => json!("ä b&c=d+e%20?#\"\u{e9}"),
        _ => value(&whole(document, schema)),
    }
}

fn value(json: &Json) -> Value {
    serde_json::from_str(&json.to_string()).unwrap_or_default()
}

fn body_value(document: &Document, schema: Option<&Value>, encoding: Encoding) -> Value {
    let Some(schema) = schema else {
        return json!("text");
    };
    let sample = value(&whole(document, schema));
    match encoding {
        Encoding::Lines => json!([sample]),
        Encoding::Text | Encoding::Bytes => json!("text of a body"),
        Encoding::Multipart | Encoding::KeyedParts(_) => parts(document, schema, sample),
        _ => sample,
    }
}

/// Returns the fields of a multipart body, with its files as objects.
fn parts(document: &Document, schema: &Value, mut sample: Value) -> Value {
    let is_file = |schema: &Value| word(document.resolve(schema), "format") == "binary";
    let file = json!({ "text": "content of a file", "name": "file.txt" });
    for (name, property) in document.properties(schema) {
        let Some(field) = sample.get_mut(&name) else {
            continue;
        };
        let items = document.resolve(property).get("items");
        if is_file(property) {
            *field = file.clone();
        } else if items.is_some_and(is_file) {
            *field = json!([file, file]);
        }
    }
    sample
}
