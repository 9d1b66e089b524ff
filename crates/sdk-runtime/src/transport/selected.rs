//! The transport of one client.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use url::Url;

use crate::BoxFuture;
use crate::transport::built_in::BuiltIn;
use crate::transport::built_in::proxy_name::ProxyName;
use crate::transport::contract::Transport;
use crate::transport::failure::TransportError;
use crate::transport::request::TransportRequest;
use crate::transport::response::TransportResponse;

/// The built-in transport, whose future usually isn't boxed, or the user's own transport.
pub(crate) enum SelectedTransport {
    BuiltIn(BuiltIn),
    Own(Arc<dyn Transport>),
}

impl SelectedTransport {
    /// Returns a future that sends a request.
    pub(crate) fn send(
        &self,
        request: TransportRequest,
    ) -> Sending<'_, impl Future<Output = Sent> + Send + Unpin> {
        match self {
            Self::BuiltIn(transport) => Sending::BuiltIn(transport.send(request)),
            Self::Own(transport) => Sending::Own(transport.send(request)),
        }
    }

    /// Returns the proxy for requests to a URL, if it is known.
    pub(crate) fn proxy(&self, url: &Url) -> Option<ProxyName> {
        match self {
            Self::BuiltIn(transport) => transport.proxy(url),
            Self::Own(_) => None,
        }
    }

    /// Returns whether requests may be redirected unnoticed.
    ///
    /// In that case, even a failed connection doesn't prove that nothing was sent.
    pub(crate) fn may_redirect(&self) -> bool {
        match self {
            Self::BuiltIn(transport) => transport.may_redirect(),
            Self::Own(_) => false,
        }
    }
}

type Sent = Result<TransportResponse, TransportError>;

/// A request in progress.
pub(crate) enum Sending<'t, B> {
    BuiltIn(B),
    Own(BoxFuture<'t, Sent>),
}

impl<B: Future<Output = Sent> + Unpin> Future for Sending<'_, B> {
    type Output = Sent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Sent> {
        match &mut *self {
            Self::BuiltIn(sending) => Pin::new(sending).poll(cx),
            Self::Own(sending) => sending.as_mut().poll(cx),
        }
    }
}
