//! Handles a request to a vendor in this order: route, fault, body, rate limit, call, changes by
//! the fault, log.

use std::io;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::Body;

use crate::actions::bulk::lines;
use crate::call::handle_operation::handle;
use crate::http::body_reader::{BodyFormat, read_body};
use crate::http::multipart::Parser;
use crate::http::outgoing_body::{OutgoingBody, Step};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::openapi::operation::Operation;
use crate::openapi::path_template::PathValues;
use crate::openapi::router::RouteMatch;
use crate::response::headers::{finish, refuse};
use crate::rules::error_kind::ErrorKind;
use crate::server::api_browser::serve_browser;
use crate::state::fault::{Fault, FaultKind};
use crate::state::fault_effects::{self, delay_time, with_hints};
use crate::state::rate_limiter::Permit;
use crate::state::request_log::LoggedRequest;
use crate::state::vendor::Vendor;

/// Request header with a fault.
const FAULT_HEADER: &str = "x-sandbox-fault";

/// Handles a request. An `Err` makes hyper close the connection without a response.
pub(crate) async fn serve<B>(
    vendor: &Arc<Vendor>,
    request: http::Request<B>,
) -> io::Result<Response<OutgoingBody>>
where
    B: Body<Data = bytes::Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let (parts, body) = request.into_parts();
    let mut request = Request::head(&parts);
    if let Some(reply) = serve_browser(vendor, &request.method, &request.path) {
        return Ok(response(reply, None));
    }
    let found = match vendor.find(&request) {
        RouteMatch::Operation(index, path) => Ok((index, path)),
        RouteMatch::OtherMethods(methods) => {
            let detail = format!("{} is not allowed for this path", request.method);
            let refusal = Refusal::new(ErrorKind::MethodNotAllowed, detail);
            Err(refusal.with_header("Allow", methods.join(", ")))
        }
        RouteMatch::Nothing => {
            let detail = format!("{} does not exist", request.path);
            Err(Refusal::new(ErrorKind::NotFound, detail))
        }
    };
    let operation = found
        .as_ref()
        .ok()
        .map(|(index, _)| &vendor.document.operations[*index]);
    let fault = match fault_of(vendor, operation, &request) {
        Ok(fault) => fault,
        Err(reply) => return Ok(response(reply, None)),
    };
    if fault
        .as_ref()
        .is_some_and(|fault| fault.kind == FaultKind::ResetBefore)
    {
        log_request(vendor, operation, &request, 0);
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    let format = format(vendor, operation, &request);
    request.fill(
        read_body(body, format, &vendor.budget)
            .await
            .map_err(io::Error::other)?,
    );
    if let Some(FaultKind::Job(states)) = fault.as_ref().map(|fault| &fault.kind) {
        request.job_states.clone_from(states);
    }
    let request = Arc::new(request);
    let reply = match &found {
        Ok((index, path)) => {
            let (index, path) = (*index, path);
            match answer(vendor, index, path, &request, fault.as_ref()) {
                Some((reply, permit)) => {
                    log_request(vendor, operation, &request, reply.status);
                    // If the caller closes the connection during the delay, the code below doesn't
                    // run.
                    if let Some(time) = fault.as_ref().and_then(delay_time) {
                        tokio::time::sleep(time).await;
                    }
                    drop(permit);
                    return Ok(response(reply, fault.as_ref()));
                }
                None => {
                    log_request(vendor, operation, &request, 0);
                    return Err(io::ErrorKind::ConnectionReset.into());
                }
            }
        }
        Err(refusal) => refuse(vendor, refusal, None),
    };
    log_request(vendor, operation, &request, reply.status);
    Ok(response(reply, None))
}

/// Returns the fault that the request contains, or that a test added for its operation.
fn fault_of(
    vendor: &Vendor,
    operation: Option<&Operation>,
    request: &Request,
) -> Result<Option<Fault>, Reply> {
    let Some(operation) = operation else {
        return Ok(None);
    };
    match request.header(FAULT_HEADER).map(str::parse::<Fault>) {
        Some(Ok(fault)) => Ok(Some(fault)),
        Some(Err(error)) => {
            let body = serde_json::json!({ "sandbox": error.to_string() });
            Err(Reply::json(400, &body))
        }
        None => Ok(vendor.faults.next(operation)),
    }
}

