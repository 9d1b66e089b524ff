//! One generation of connections.

use std::sync::OnceLock;

use tokio::time::Instant;
use url::Url;

use crate::transport::built_in::client_settings::ClientSettings;
use crate::transport::built_in::connect_deadline::{ConnectDeadline, DEADLINE};
use crate::transport::built_in::proxy_name::ProxyName;

pub(super) struct Pool {
    usual: reqwest::Client,
    /// Client for calls with a shorter connect deadline, created on demand. It is separate, because
    /// a connector that checks deadlines slows down every call.
    hurried: OnceLock<reqwest::Client>,
    made: Instant,
}

impl Pool {
    pub(super) fn new(usual: reqwest::Client) -> Self {
        Self {
            usual,
            hurried: OnceLock::new(),
            made: Instant::now(),
        }
    }

    /// Returns whether one of the pool's connections may have existed at the given time.
    pub(super) fn is_as_old_as(&self, time: Instant) -> bool {
        self.made <= time
    }

    pub(super) fn proxy(&self, url: &Url) -> Option<ProxyName> {
        ProxyName::of(&self.usual, url)
    }

    pub(super) fn execute(
        &self,
        request: reqwest::Request,
    ) -> impl Future<Output = reqwest::Result<reqwest::Response>> + Send + Unpin + use<> {
        self.usual.execute(request)
    }

    /// Sends a request with an earlier connect deadline than usual.
    pub(super) fn execute_within(
        &self,
        request: reqwest::Request,
        end: Instant,
        settings: &ClientSettings,
    ) -> impl Future<Output = reqwest::Result<reqwest::Response>> + Send + use<> {
        let client = self.hurried.get_or_init(|| {
            let builder = settings.builder().connector_layer(ConnectDeadline);
            // A client with the same settings was built successfully before.
            builder.build().unwrap_or_else(|_| self.usual.clone())
        });
        DEADLINE.scope(end, client.execute(request))
    }
}
