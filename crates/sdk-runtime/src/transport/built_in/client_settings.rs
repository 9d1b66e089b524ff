//! How the SDK builds its HTTP client.

use std::sync::Arc;
use std::time::Duration;

/// Adds settings to the HTTP client. It is called for every client that is built, more than once per SDK client.
pub(crate) type Adjust = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

/// Whether the HTTP client that the SDK builds speaks TLS.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// How long a connection with requests under way may be silent before an HTTP/2 ping asks whether it is alive.
const PING_AFTER: Duration = Duration::from_secs(15);
/// How long the answer to a ping may take. With `PING_AFTER` it is less than the time of an attempt (30 s).
const PONG_WITHIN: Duration = Duration::from_secs(10);
/// The most that HTTP/2 allows (RFC 9113, section 6.9.1). What one stream may send unread stays bounded by the window of
/// the stream, so downloads that nobody reads use up their own windows and not the connection's.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

pub(crate) struct ClientSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxies: Vec<reqwest::Proxy>,
    /// Whether proxy variables of the environment are ignored.
    pub(crate) ignores_environment: bool,
    pub(crate) adjust: Option<Arc<Adjust>>,
}

impl ClientSettings {
    /// The user's settings beat the SDK's, but for redirects and retries.
    pub(super) fn builder(&self) -> reqwest::ClientBuilder {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PONG_WITHIN)
            .http2_initial_connection_window_size(CONNECTION_WINDOW);
        if self.ignores_environment {
            builder = builder.no_proxy();
        }
        for proxy in &self.proxies {
            builder = builder.proxy(proxy.clone());
        }
        if let Some(adjust) = &self.adjust {
            builder = adjust(builder);
        }
        builder
            // The call path follows redirects, so that no credential goes to another origin,
            .redirect(reqwest::redirect::Policy::none())
            // and repeats what may be repeated.
            .retry(reqwest::retry::never())
            .referer(false)
    }
}
