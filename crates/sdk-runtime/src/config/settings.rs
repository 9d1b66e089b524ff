//! The settings that the client of any vendor has, and the methods that give them.

use std::sync::Arc;
use std::time::Duration;

use crate::config::retry_policy::RetryPolicy;
use crate::config::timeouts::Timeouts;
use crate::table::vendor::Limits;
use crate::token::store::TokenStore;
use crate::transport::built_in::client_settings::Adjust;
use crate::transport::contract::Transport;

/// The most bytes of an answer that are read into memory, where nothing else was set.
pub(crate) const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// The settings of a client, the same for every vendor.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) allow_plain_http: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) max_answer: Option<usize>,
    pub(crate) same_host_links: bool,
    /// URLs by the servers of single operations in whose place they are used.
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

/// Which limits a client keeps to.
#[derive(Clone, Copy, Default)]
pub(crate) enum LimitChoice {
    /// Those of the vendor's document.
    #[default]
    Vendor,
    /// Those given; none at all if none are.
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

/// The methods by which builder and configuration take their settings.
macro_rules! setting_methods {
    () => {
        /// Allows plain http, and with it that others on the network read credentials.
        ///
        /// Loopback addresses need no leave.
        pub fn allow_plain_http(mut self) -> Self {
            self.settings.allow_plain_http = true;
            self
        }

        /// Limits the time of a whole call, repetitions included, to the end of its answer; of a download, to its start.
        /// Default: 60 s.
        pub fn timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeout(limit);
            self
        }

        /// Limits the time of each attempt. Default: 30 s where the call may be repeated, else that of the whole call.
        pub fn attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.attempt = Some(limit);
            self
        }

        /// Limits the time to connect. Default: 10 s. Not for an HTTP client of your own.
        pub fn connect_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.connect = Some(limit);
            self
        }

        /// Limits the silence between two chunks of a response body, and of an uploaded file or stream. Default: 30 s.
        pub fn idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeouts.idle = Some(limit);
            self
        }

        /// Limits the bytes of an answer that are read into memory, counted after decompression. Default: 64 MiB.
        ///
        /// A larger answer fails the call. A download that is read in pieces or written to a file has no limit.
        pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_answer = Some(bytes);
            self
        }

        /// Follows a link to the next page that names the host of the base URL with another scheme or port, as a vendor
        /// behind a proxy writes it. The request goes to the base URL's own scheme and port. Default: such a link is an
        /// error.
        pub fn allow_links_to_same_host(mut self) -> Self {
            self.settings.same_host_links = true;
            self
        }

        /// Sends operations that have a server of their own in the vendor's document to another base URL. `server` is the
        /// server's URL as the documentation of these operations has it. Default: the server itself, or its path at the
        /// client's base URL if one was given.
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

        /// Sets how often and for how long calls that fail are sent again. Default: 3 attempts within 60 s.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings.retry = policy;
            self
        }

        /// Keeps to these limits in place of those that the vendor publishes. Exchanges of tokens count against none.
        ///
        /// Calls beyond them wait in turn. That time counts only against a limit that was set on purpose: then a call whose
        /// turn would come too late fails at once, and nothing is sent.
        pub fn limits(mut self, limits: $crate::Limits) -> Self {
            self.settings.limits = $crate::config::settings::LimitChoice::Given(Some(limits));
            self
        }

        /// Keeps to no limits, not even to those that the vendor publishes.
        pub fn without_limits(mut self) -> Self {
            self.settings.limits = $crate::config::settings::LimitChoice::Given(None);
            self
        }

        /// Shares access tokens with all clients of the same store. Default: each client keeps its own, in memory.
        ///
        /// Tokens that are never exchanged are not stored, and neither are those of a source without a
        /// [`fingerprint`](crate::TokenSource::fingerprint).
        pub fn token_store(mut self, store: impl $crate::TokenStore + 'static) -> Self {
            self.settings.token_store = Some(::std::sync::Arc::new(store));
            self
        }

        /// Sets the `User-Agent`. Default: the vendor crate's name and version.
        pub fn user_agent(mut self, name: impl Into<String>) -> Self {
            self.settings.user_agent = Some(name.into());
            self
        }

        /// Adds a header to every request, exchanges of tokens included. It goes to no other origin.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.settings.headers.push((name.into(), value.into()));
            self
        }

        /// Sends requests through a proxy. Default: what the environment says, but none for plain http
        /// to a loopback address. Not for an HTTP client of your own.
        pub fn proxy(mut self, proxy: $crate::reqwest::Proxy) -> Self {
            self.settings.proxies.push(proxy);
            self
        }

        /// Adjusts the HTTP client that the SDK builds: own certificates, a client identity, DNS, a local address, HTTP/2.
        ///
        /// Your settings beat those of the SDK, but for redirects and retries, which are set last: the SDK does both. The
        /// function is called for every HTTP client that is built, which can be more than one. Not with
        /// [`http_client`](Self::http_client) or [`transport`](Self::transport).
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

        /// Uses an HTTP client of your own. Prefer [`http`](Self::http), which keeps what the SDK sets.
        ///
        /// It loses: the connect timeout and the time to connect of single calls, [`proxy`](Self::proxy), the rule that no
        /// proxy of the environment sees plain http to loopback, HTTP/2 keep-alive pings, the large HTTP/2 window that
        /// keeps unread downloads from blocking other calls, and the other connection for an attempt after a silent one.
        ///
        /// One HTTP client can serve the clients of many tenants: clone it. They share connections then, which is much
        /// faster than one pool per tenant.
        ///
        /// Build it with `redirect(reqwest::redirect::Policy::none())`: one that follows redirects
        /// by itself may carry credentials elsewhere, and its answers are refused once it does. Build it with
        /// `retry(reqwest::retry::never())`, too: one that sends again by itself does not know what must not be sent twice.
        pub fn http_client(mut self, client: $crate::reqwest::Client) -> Self {
            self.settings.http_client = Some(client);
            self
        }

        /// Sends requests by a transport of your own in place of the built-in one, such as a mock, a recorder or another
        /// HTTP library. Settings of the HTTP client (proxy, certificates, connections) are the transport's then.
        pub fn transport(mut self, transport: impl $crate::Transport) -> Self {
            self.settings.transport = Some(::std::sync::Arc::new(transport));
            self
        }
    };
}

pub(crate) use setting_methods;
