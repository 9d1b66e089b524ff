//! Applies faults to responses.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::http::outgoing_body::{OutgoingBody, Step};
use crate::http::reply::Reply;
use crate::http::wall_clock::{http_date_after, unix_now};
use crate::json::pointer::remove;
use crate::openapi::operation::Operation;
use crate::openapi::property::{has_typed_entries, properties, property};
use crate::openapi::tree::Tree;
use crate::sample::prng::Prng;
use crate::state::fault::{Change, Fault, FaultKind, RetryHint};

const HTML: &str = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n";

/// Adds the fault's headers and retry hints.
pub(crate) fn with_hints(fault: &Fault, reply: Reply) -> Reply {
    let reply = fault
        .headers
        .iter()
        .fold(reply, |reply, (name, value)| reply.with_header(name, value));
    fault.hints.iter().fold(reply, |reply, hint| match hint {
        RetryHint::Seconds(time) => reply.with_header("Retry-After", time.as_secs().to_string()),
        RetryHint::Date(time) => {
            let date = http_date_after(*time);
            reply.with_header("Retry-After", date)
        }
        RetryHint::Reset(time) => {
            let at = unix_now() + time.as_secs();
            reply.with_header("X-Rate-Limit-Reset", at.to_string())
        }
    })
}

/// Changes the content of a response.
pub(crate) fn change(fault: &Fault, tree: &Tree, operation: &Operation, reply: Reply) -> Reply {
    match &fault.kind {
        FaultKind::Html => {
            let mut reply = reply.settled();
            // Omits `Content-Disposition`, which would turn an HTML page into a download.
            let own = |name: &str| !name.eq_ignore_ascii_case("content-disposition");
            reply.headers.retain(|(name, _)| own(name));
            reply.with_body("text/html; charset=utf-8", HTML)
        }
        FaultKind::Empty => {
            let mut reply = reply.settled();
            reply.body = Bytes::new();
            reply
        }
        FaultKind::ContentType(media) => reply.with_header("Content-Type", media),
        FaultKind::Field(change, place) => {
            change_field(fault, tree, operation, reply, *change, place.as_deref())
        }
        _ => reply,
    }
}

fn change_field(
    fault: &Fault,
    tree: &Tree,
    operation: &Operation,
    reply: Reply,
    change: Change,
    place: Option<&str>,
) -> Reply {
    let mut reply = reply.settled();
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else {
        return reply;
    };
    let schema = operation
        .response_schema()
        .cloned()
        .unwrap_or(Value::Bool(true));
    let mut seed = fault.seed.clone().unwrap_or_else(|| Prng::new("field", 1));
    let chosen = match place {
        Some(place) => Some(place.to_owned()),
        None => {
            let mut places = Vec::new();
            let only_enums = change == Change::UnknownEnum;
            collect_pointers(tree, &schema, &body, String::new(), only_enums, &mut places);
            if change == Change::Extra {
                places.retain(|place| !is_typed_map(tree, &schema, parent_of(place)));
                if places.is_empty() && !is_typed_map(tree, &schema, "") {
                    places.push(String::new());
                }
            }
            let place = seed.below(places.len());
            places.into_iter().nth(place)
        }
    };
    match (change, chosen) {
        (Change::Extra, Some(place)) => {
            if let Some(Value::Object(parent)) = body.pointer_mut(parent_of(&place)) {
                let extra = json!({ "unknown": [1, null] });
                parent.insert("x_sandbox_extra".to_owned(), extra);
            }
        }
        (_, None) => {}
        (Change::Missing, Some(place)) => remove(&mut body, &place),
        (Change::Null, Some(place)) => put(&mut body, &place, Value::Null),
        (Change::UnknownEnum, Some(place)) => put(&mut body, &place, json!("x-sandbox-unknown")),
        (Change::WrongType, Some(place)) => {
            let wrong = match body.pointer(&place) {
                Some(Value::String(_)) | None => json!({ "unexpected": true }),
                Some(_) => json!("unexpected"),
            };
            put(&mut body, &place, wrong);
        }
    }
    reply.body = body.to_string().into();
    reply
}

