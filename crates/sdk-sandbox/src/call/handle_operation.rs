//! Handles a call: runs the checks in order, cheap checks first, and then the action.

use std::sync::Arc;

use serde_json::Value;

use crate::call::authorize::authorize;
use crate::call::idempotency::handle_once;
use crate::call::negotiate::negotiate;
use crate::call::parse_body::parse_body;
use crate::call::stream_lines::stream;
use crate::call::token_exchange::exchange_token;
use crate::call::validate::check_parameters;
use crate::http::body_error::BodyError;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::openapi::path_template::PathValues;
use crate::response::payload::Payload;
use crate::rules::error_kind::ErrorKind;
use crate::rules::role::Role;
use crate::state::vendor::Vendor;

/// Checks and runs a call. `Ok` contains a success response. For a token exchange, it can also
/// contain a response that reports the state of the account.
pub(crate) fn handle(
    vendor: &Arc<Vendor>,
    index: usize,
    path: &PathValues,
    request: &Arc<Request>,
) -> Result<Reply, Refusal> {
    let document = &vendor.document;
    let operation = &document.operations[index];
    let exchange_rules = vendor
        .profile
        .tokens
        .exchanges
        .get(&operation.id)
        .filter(|_| operation.token);
    if exchange_rules.is_none() {
        let (credentials, tokens) = (&vendor.credentials, &vendor.tokens);
        authorize(&operation.security, request, credentials, tokens)?;
    }
    if vendor.profile.accept_checked {
        negotiate(operation, request)?;
    }
    if request.body_error == Some(BodyError::TooLarge) {
        return Err(Refusal::new(ErrorKind::TooLarge, "the body is too large"));
    }
    let payload = parse_body(document, operation, &vendor.profile, request);
    if let Some(rules) = exchange_rules {
        return exchange_token(vendor, operation, rules, request, payload);
    }
    let mut payload = payload?;
    insert_path_key(vendor, index, path, &mut payload);
    check_parameters(document, operation, request, path)?;
    if operation.bulk.is_none() {
        payload.validate(document, ErrorKind::Validation)?;
    }
    if operation.lines() {
        return stream(vendor, index, path, request);
    }
    handle_once(vendor, index, path, request, &payload)
}

/// Adds the key from the path to the body of an update that can create a record, if the body omits
/// the key.
fn insert_path_key(vendor: &Vendor, index: usize, path: &PathValues, payload: &mut Payload<'_>) {
    let part = vendor
        .resources
        .part(index)
        .filter(|part| part.role == Role::Update);
    if let (Some(part), Some(Value::Object(body))) = (part, &mut payload.value)
        && let resource = &vendor.resources.all[part.resource]
        && let (Some(key), Some((_, value))) = (&resource.key, path.last())
        && !resource.single
        && vendor.document.operations[index].answer(201).is_some()
    {
        body.entry(key.clone())
            .or_insert_with(|| resource.key_value(&vendor.document, value));
    }
}
