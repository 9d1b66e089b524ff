//! Bulk calls, which return one status per record in the order of the input.

use serde_json::{Map, Value, json};

use crate::actions::crud::write_one;
use crate::http::ndjson::NdjsonLine;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::openapi::operation::{Bulk, Operation};
use crate::openapi::schema::Check;
use crate::openapi::schema::FieldViolation;
use crate::response::call_context::CallContext;
use crate::response::headers::with_declared_headers;
use crate::rules::error_kind::ErrorKind;
use crate::state::store::Place;

/// Creates or updates a record for each item of the array in the body. The response is an array
/// with the status of each item.
pub(super) fn array(call: &CallContext<'_>, index: usize) -> Result<Reply, Refusal> {
    let most = call.operation.bulk.map_or(usize::MAX, |bulk| bulk.most);
    let Some(Value::Array(items)) = &call.payload.value else {
        return Err(Refusal::new(
            ErrorKind::Malformed,
            "the body is not an array",
        ));
    };
    if items.len() > most {
        let detail = format!("{} items are more than the maximum of {most}", items.len());
        return Err(Refusal::new(ErrorKind::TooLarge, detail));
    }
    let document = call.document();
    let schema = call
        .operation
        .body_schema()
        .map(|schema| document.resolve(schema));
    let check = schema
        .and_then(|schema| schema.get("items"))
        .map(Check::new);
    let entries = items
        .iter()
        .map(|item| entry(call, index, None, item, check.as_ref()));
    let body = Value::Array(entries.collect());
    let reply = Reply::json(call.operation.success().0, &body);
    Ok(with_declared_headers(call, reply))
}

/// Creates or updates the record in one line of the body, and returns the corresponding line of the
/// response, including the line end.
pub(crate) fn line(
    call: &CallContext<'_>,
    index: usize,
    number: usize,
    line: &NdjsonLine,
) -> String {
    let refused = |kind, detail: &str| {
        let refusal = Refusal::new(kind, detail);
        status_of(call, Some(number), &Map::new(), Err(refusal))
    };
    let status = match line {
        NdjsonLine::TooLong => refused(ErrorKind::TooLarge, "the line is too long"),
        NdjsonLine::Whole(bytes) => match serde_json::from_slice::<Value>(bytes) {
            Ok(item @ Value::Object(_)) => {
                let media = call.operation.body.iter().flat_map(|body| &body.media);
                let check = media.map(|media| &media.check).next();
                entry(call, index, Some(number), &item, check)
            }
            _ => refused(ErrorKind::Malformed, "the line is not a JSON object"),
        },
    };
    format!("{status}\n")
}

/// Checks one item, creates or updates its record, and returns the status of the item.
fn entry(
    call: &CallContext<'_>,
    index: usize,
    number: Option<usize>,
    item: &Value,
    check: Option<&Check>,
) -> Value {
    let resource = call.lookup.resource(index);
    let name = resource.key.clone().unwrap_or_else(|| "code".to_owned());
    let mut own = Map::new();
    let Some(key) = resource.key_in(item).filter(|_| item[&name].is_string()) else {
        let fault = FieldViolation {
            field: name,
            message: "is required".to_owned(),
        };
        let refusal = Refusal::of_fields(ErrorKind::Validation, vec![fault]);
        return status_of(call, number, &own, Err(refusal));
    };
    own.insert(name, json!(key));
    let (scope, _) = call.lookup.scope(resource);
    let outcome = check_item(call, item, check)
        .and_then(|()| upsert(call, index, Place { scope, key }, item));
    status_of(call, number, &own, outcome)
}

fn check_item(call: &CallContext<'_>, item: &Value, check: Option<&Check>) -> Result<(), Refusal> {
    let document = call.document();
    let Some(check) = check else {
        return Ok(());
    };
    let faults = check
        .violations(document, item)
        .map_err(Refusal::internal)?;
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::of_fields(ErrorKind::Validation, faults))
    }
}

fn upsert(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    item: &Value,
) -> Result<Reply, Refusal> {
    let there = call.lookup.exists(index, &place);
    write_one(call, index, place, item)?;
    Ok(Reply {
        status: if there { 204 } else { 201 },
        ..Reply::default()
    })
}

fn status_of(
    call: &CallContext<'_>,
    number: Option<usize>,
    own: &Map<String, Value>,
    outcome: Result<Reply, Refusal>,
) -> Value {
    let mut status = Map::new();
    if let Some(number) = number {
        status.insert("line".to_owned(), json!(number));
    }
    status.extend(own.clone());
    match outcome {
        Ok(reply) => {
            status.insert("status_code".to_owned(), json!(reply.status));
        }
        Err(refusal) => {
            let rules = &call.vendor.profile.errors;
            let reply = refusal.render(rules, Some(call.operation));
            status.insert("status_code".to_owned(), json!(reply.status));
            if let Ok(Value::Object(body)) = serde_json::from_slice(&reply.body) {
                let told = body.into_iter().filter(|(name, _)| name != "code");
                status.extend(told);
            }
        }
    }
    Value::Object(status)
}

/// Returns the limits of the NDJSON body, if the operation accepts one.
pub(crate) fn lines(operation: &Operation) -> Option<Bulk> {
    operation.bulk.filter(|bulk| bulk.lines)
}
