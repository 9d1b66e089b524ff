//! Per-call deadline for connecting.
//!
//! If a call's deadline passes before a connection is established, nothing was sent. Only the
//! connector can determine this.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    pub(super) static DEADLINE: Instant;
}

/// Ends an attempt to connect at the deadline of the call that needs the connection.
#[derive(Clone, Copy)]
pub(super) struct ConnectDeadline;

impl<S> Layer<S> for ConnectDeadline {
    type Service = DeadlineConnector<S>;

    fn layer(&self, connector: S) -> DeadlineConnector<S> {
        DeadlineConnector(connector)
    }
}

#[derive(Clone)]
pub(super) struct DeadlineConnector<S>(S);

type BoxError = Box<dyn Error + Send + Sync>;

impl<R, S> Service<R> for DeadlineConnector<S>
where
    S: Service<R, Error = BoxError>,
    S::Response: 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        match DEADLINE.try_with(|end| *end) {
            Ok(end) => Box::pin(async move {
                timeout_at(end, connecting)
                    .await
                    .unwrap_or_else(|_| Err(TimedOut.into()))
            }),
            Err(_) => Box::pin(connecting),
        }
    }
}

#[derive(Debug)]
struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was not established in time")
    }
}

impl Error for TimedOut {}
