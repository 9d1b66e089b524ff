//! Runs only one call per idempotency key, and records the effects of calls.

use serde_json::Value;

use crate::actions::dispatch::perform;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::openapi::operation::{Operation, Repeat};
use crate::openapi::path_template::PathValues;
use crate::response::call_context::CallContext;
use crate::response::occasion::occasion;
use crate::response::payload::Payload;
use crate::rules::role::Role;
use crate::state::effects::{Effect, effect};
use crate::state::store::Place as RecordPlace;
use crate::state::vendor::Vendor;
use crate::webhooks::trigger::{can_trigger_webhooks, trigger};

/// Runs a call and records its effect. If a call to the operation with the same key has already
/// succeeded, returns the earlier response instead.
pub(super) fn handle_once(
    vendor: &Vendor,
    index: usize,
    path: &PathValues,
    request: &Request,
    payload: &Payload<'_>,
) -> Result<Reply, Refusal> {
    let operation = &vendor.document.operations[index];
    let call = CallContext::new(vendor, index, path, request, payload);
    let noted = kind_of_effect(vendor, index);
    let note = |kind: &str, key: Option<&str>| -> Effect {
        effect(&vendor.name, &operation.id, kind, request, key)
    };
    let Some((key, header)) = key(vendor, operation, request, payload) else {
        let reply = perform_and_send_webhooks(&call)?;
        if let Some(kind) = noted {
            vendor.effects.add(note(kind, None));
        }
        return Ok(reply);
    };
    let mut turn = vendor.effects.turn();
    if let Some(reply) = turn.answer(&operation.id, &key) {
        return Ok(reply);
    }
    let mut reply = perform_and_send_webhooks(&call)?;
    if let Some(header) = header {
        reply = reply.with_header(&header, key.clone());
    }
    let effect = note(noted.unwrap_or("action"), Some(&key));
    turn.keep(&operation.id, &key, &reply, effect);
    Ok(reply)
}

/// Runs the call and sends its webhooks.
fn perform_and_send_webhooks(call: &CallContext<'_>) -> Result<Reply, Refusal> {
    let reply = perform(call)?;
    if can_trigger_webhooks(call.vendor, &call.operation.id) {
        let answer = serde_json::from_slice(&reply.body).unwrap_or_default();
        let mut about = occasion(call, reply.status, &answer);
        about
            .records
            .extend(created_record(call, &reply, &about.subject));
        trigger(call.vendor, &about, None);
    }
    Ok(reply)
}

/// Returns the record that a call created. The key of the record is in the response, in the request
/// body, or at the end of `Location`.
fn created_record(
    call: &CallContext<'_>,
    reply: &Reply,
    subject: &Value,
) -> Option<(usize, RecordPlace)> {
    let part = call.part().filter(|part| part.role == Role::Create)?;
    let resource = call.lookup.resource(part.resource);
    let location = || {
        let (_, url) = reply.headers.iter().find(|(name, _)| name == "Location")?;
        let last = url.rsplit('/').next()?;
        let key = percent_encoding::percent_decode_str(last)
            .decode_utf8()
            .ok()?;
        Some(key.into_owned())
    };
    let key = resource.key_in(subject).or_else(location)?;
    let (scope, _) = call.lookup.scope(resource);
    Some((part.resource, RecordPlace { scope, key }))
}

/// Returns the idempotency key of a call, and the response header that repeats the key, if any.
fn key(
    vendor: &Vendor,
    operation: &Operation,
    request: &Request,
    payload: &Payload<'_>,
) -> Option<(String, Option<String>)> {
    let rules = vendor.profile.idempotency.as_ref();
    let field = match &operation.repeat {
        Repeat::KeyedByHeader(header) => {
            return Some((request.header(header)?.to_owned(), None));
        }
        Repeat::KeyedByBody(field) => field,
        _ => &rules.filter(|_| request.method == "POST")?.field,
    };
    let header = rules.and_then(|rules| rules.header.clone());
    Some((payload.text(field)?.to_owned(), header))
}

/// Returns the kind of effect of an operation, if it has one.
fn kind_of_effect(vendor: &Vendor, index: usize) -> Option<&str> {
    let operation = &vendor.document.operations[index];
    if let Some(effect) = &operation.effect {
        return Some(effect);
    }
    let reads = operation.method == "GET" || operation.method == "POST";
    match vendor.resources.part(index).map(|part| part.role) {
        Some(Role::Create) => Some("create"),
        Some(Role::Update) => Some("update"),
        Some(Role::Delete) => Some("delete"),
        Some(Role::Bulk) => Some("bulk"),
        Some(Role::List | Role::Read | Role::Download) => None,
        _ if reads && operation.repeat == Repeat::Safe => None,
        _ => Some("action"),
    }
}
