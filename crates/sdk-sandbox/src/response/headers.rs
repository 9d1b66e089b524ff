//! Response headers that the document declares, and headers that a vendor adds to every response.

use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::json::template::{Values, fill_text};
use crate::openapi::operation::Operation;
use crate::openapi::path_template::PathValues;
use crate::records::record_view::RecordView;
use crate::response::call_context::CallContext;
use crate::response::payload::Payload;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::sample::scalar::uuid;
use crate::state::vendor::Vendor;

/// Builds the response to a rejected request in the vendor's error format.
pub(crate) fn refuse(vendor: &Vendor, refusal: &Refusal, operation: Option<&Operation>) -> Reply {
    with_vendor_headers(vendor, refusal.render(&vendor.profile.errors, operation))
}

/// Adds the headers that the document declares for a response, and the headers that the vendor adds
/// to every response.
pub(crate) fn finish(
    vendor: &Vendor,
    index: usize,
    path: &PathValues,
    request: &Request,
    reply: Reply,
) -> Reply {
    let payload = Payload::default();
    let call = CallContext::new(vendor, index, path, request, &payload);
    with_vendor_headers(vendor, with_declared_headers(&call, reply))
}

fn with_vendor_headers(vendor: &Vendor, reply: Reply) -> Reply {
    if vendor.profile.headers.is_empty() {
        return reply;
    }
    let mut seed = Prng::new(
        &vendor.name,
        vendor.requests.fetch_add(1, Ordering::Relaxed),
    );
    let values = Values::from([("request_id", seed.hex(32).into())]);
    vendor
        .profile
        .headers
        .iter()
        .fold(reply, |reply, (name, text)| {
            if reply.has_header(name) {
                return reply;
            }
            reply.with_header(name, fill_text(text, &values))
        })
}

/// Adds the headers that the document declares for the reply's status.
pub(crate) fn with_declared_headers(call: &CallContext<'_>, reply: Reply) -> Reply {
    let exact = call.operation.answer(reply.status);
    let headers = exact
        .map(|answer| answer.headers.as_slice())
        .unwrap_or_default();
    headers.iter().fold(reply, |reply, (name, schema)| {
        if reply.has_header(name) || (reply.status >= 400 && is_retry_hint(name)) {
            return reply;
        }
        reply.with_header(name, header(call, name, schema))
    })
}

/// Sets the headers that the document declares for the URL or the key of a record.
pub(super) fn with_record_headers(
    call: &CallContext<'_>,
    reply: Reply,
    view: &RecordView<'_>,
) -> Reply {
    let answer = call.operation.answer(reply.status);
    let headers = answer.map(|a| a.headers.as_slice()).unwrap_or_default();
    headers.iter().fold(reply, |reply, (name, _)| {
        let is_key = |known: &String| known.eq_ignore_ascii_case(name);
        if name.eq_ignore_ascii_case("location") {
            match view.address() {
                Some(path) => reply.with_header(name, format!("{}{path}", call.vendor.base_url())),
                None => reply,
            }
        } else if call.vendor.profile.key_headers.iter().any(is_key) {
            reply.with_header(name, view.place.key.clone())
        } else {
            reply
        }
    })
}

fn header(call: &CallContext<'_>, name: &str, schema: &Value) -> String {
    let mut seed = call.seed(name, call.number);
    let limits = &call.vendor.profile.limits;
    let told = [&limits.limit_header, &limits.remaining_header];
    let is_told = |known: &String| known.eq_ignore_ascii_case(name);
    // If rate limits are off, the number of remaining calls always equals the limit.
    if let Some(requests) = limits.requests
        && told.into_iter().flatten().any(is_told)
    {
        return requests.to_string();
    }
    match name.to_ascii_lowercase().as_str() {
        "x-request-id" => uuid(&mut seed),
        "location" => format!("{}{}", call.vendor.origin(), call.request.path),
        "content-disposition" => "attachment; filename=\"sample\"".to_owned(),
        _ => match Sampler::new(call.document(), seed).value(schema) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

/// Returns whether a header tells clients when to retry. Clients obey these headers, so an error
/// response contains one only if a fault or the rate limiter adds it.
fn is_retry_hint(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    header == "retry-after" || header.ends_with("-reset")
}
