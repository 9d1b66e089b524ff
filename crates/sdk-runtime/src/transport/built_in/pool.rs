//! One generation of connections.

use std::sync::OnceLock;

use tokio::time::Instant;

use crate::transport::built_in::client_settings::ClientSettings;
use crate::transport::built_in::connect_deadline::{ConnectDeadline, END};

pub(super) struct Pool {
    usual: reqwest::Client,
    /// For calls with a shorter connect deadline, created on demand: a connector that checks every
    /// call slows every call down.
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

    /// Whether one of its connections may have existed at that time.
    pub(super) fn is_as_old_as(&self, time: Instant) -> bool {
        self.made <= time
    }

    pub(super) async fn execute(
        &self,
        request: reqwest::Request,
    ) -> reqwest::Result<reqwest::Response> {
        self.usual.execute(request).await
    }

    /// Sends a request with a connect deadline earlier than usual.
    pub(super) async fn execute_within(
        &self,
        request: reqwest::Request,
        end: Instant,
        settings: &ClientSettings,
    ) -> reqwest::Result<reqwest::Response> {
        let client = self.hurried.get_or_init(|| {
            let builder = settings.builder().connector_layer(ConnectDeadline);
            // The same settings were built successfully before.
            builder.build().unwrap_or_else(|_| self.usual.clone())
        });
        END.scope(end, client.execute(request)).await
    }
}
