//! The time that a connection may take to be made, call by call.
//!
//! Whoever runs out of time before there is a connection has sent nothing: only the connector can tell.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};

use tokio::time::{Instant, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    static END: Instant;
}

/// The connections of one client.
pub(crate) struct Connections {
    usual: reqwest::Client,
    /// Whether the client may follow redirects by itself.
    may_redirect: bool,
    /// Those that some calls have less time for, once there are any: a connector that asks every call costs every call.
    hurried: Option<(OnceLock<reqwest::Client>, Box<Build>)>,
}

type Build = dyn Fn() -> reqwest::ClientBuilder + Send + Sync;

impl Connections {
    /// Makes connections as the user's own client does.
    pub(crate) fn given(client: reqwest::Client) -> Self {
        // reqwest tells its policy by `Debug` only. If it ever stops to, we are careful without need.
        let may_redirect = !format!("{client:?}").contains("Policy(None)");
        Self {
            usual: client,
            may_redirect,
            hurried: None,
        }
    }

    /// Whether requests may be redirected behind our back: the client is the user's own and not known to refrain from it.
    pub(crate) fn may_redirect(&self) -> bool {
        self.may_redirect
    }

    pub(crate) fn new(
        build: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> reqwest::Result<Self> {
        Ok(Self {
            usual: build().build()?,
            may_redirect: false,
            hurried: Some((OnceLock::new(), Box::new(build))),
        })
    }

    /// Sends a request; if an end is given, its connection has to be made by then.
    pub(crate) async fn execute(
        &self,
        request: reqwest::Request,
        end: Option<Instant>,
    ) -> reqwest::Result<reqwest::Response> {
        match (end, &self.hurried) {
            (Some(end), Some((client, build))) => {
                let client = client.get_or_init(|| {
                    let builder = build().connector_layer(ConnectInTime);
                    // It was built like this before.
                    builder.build().unwrap_or_else(|_| self.usual.clone())
                });
                END.scope(end, client.execute(request)).await
            }
            _ => self.usual.execute(request).await,
        }
    }
}

/// Has a connector keep to the time of the call that it connects for.
#[derive(Clone, Copy)]
struct ConnectInTime;

impl<S> Layer<S> for ConnectInTime {
    type Service = InTime<S>;

    fn layer(&self, connector: S) -> InTime<S> {
        InTime(connector)
    }
}

#[derive(Clone)]
struct InTime<S>(S);

type BoxError = Box<dyn Error + Send + Sync>;

impl<R, S> Service<R> for InTime<S>
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
        match END.try_with(|end| *end) {
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
        f.write_str("it was not made in time")
    }
}

impl Error for TimedOut {}
