//! Spans of a call and of its attempts, and the events between them. Fields have the names from
//! OpenTelemetry's semantic conventions for HTTP, if the conventions define a name.
//!
//! Spans and events contain no arguments, headers or bodies. The path is the template from the
//! OpenAPI document, and is omitted if the caller wrote the path.

use std::time::Duration;

use tracing::field::Empty;
use tracing::{Span, debug, debug_span, info_span};

use crate::call_path::context::CallContext;
use crate::call_path::prepare::Prepared;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;

/// Creates the span of a whole call.
pub(super) fn operation(context: &CallContext, request: &Prepared) -> Span {
    info_span!(
        "operation",
        otel.kind = "client",
        otel.name = request.operation.id,
        vendor = context.vendor.name,
        operation.id = request.operation.id,
        http.request.method = request.method.as_str(),
        url.template = request.template(),
        server.address = request.host(),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
    )
}

/// Creates the span of one attempt.
pub(super) fn attempt(context: &CallContext, request: &Prepared, resend_count: u32) -> Span {
    let span = debug_span!(
        "attempt",
        otel.kind = "client",
        vendor = context.vendor.name,
        operation.id = request.operation.id,
        http.request.method = request.method.as_str(),
        url.template = request.template(),
        server.address = request.host(),
        server.port = request.url.port_or_known_default(),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
    );
    if resend_count > 0 {
        span.record("http.request.resend_count", resend_count);
    }
    span
}

/// Emits an event for a retry, with its reason, its delay, and the number of the next attempt.
pub(super) fn retry(
    request: &Prepared,
    outcome: &Result<RawResponse, Error>,
    failed: u32,
    wait: Duration,
) {
    let status = match outcome {
        Ok(raw) => Some(raw.status()),
        Err(error) => error.status(),
    };
    let reason = match (&status, outcome) {
        (Some(status), _) => status.as_str(),
        (None, Err(error)) => error.kind().name(),
        (None, Ok(_)) => "",
    };
    debug!(
        operation.id = request.operation.id,
        reason,
        delay_ms = milliseconds(wait),
        attempt = failed + 1,
        "retry"
    );
}

/// Emits an event for a long wait for a permit.
pub(super) fn waited(request: &Prepared, wait: Duration) {
    debug!(
        operation.id = request.operation.id,
        wait_ms = milliseconds(wait),
        "waited for a permit"
    );
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Records the outcome of a call or an attempt in its span.
pub(super) fn record(span: &Span, outcome: &Result<RawResponse, Error>) {
    if span.is_disabled() {
        return;
    }
    let (status, attempts) = match outcome {
        Ok(raw) => (Some(raw.status()), raw.attempts()),
        Err(error) => (error.status(), error.attempts()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    match outcome {
        Ok(raw) if raw.status().as_u16() < 400 => {}
        Ok(raw) => {
            span.record("error.type", raw.status().as_str());
        }
        Err(error) => {
            let status = error.status().filter(|_| error.kind() == ErrorKind::Status);
            span.record(
                "error.type",
                match &status {
                    Some(status) => status.as_str(),
                    None => error.kind().name(),
                },
            );
        }
    }
}