/// Converts a response to the body that is sent, with the interruption that the fault requires.
pub(crate) fn send(fault: &Fault, reply: &mut Reply) -> OutgoingBody {
    let mut steps = vec![];
    let rest = match reply.pieces.take() {
        Some(mut pieces) => {
            // The first chunk of a streamed body is sent before the interruption.
            if matches!(fault.kind, FaultKind::Stall(_) | FaultKind::Truncated) {
                steps.extend(pieces().map(Step::Data));
            }
            Step::Pieces(pieces)
        }
        None => {
            let whole = reply.body.clone();
            let half = match fault.kind {
                FaultKind::Stall(_) | FaultKind::Truncated => whole.len() / 2,
                _ => 0,
            };
            if matches!(fault.kind, FaultKind::Stall(_) | FaultKind::Truncated) {
                *reply =
                    std::mem::take(reply).with_header("Content-Length", whole.len().to_string());
            }
            steps.push(Step::Data(whole.slice(..half)));
            Step::Data(whole.slice(half..))
        }
    };
    match fault.kind {
        FaultKind::Stall(None) => steps.push(Step::Hang),
        FaultKind::Stall(Some(time)) => steps.extend([Step::Wait(time), rest]),
        FaultKind::Truncated => steps.push(Step::Break),
        FaultKind::Oversized(bytes) => steps.extend([rest, Step::Spaces(bytes)]),
        _ => steps.push(rest),
    }
    OutgoingBody::new(steps)
}

/// Returns the delay of the response.
pub(crate) fn delay_time(fault: &Fault) -> Option<Duration> {
    match fault.kind {
        FaultKind::Delay(time) => Some(time),
        _ => None,
    }
}

/// Returns the pointer to the object that contains a property.
fn parent_of(place: &str) -> &str {
    place.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Returns whether a pointer leads to a map with typed values. A new field in this map would be an
/// entry, not an undocumented field.
fn is_typed_map(tree: &Tree, schema: &Value, place: &str) -> bool {
    let mut schema = schema;
    for step in place.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let items = tree.resolve(schema).get("items");
        match property(tree, schema, &step).or(items) {
            Some(inner) => schema = inner,
            None => return false,
        }
    }
    has_typed_entries(tree, schema)
}

fn put(body: &mut Value, place: &str, value: Value) {
    if let Some(known) = body.pointer_mut(place) {
        *known = value;
    }
}

/// Collects pointers to the documented fields of a body.
fn collect_pointers(
    tree: &Tree,
    schema: &Value,
    body: &Value,
    place: String,
    only_enums: bool,
    found: &mut Vec<String>,
) {
    if found.len() >= 1000 {
        return;
    }
    match body {
        Value::Object(map) => {
            for (name, schema) in properties(tree, schema) {
                let Some(value) = map.get(name) else { continue };
                let name = name.replace('~', "~0").replace('/', "~1");
                let place = format!("{place}/{name}");
                let inner = tree.resolve(schema);
                let member = |key: &str| inner.get(key).and_then(Value::as_array);
                let listed = inner.get("enum").is_some()
                    || member("allOf").is_some_and(|all| {
                        all.iter().any(|m| tree.resolve(m).get("enum").is_some())
                    });
                if !only_enums || (listed && value.is_string()) {
                    found.push(place.clone());
                }
                collect_pointers(tree, schema, value, place, only_enums, found);
            }
        }
        Value::Array(items) => {
            if let Some(schema) = tree.resolve(schema).get("items") {
                for (number, item) in items.iter().enumerate().take(3) {
                    collect_pointers(
                        tree,
                        schema,
                        item,
                        format!("{place}/{number}"),
                        only_enums,
                        found,
                    );
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;

    #[test]
    fn an_extra_field_is_never_added_to_a_typed_map() {
        let counts = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
        let open = json!({ "type": "object", "properties": { "name": { "type": "string" }, "counts": counts } });
        let body = json!({ "name": "n", "counts": { "a": 1 } });
        let changed = |schema: &Value, body: &Value, seed: u64| -> Value {
            let content = json!({ "application/json": { "schema": schema } });
            let get = json!({ "operationId": "a", "responses": { "200": { "content": content } } });
            let text = json!({ "paths": { "/": { "get": get } } }).to_string();
            let document = Document::read(&text).unwrap();
            let mut fault = Fault::extra_field();
            fault.seed = Some(Prng::new("test", seed));
            let reply = Reply::json(200, body);
            let reply = change(&fault, &document, &document.operations[0], reply);
            serde_json::from_slice(&reply.body).unwrap()
        };
        for seed in 0..20 {
            let changed = changed(&open, &body, seed);
            assert_eq!(changed["counts"], json!({ "a": 1 }));
            assert!(changed["x_sandbox_extra"].is_object());
        }
        assert_eq!(changed(&counts, &json!({ "a": 1 }), 1), json!({ "a": 1 }));
    }
}