fn format(vendor: &Vendor, operation: Option<&Operation>, request: &Request) -> BodyFormat {
    let Some(operation) = operation else {
        return BodyFormat::Whole;
    };
    let media = request.media_type().unwrap_or_default();
    let takes = |name: &str| {
        let media = operation.body.iter().flat_map(|body| &body.media);
        media.into_iter().any(|m| m.name.eq_ignore_ascii_case(name))
    };
    if media == "multipart/form-data" && takes(&media) {
        let content_type = request.header("content-type").unwrap_or_default();
        let keep = vendor.memory.saturating_sub(vendor.store.bytes());
        let parser = Parser::new(content_type, keep, vendor.discard_uploads);
        return BodyFormat::Parts(parser.map(Box::new));
    }
    match lines(operation) {
        Some(bulk) if takes(&media) => BodyFormat::Lines(bulk),
        _ => BodyFormat::Whole,
    }
}

/// Returns the response of an operation and its rate limit permit, or `None` if the connection must
/// be reset.
fn answer<'v>(
    vendor: &'v Arc<Vendor>,
    index: usize,
    path: &PathValues,
    request: &Arc<Request>,
    fault: Option<&Fault>,
) -> Option<(Reply, Option<Permit<'v>>)> {
    let operation = &vendor.document.operations[index];
    let permit = match vendor.limiter.acquire(operation) {
        Ok(permit) => permit,
        Err(refusal) => {
            let reply = refuse(vendor, &refusal, Some(operation));
            return Some((finish(vendor, index, path, request, reply), None));
        }
    };
    if let (Some(fault), Some(token)) = (fault, request.bearer()) {
        match fault.kind {
            FaultKind::Expired => vendor.tokens.expire_one(token),
            FaultKind::Revoked => vendor.tokens.revoke_one(token),
            _ => {}
        }
    }
    let done = match fault.filter(|fault| fault.prevents()) {
        Some(_) => Ok(Reply::default()),
        None => handle(vendor, index, path, request),
    };
    let refused = done.is_err();
    let reply = done.unwrap_or_else(|refusal| refuse(vendor, &refusal, Some(operation)));
    let reply = match fault {
        Some(fault) => apply_fault(vendor, fault, operation, request, reply, refused)?,
        None => reply,
    };
    let reply = permit.mark(finish(vendor, index, path, request, reply));
    let reply = match fault {
        Some(fault) => fault_effects::change(fault, &vendor.document, operation, reply),
        None => reply,
    };
    Some((reply, Some(permit)))
}

/// Replaces a response as the fault requires. Returns `None` if the connection must be reset.
fn apply_fault(
    vendor: &Vendor,
    fault: &Fault,
    operation: &Operation,
    request: &Request,
    reply: Reply,
    refused: bool,
) -> Option<Reply> {
    match &fault.kind {
        FaultKind::Reset => {
            let _ = reply.settled();
            None
        }
        // If the call ran and was rejected, its response contains the reason.
        FaultKind::Status(_) if fault.applied && refused => Some(reply),
        FaultKind::Status(status) => {
            let _ = reply.settled();
            let detail = format!("simulated fault with the status {status}");
            let refusal = Refusal::of_status(*status, detail);
            let reply = refusal.render(&vendor.profile.errors, Some(operation));
            let reply = match &fault.body {
                Some((media, bytes)) => reply.with_body(media, bytes.clone()),
                None => reply,
            };
            Some(with_hints(fault, reply))
        }
        FaultKind::Redirect(to) => {
            let to = to.clone().unwrap_or_else(|| {
                let query = if request.raw_query.is_empty() {
                    String::new()
                } else {
                    format!("?{}", request.raw_query)
                };
                format!("{}{}{query}", vendor.elsewhere(), request.path)
            });
            let reply = Reply {
                status: 307,
                ..Reply::default()
            };
            Some(with_hints(fault, reply.with_header("Location", to)))
        }
        _ => Some(with_hints(fault, reply)),
    }
}

fn log_request(vendor: &Vendor, operation: Option<&Operation>, request: &Request, status: u16) {
    let id = operation.map(|operation| operation.id.clone());
    vendor
        .log
        .add(LoggedRequest::new(&vendor.name, id, request, status));
}

/// Converts a reply to the response that is sent.
pub(crate) fn response(mut reply: Reply, fault: Option<&Fault>) -> Response<OutgoingBody> {
    let body = match fault {
        Some(fault) => fault_effects::send(fault, &mut reply),
        None => OutgoingBody::new([match reply.pieces.take() {
            Some(pieces) => Step::Pieces(pieces),
            None => Step::Data(std::mem::take(&mut reply.body)),
        }]),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
        // Skip names and values that HTTP doesn't allow. They originate from a document or a test.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
