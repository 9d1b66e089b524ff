//! Settings of any vendor's client, and the methods that set them.

use std::sync::Arc;
use std::time::Duration;

use crate::config::retry_policy::RetryPolicy;
use crate::config::timeouts::Timeouts;
use crate::table::vendor::Limits;
use crate::token::store::TokenStore;
use crate::transport::built_in::client_settings::Adjust;
use crate::transport::contract::Transport;

/// Default maximum number of response bytes to read into memory.
pub(crate) const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Settings that the clients of all vendors have.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) allow_plain_http: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) max_answer: Option<usize>,
    pub(crate) same_host_links: bool,
    /// URLs that replace the servers of individual operations, as pairs of server and URL.
    pub(crate) operation_servers: Vec<(String, String)>,
    pub(crate) retry: RetryPolicy,
    pub(crate) limits: LimitChoice,
    pub(crate) user_agent: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) proxies: Vec<reqwest::Proxy>,
    pub(crate) http: Option<Arc<Adjust>>,
    pub(crate) http_client: Option<reqwest::Client>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) token_store: Option<Arc<dyn TokenStore>>,
}

/// Rate limits that a client enforces.
#[derive(Clone, Copy, Default)]
pub(crate) enum LimitChoice {
    /// The limits in the vendor's OpenAPI document.
    #[default]
    Vendor,
    /// Explicit limits, or none.
    Given(Option<Limits>),
}

impl LimitChoice {
    pub(crate) fn of(self, vendor: Option<Limits>) -> Option<Limits> {
        match self {
            Self::Vendor => vendor,
            Self::Given(limits) => limits,
        }
    }
}

impl Settings {
    pub(crate) fn timeout(&mut self, limit: Duration) {
        self.timeouts.call = Some(limit);
    }
}

