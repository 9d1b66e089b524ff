//! The transport of one client.

use std::sync::Arc;

use crate::transport::built_in::BuiltIn;
use crate::transport::contract::Transport;
use crate::transport::failure::TransportError;
use crate::transport::request::TransportRequest;
use crate::transport::response::TransportResponse;

/// The built-in transport, whose future needs no allocation, or the user's own.
pub(crate) enum SelectedTransport {
    BuiltIn(BuiltIn),
    Own(Arc<dyn Transport>),
}

impl SelectedTransport {
    pub(crate) async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportError> {
        match self {
            Self::BuiltIn(transport) => transport.send(request).await,
            Self::Own(transport) => transport.send(request).await,
        }
    }

    /// Whether requests may be redirected unnoticed, so that even a failed connection doesn't
    /// prove that nothing was sent.
    pub(crate) fn may_redirect(&self) -> bool {
        match self {
            Self::BuiltIn(transport) => transport.may_redirect(),
            Self::Own(_) => false,
        }
    }
}
