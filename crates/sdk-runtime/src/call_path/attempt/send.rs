//! Sends one attempt, follows its redirects, and reads as much of the response as requested.

use std::borrow::Cow;

use tokio::time::Instant;
use url::Url;

use crate::call_path::attempt::upload_silence::UploadSilence;
use crate::call_path::attempt::{check_answer, redirect};
use crate::call_path::context::CallContext;
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::prepare::Prepared;
use crate::config::base_url::plain_http_error;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::body::source::NotOpened;
use crate::request::body::unreadable::Unreadable;
use crate::request::credential::Credential;
use crate::response::known_secrets::KnownSecrets;
use crate::response::raw_response::{RawResponse, ReadRules};
use crate::transport::failure::{TransportError, TransportErrorKind};
use crate::transport::request::{TransportBody, TransportRequest};
use crate::transport::response::TransportResponse;

pub(super) async fn send(
    call: LogicalCall<'_>,
    credential: &Credential,
    began: Instant,
    until: Option<Instant>,
) -> Result<RawResponse, Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    let (response, origin) = follow(call, credential, began, until).await?;
    if origin == Origin::Unknown {
        // Boxed, so that calls without redirects don't reserve space for this future.
        let redirected = redirected(context, request, credential, response, until);
        return Err(Box::pin(redirected).await);
    }
    let is_from_vendor = origin == Origin::Vendor;
    let mut raw = unread_response(context, request, credential, response, is_from_vendor);
    check_answer::read(&mut raw, request.reading, until).await?;
    Ok(raw)
}

/// Origin of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Vendor,
    /// The target of a redirect from the vendor to another origin.
    Other,
    /// An unknown target: the HTTP client followed a redirect by itself.
    Unknown,
}

/// Sends the request, and follows redirects.
async fn follow(
    call: LogicalCall<'_>,
    credential: &Credential,
    began: Instant,
    until: Option<Instant>,
) -> Result<(TransportResponse, Origin), Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    let mut elsewhere: Option<Url> = None;
    let mut origin = Origin::Vendor;
    let mut followed = 0;
    loop {
        let body = request.body.open().await;
        let mut body = body.map_err(|why| not_opened(request, why))?;
        let upload = request.body.is_streamed().then(UploadSilence::default);
        if let Some(upload) = &upload {
            body = upload.watch(body);
        }
        let url = elsewhere.as_ref().unwrap_or(&request.url);
        let trusted = Some(credential).filter(|_| origin == Origin::Vendor);
        // Reuses the start time of the attempt, because reading the clock is slow.
        let now = if followed == 0 && upload.is_none() {
            began
        } else {
            Instant::now()
        };
        let connect_until = (request.timeouts).connect_until(&context.timeouts, now, until);
        let (hop, url) = hop(call, trusted, url, body, connect_until);
        let sending = context.transport.send(hop);
        let response = match upload {
            Some(upload) => {
                let idle = request.timeouts.idle();
                Box::pin(upload.limit(idle, request.operation, sending)).await?
            }
            None => sending.await,
        };
        let response = response.map_err(|error| transport_error(call, &url, error))?;
        if response.url != *url {
            return Ok((response, Origin::Unknown));
        }
        match redirect::target(&request.method, &url, response.status, &response.headers) {
            Some(next) if followed < redirect::MOST => {
                if !context
                    .base_url
                    .can_redirect_to(&next, context.allow_plain_http)
                {
                    let text = format!("a redirect was not followed: {}", plain_http_error(&next));
                    return Err(Error::configuration(text).with_operation(request.operation));
                }
                // After a redirect to another origin, credentials are withheld, even if a later
                // redirect leads back to the original origin.
                if request.url.origin() != next.origin() {
                    origin = Origin::Other;
                }
                followed += 1;
                elsewhere = Some(next);
            }
            _ => return Ok((response, origin)),
        }
    }
}

/// Returns the request for a URL, and the URL with the parts that the credential adds.
///
/// Without a credential, the request contains only headers that don't identify the caller.
fn hop<'u>(
    call: LogicalCall<'_>,
    credential: Option<&Credential>,
    url: &'u Url,
    body: TransportBody,
    (connect_until, is_hurried): (Option<Instant>, bool),
) -> (TransportRequest, Cow<'u, Url>) {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
    let mut url = Cow::Borrowed(url);
    let mut headers = request.headers(context);
    match credential {
        Some(credential) => credential.apply(&mut headers, &mut url),
        None => headers = redirect::without_credentials(&headers),
    }
    let hop = TransportRequest {
        method: request.method.clone(),
        url: Url::clone(&url),
        headers,
        body,
        connect_until,
        silent_at: progress.timed_out_at(),
        is_hurried,
    };
    (hop, url)
}