/// Methods of the builder and of the configuration that change the settings.
macro_rules! setting_methods {
    () => {
        /// Allows plain http, which lets others on the network read credentials.
        ///
        /// Loopback addresses are always allowed.
        pub fn allow_plain_http(mut self) -> Self {
            self.settings.allow_plain_http = true;
            self
        }

        /// Limits the time of a whole call, including retries. Default: 60 s, or 1 h for uploads.
        ///
        /// The limit applies until the end of the response, or until the start of a download.
        pub fn timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeout(limit);
            self
        }

        /// Limits the time of each attempt.
        ///
        /// The default is 30 s if the call may be repeated and doesn't upload a file. Otherwise, it
        /// is the limit of the whole call.
        pub fn attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.attempt = Some(limit);
            self
        }

        /// Limits the time to connect. Default: 10 s. The limit has no effect with your own HTTP
        /// client.
        pub fn connect_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.connect = Some(limit);
            self
        }

        /// Limits the time between two chunks. Default: 30 s.
        ///
        /// The limit applies to response bodies, uploaded files and streams.
        pub fn idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.idle = Some(limit);
            self
        }

        /// Limits how much of a response is read into memory. Default: 64 MiB.
        ///
        /// The limit is in bytes after decompression.
        ///
        /// A call with a larger response fails. Downloads that are read in chunks or saved to a
        /// file have no limit.
        pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_answer = Some(bytes);
            self
        }

        /// Follows next-page links that have the base URL's host but another scheme or port.
        ///
        /// Vendors behind a proxy may send such links. The request uses the scheme and port of the
        /// base URL. By default, such a link is an error.
        pub fn allow_links_to_same_host(mut self) -> Self {
            self.settings.same_host_links = true;
            self
        }

        /// Sets another base URL for operations that have their own server.
        ///
        /// `server` is the URL of that server in the documentation of these operations. By default,
        /// the operations use their own server. If you set the client's base URL, they use that
        /// URL, with the path of their server.
        pub fn operation_server(
            mut self,
            server: impl Into<String>,
            url: impl Into<String>,
        ) -> Self {
            self.settings
                .operation_servers
                .push((server.into(), url.into()));
            self
        }

        /// Sets the retry policy. Default: 3 attempts within 60 s.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings.retry = policy;
            self
        }

        /// Enforces these rate limits instead of those that the vendor publishes.
        ///
        /// Token exchanges don't count.
        ///
        /// Calls beyond the limits wait in a queue. The wait counts toward time limits that you
        /// set, but not toward the default ones. A call whose turn would come too late fails
        /// immediately, and nothing is sent.
        pub fn limits(mut self, limits: $crate::Limits) -> Self {
            self.settings.limits = $crate::config::settings::LimitChoice::Given(Some(limits));
            self
        }

        /// Disables rate limits, including those that the vendor publishes.
        pub fn without_limits(mut self) -> Self {
            self.settings.limits = $crate::config::settings::LimitChoice::Given(None);
            self
        }

        /// Shares access tokens with all clients of the vendor that have the same store, base URL
        /// and credentials.
        ///
        /// By default, each client keeps its own tokens in memory.
        ///
        /// The store doesn't contain tokens that don't need an exchange, or tokens of a source
        /// without a [`fingerprint`](crate::TokenSource::fingerprint).
        pub fn token_store(mut self, store: impl $crate::TokenStore + 'static) -> Self {
            self.settings.token_store = Some(::std::sync::Arc::new(store));
            self
        }

        /// Sets the `User-Agent`. The default is the vendor crate's name and version.
        pub fn user_agent(mut self, name: impl Into<String>) -> Self {
            self.settings.user_agent = Some(name.into());
            self
        }

        /// Adds a header to every request, including token exchanges.
        ///
        /// The client sends the header only to servers that may receive its credentials. The
        /// headers `Accept`, `Accept-Language`, `Range` and `User-Agent` are sent to all servers.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.settings.headers.push((name.into(), value.into()));
            self
        }

        /// Sends requests through a proxy.
        ///
        /// By default, environment variables determine the proxy, but no proxy is used for a base
        /// URL with plain http on loopback. This setting has no effect with your own HTTP client or
        /// transport.
        pub fn proxy(mut self, proxy: $crate::reqwest::Proxy) -> Self {
            self.settings.proxies.push(proxy);
            self
        }

        /// Customizes the HTTP client that the SDK builds.
        ///
        /// For example, you can set certificates, the client identity, DNS resolution, the local
        /// address, and HTTP/2 options.
        ///
        /// Your settings take precedence, except for redirects, retries and the `Referer` header:
        /// the SDK handles redirects and retries itself, sends no `Referer`, and sets these options
        /// last. The SDK can build more than one HTTP client, and calls the function for each of
        /// them. It doesn't call the function if you also set [`http_client`](Self::http_client) or
        /// [`transport`](Self::transport).
        pub fn http(
            mut self,
            adjust: impl Fn($crate::reqwest::ClientBuilder) -> $crate::reqwest::ClientBuilder
            + Send
            + Sync
            + 'static,
        ) -> Self {
            self.settings.http = Some(::std::sync::Arc::new(adjust));
            self
        }

        /// Uses your own HTTP client. Prefer [`http`](Self::http), which keeps the SDK's settings.
        ///
        /// Your own client lacks these features of the SDK:
        /// - the connect timeout of the client and of individual calls,
        /// - [`proxy`](Self::proxy),
        /// - the bypass of environment proxies for a plain-http base URL on loopback,
        /// - HTTP/2 keep-alive pings,
        /// - the large HTTP/2 window that keeps unread downloads from blocking other calls, and
        /// - a new connection for the attempt after a timeout.
        ///
        /// One HTTP client can serve the clients of many tenants: clone it. The clones share
        /// connections, which is much faster than one pool per tenant.
        ///
        /// Build the client with `redirect(reqwest::redirect::Policy::none())`. A client that
        /// follows redirects by itself may send credentials elsewhere, and the SDK rejects the
        /// response to a redirected request. Also build the client with
        /// `retry(reqwest::retry::never())`. A client that retries by itself can't tell which
        /// requests must not be repeated.
        pub fn http_client(mut self, client: $crate::reqwest::Client) -> Self {
            self.settings.http_client = Some(client);
            self
        }

        /// Sends requests through your own transport instead of the built-in one.
        ///
        /// A transport can be a mock, a recorder or another HTTP library. Your transport is then
        /// responsible for HTTP settings such as the proxy, certificates, and connections.
        pub fn transport(mut self, transport: impl $crate::Transport) -> Self {
            self.settings.transport = Some(::std::sync::Arc::new(transport));
            self
        }
    };
}

pub(crate) use setting_methods;
