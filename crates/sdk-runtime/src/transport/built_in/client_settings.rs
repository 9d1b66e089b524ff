//! Settings of the SDK's HTTP client.

use std::sync::Arc;
use std::time::Duration;

/// A function that customizes the HTTP client.
///
/// The function is called for every HTTP client that is built. An SDK client can have several HTTP
/// clients.
pub(crate) type Adjust = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

/// Whether the SDK's HTTP client supports TLS.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// Time without received data after which an HTTP/2 ping checks a connection that has requests in
/// flight.
const PING_INTERVAL: Duration = Duration::from_secs(15);
/// Time limit for the response to a ping.
///
/// The sum of this limit and `PING_INTERVAL` is less than the default time limit of an attempt (30 s).
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum flow-control window in HTTP/2 (RFC 9113, section 6.9.1).
///
/// The window of each stream still limits its unread bytes. Therefore, unread downloads exhaust
/// their own windows but not the window of the connection.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

pub(crate) struct ClientSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxies: Vec<reqwest::Proxy>,
    /// Whether the proxies of the environment and of the system are ignored.
    pub(crate) ignores_environment: bool,
    pub(crate) adjust: Option<Arc<Adjust>>,
}

impl ClientSettings {
    /// Returns a builder for the HTTP client. The user's settings take precedence, except for
    /// redirects, retries and the header `Referer`.
    pub(super) fn builder(&self) -> reqwest::ClientBuilder {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
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
            // The call path follows redirects, so that credentials stay within their origin.
            .redirect(reqwest::redirect::Policy::none())
            // The call path also retries the requests that may be repeated.
            .retry(reqwest::retry::never())
            .referer(false)
    }
}