fn not_opened(request: &Prepared, why: NotOpened) -> Error {
    match why {
        NotOpened::File(path, error) => {
            let text = format!("the file {} cannot be read", path.display());
            Error::request(request.operation, text).with_source(error)
        }
        NotOpened::Spent => Error::request(
            request.operation,
            "the body is a stream that was already sent and cannot be sent again",
        ),
    }
}

const CLIENT_FOLLOWS_REDIRECTS: &str = "your HTTP client follows redirects by itself and may send credentials elsewhere: \
     build it with redirect(Policy::none())";

/// Returns the error for a request that the HTTP client redirected by itself.
///
/// A write may have been applied at either URL. Therefore, its error keeps the response, so that
/// the caller can recognize a success.
async fn redirected(
    context: &CallContext,
    request: &Prepared,
    credential: &Credential,
    response: TransportResponse,
    until: Option<Instant>,
) -> Error {
    if !request.rules.is_write() {
        return Error::configuration(CLIENT_FOLLOWS_REDIRECTS).with_operation(request.operation);
    }
    let text = format!(
        "the request was sent to {} and then redirected to {}, which returned this response: {CLIENT_FOLLOWS_REDIRECTS}",
        request.host(),
        response.url.host_str().unwrap_or_default(),
    );
    let mut raw = unread_response(context, request, credential, response, false);
    check_answer::read_error(&mut raw, until).await;
    request
        .nature()
        .redirected(raw.error(ErrorKind::Configuration, text))
}

/// Returns the error of a request that got no response.
fn transport_error(call: LogicalCall<'_>, url: &Url, error: TransportError) -> Error {
    let LogicalCall {
        context, request, ..
    } = call;
    if let Some(ours) = Unreadable::caused(&error) {
        return Error::request(request.operation, ours.to_string());
    }
    let host = server(url);
    let (kind, text) = match error.kind() {
        TransportErrorKind::Redirected => {
            let failure = Error::configuration(CLIENT_FOLLOWS_REDIRECTS)
                .with_operation(request.operation)
                .with_source(error);
            return request.nature().redirected(failure);
        }
        TransportErrorKind::NotSent
            if request
                .nature()
                .proves_unsent(context.transport.may_redirect()) =>
        {
            (
                ErrorKind::Connect,
                describe_connection_failure(context, url, &error),
            )
        }
        TransportErrorKind::TimedOut => (
            ErrorKind::Timeout,
            format!("no response from {host} in time"),
        ),
        TransportErrorKind::Invalid => {
            (ErrorKind::Request, "the request cannot be built".to_owned())
        }
        TransportErrorKind::NotProcessed => (
            ErrorKind::NotProcessed,
            format!("{host} rejected the request before processing it"),
        ),
        TransportErrorKind::NotSent | TransportErrorKind::Broken => (
            ErrorKind::Transport,
            format!("the connection to {host} broke before a response arrived"),
        ),
    };
    let is_permanent = error.is_permanent();
    let error = Error::new(kind, text)
        .with_operation(request.operation)
        .with_source(error);
    if is_permanent {
        error.with_permanence()
    } else {
        error
    }
}

/// Describes what could not be reached: the server, or the proxy that the client uses for it.
fn describe_connection_failure(context: &CallContext, url: &Url, error: &TransportError) -> String {
    let host = server(url);
    let proxy = context.transport.proxy(url);
    match (proxy, error.is_by_proxy()) {
        (Some(proxy), true) => {
            format!(
                "no connection to {host}: the proxy {} refused it",
                proxy.url
            )
        }
        (None, true) => format!("no connection to {host}: the proxy refused it"),
        (Some(proxy), false) if proxy.has_exceptions => {
            format!(
                "no connection to {host}, or to the proxy {} that the client uses for it",
                proxy.url
            )
        }
        (Some(proxy), false) => format!("no connection to {host} through the proxy {}", proxy.url),
        (None, false) => format!("no connection to {host}"),
    }
}

/// Returns the host and port, without any secrets.
fn server(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Returns the response to a request, with an unread body.
fn unread_response(
    context: &CallContext,
    request: &Prepared,
    credential: &Credential,
    response: TransportResponse,
    is_from_vendor: bool,
) -> RawResponse {
    let (body, headers) = (request.secrets.clone(), request.header_secrets.clone());
    RawResponse::new(
        context.vendor,
        request.operation,
        response,
        is_from_vendor,
        KnownSecrets::new(credential, body, headers),
        ReadRules {
            idle: request.timeouts.idle(),
            most: request.max_answer,
            is_possibly_applied_if_unread: request.nature().is_possibly_applied_if_unread(),
        },
    )
}
