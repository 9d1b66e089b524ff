//! Handles NDJSON lines one by one while their statuses are sent.

use std::sync::Arc;

use bytes::Bytes;

use crate::actions::bulk::line as line_status;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::openapi::path_template::PathValues;
use crate::records::lookup::Lookup;
use crate::response::call_context::CallContext;
use crate::response::payload::Payload;
use crate::rules::error_kind::ErrorKind;
use crate::rules::role::Role;
use crate::state::effects::effect;
use crate::state::vendor::Vendor;

/// Builds a streamed response that handles each line immediately before it sends the status of the
/// line.
pub(super) fn stream(
    vendor: &Arc<Vendor>,
    index: usize,
    path: &PathValues,
    request: &Arc<Request>,
) -> Result<Reply, Refusal> {
    let operation = &vendor.document.operations[index];
    let part = vendor
        .resources
        .part(index)
        .filter(|part| part.role == Role::Bulk);
    let (Some(part), Some(_)) = (part, &request.lines) else {
        return Err(Refusal::new(ErrorKind::Malformed, "the body has no lines"));
    };
    Lookup::new(vendor, index, path).check_parents()?;
    vendor
        .effects
        .add(effect(&vendor.name, &operation.id, "bulk", request, None));
    let (status, answer) = operation.success();
    let media = answer.and_then(|answer| answer.media.first());
    let media = media.map_or("application/json", |(name, _)| name.as_str());
    let resource = part.resource;
    let (vendor, request, path) = (Arc::clone(vendor), Arc::clone(request), path.clone());
    let mut number = 0;
    let pieces = move || {
        let line = request.lines.as_ref()?.get(number)?;
        number += 1;
        let payload = Payload::default();
        let call = CallContext::new(&vendor, index, &path, &request, &payload);
        Some(Bytes::from(line_status(&call, resource, number, line)))
    };
    let mut reply = Reply {
        status,
        ..Reply::default()
    };
    reply.pieces = Some(Box::new(pieces));
    Ok(reply.with_header("Content-Type", media))
}
