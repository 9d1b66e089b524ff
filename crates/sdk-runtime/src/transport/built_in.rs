//! The built-in transport, which uses reqwest.

pub(crate) mod client_settings;
mod connect_deadline;
mod evidence;
mod pool;
pub(crate) mod proxy_name;

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll, ready};

use tokio::time::Instant;
use url::Url;

use crate::BoxFuture;
use crate::transport::built_in::client_settings::ClientSettings;
use crate::transport::built_in::evidence::failure;
use crate::transport::built_in::pool::Pool;
use crate::transport::built_in::proxy_name::ProxyName;
use crate::transport::failure::{TransportError, TransportErrorKind};
use crate::transport::request::{Content, TransportRequest};
use crate::transport::response::{ResponseBody, TransportResponse};

/// The connections of one client.
pub(crate) struct BuiltIn {
    /// Replaced after connections of the pool timed out.
    pool: RwLock<Arc<Pool>>,
    /// Settings for building another pool. `None` for the user's own HTTP client.
    settings: Option<ClientSettings>,
    /// Whether the last response used HTTP/1, where concurrent requests never share a connection.
    is_http1: AtomicBool,
    /// Whether the HTTP client may follow redirects by itself.
    may_redirect: bool,
}

impl BuiltIn {
    /// Wraps the user's own HTTP client.
    pub(crate) fn given(client: reqwest::Client) -> Self {
        // reqwest exposes its redirect policy only through `Debug`. If that output changes, the
        // client is assumed to follow redirects.
        let may_redirect = !format!("{client:?}").contains("Policy(None)");
        Self {
            pool: RwLock::new(Arc::new(Pool::new(client))),
            settings: None,
            is_http1: AtomicBool::new(false),
            may_redirect,
        }
    }

    pub(crate) fn new(settings: ClientSettings) -> Result<Self, TransportError> {
        let client = settings
            .builder()
            .build()
            .map_err(|error| TransportError::new(TransportErrorKind::Invalid).with_source(error))?;
        Ok(Self {
            pool: RwLock::new(Arc::new(Pool::new(client))),
            settings: Some(settings),
            is_http1: AtomicBool::new(false),
            may_redirect: false,
        })
    }

    /// Returns whether the HTTP client may follow redirects unnoticed.
    ///
    /// This is true for the user's own client, unless it is known not to follow them.
    pub(crate) fn may_redirect(&self) -> bool {
        self.may_redirect
    }

    /// Returns a future that sends a request.
    ///
    /// The future is kept small, because the futures of all earlier stages contain it.
    pub(crate) fn send(
        &self,
        request: TransportRequest,
    ) -> Exchange<'_, impl Future<Output = reqwest::Result<reqwest::Response>> + Send + Unpin> {
        let TransportRequest {
            method,
            url,
            headers,
            body,
            connect_until,
            silent_at,
            is_hurried,
        } = request;
        let mut out = reqwest::Request::new(method, url);
        *out.headers_mut() = headers;
        *out.body_mut() = match body.0 {
            Content::Empty => None,
            Content::Bytes(bytes) => Some(bytes.into()),
            Content::Chunks(chunks) => Some(reqwest::Body::wrap(chunks)),
        };
        let pool = match silent_at {
            Some(since) => self.pool_after(since),
            None => self.pool(),
        };
        let hurried = connect_until
            .filter(|_| is_hurried)
            .zip(self.settings.as_ref());
        let response = match hurried {
            Some((end, settings)) => {
                Execution::Hurried(Box::pin(pool.execute_within(out, end, settings)))
            }
            None => Execution::Usual(pool.execute(out)),
        };
        Exchange {
            transport: self,
            response,
        }
    }

    /// Returns the proxy for requests to a URL, if it is known.
    pub(crate) fn proxy(&self, url: &Url) -> Option<ProxyName> {
        self.pool().proxy(url)
    }

    fn pool(&self) -> Arc<Pool> {
        Arc::clone(&self.pool.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the pool for an attempt after a timeout. Replaces the pool if one of its connections
    /// may have timed out.
    ///
    /// Requests in flight keep the old pool.
    ///
    /// With HTTP/1, another pool isn't needed, because dropping an attempt closes its connection.
    /// If another pool can't be built, the current pool stays in use.
    fn pool_after(&self, silence: Instant) -> Arc<Pool> {
        let present = self.pool();
        let Some(settings) = &self.settings else {
            return present;
        };
        if self.is_http1.load(Ordering::Relaxed) || !present.is_as_old_as(silence) {
            return present;
        }
        // Built outside the lock, because loading certificates takes milliseconds.
        let Ok(client) = settings.builder().build() else {
            return present;
        };
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        if pool.is_as_old_as(silence) {
            *pool = Arc::new(Pool::new(client));
        }
        Arc::clone(&pool)
    }
}

/// A request in progress.
pub(crate) struct Exchange<'t, U> {
    transport: &'t BuiltIn,
    response: Execution<U>,
}

/// `Hurried` is rare and larger, so it is boxed.
enum Execution<U> {
    Usual(U),
    Hurried(BoxFuture<'static, reqwest::Result<reqwest::Response>>),
}

impl<U: Future<Output = reqwest::Result<reqwest::Response>> + Unpin> Future for Exchange<'_, U> {
    type Output = Result<TransportResponse, TransportError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(match &mut self.response {
            Execution::Usual(response) => Pin::new(response).poll(cx),
            Execution::Hurried(response) => response.as_mut().poll(cx),
        });
        let response = response.map_err(failure)?;
        let is_http1 = response.version() < http::Version::HTTP_2;
        let known = &self.transport.is_http1;
        if known.load(Ordering::Relaxed) != is_http1 {
            known.store(is_http1, Ordering::Relaxed);
        }
        Poll::Ready(Ok(transport_response(response)))
    }
}

fn transport_response(mut response: reqwest::Response) -> TransportResponse {
    TransportResponse {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        url: response.url().clone(),
        body: ResponseBody::built_in(response.into()),
    }
}
