//! The trait that connects a client to an HTTP library.

use crate::BoxFuture;
use crate::transport::failure::TransportError;
use crate::transport::request::TransportRequest;
use crate::transport::response::TransportResponse;

/// Sends one HTTP request and returns the response, regardless of its status.
///
/// Implement this trait to use another HTTP library, to record traffic, or to respond to calls in
/// tests without a socket. Pass the implementation to the builder with `transport(…)`. The client
/// handles retries, tokens, rate limits, redirects and timeouts. A transport must not handle them,
/// and must follow these rules:
///
/// - **Serve calls concurrently.** All clones of a client share one transport, in any tokio
///   runtime. The future that `send` returns is polled in the runtime of its call, and may be
///   dropped before its first poll.
/// - **Send each request once.** The client counts attempts and decides which requests may be
///   repeated.
/// - **Don't follow redirects.** The client follows them, and strips credentials if the target has
///   another origin. If the URL in [`TransportResponse`] differs from the URL of the request, the
///   call fails.
/// - **Don't log headers, URLs or bodies.** They contain credentials.
/// - **Report what happened to a request that failed**, with a
///   [`TransportErrorKind`](crate::TransportErrorKind). `NotSent` and `NotProcessed` are promises:
///   the client repeats the request even if it costs money. If in doubt, use `Broken`.
/// - **Respect [`connect_until`](TransportRequest::connect_until).** If no connection is
///   established by then, fail with `NotSent`. The client enforces all other limits: it drops the
///   future when the time limit of an attempt or a call expires. Dropping the future must stop the
///   request (for HTTP/1.1, close the connection).
/// - **Use another connection after a timeout.** See [`silent_at`](TransportRequest::silent_at).
/// - **Return as soon as the headers have arrived**, regardless of the status, and stream the body.
///   Skip interim responses (1xx). The client limits the size of the body and the time between its
///   chunks. If reading the body fails, return the error as an item of its stream.
/// - **Decode `Content-Encoding`** if the transport requests compression with `Accept-Encoding`.
///   Then remove `Content-Encoding` and `Content-Length` from the headers.
/// - **Fail with `Broken` if the body of a response is shorter than its `Content-Length`** (RFC
///   9112, section 8).
/// - **Set `Content-Length` or `Transfer-Encoding`** from [`TransportBody`](crate::TransportBody).
///   The client sets `Content-Length` itself only for an empty body, with the methods `POST`, `PUT`
///   and `PATCH` (RFC 9110, section 8.6).
/// - **Return errors of the request body.** If an item of its stream is an error, fail with that
///   error as a source. The client reports that error to its caller.
///
/// The settings `proxy`, `http` and `http_client` of the builder apply only to the built-in
/// transport.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response. The error's kind describes how far the request
    /// got.
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>>;
}
