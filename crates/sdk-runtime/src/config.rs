//! The settings of a client whose type is not known yet.

use std::fmt;
use std::time::Duration;

use crate::{Secret, Variables};

/// Settings that fit every vendor's client.
///
/// By default credentials and base URL come from the environment; what is given here beats it.
#[derive(Clone)]
pub struct ClientConfig {
    pub(crate) variables: Variables,
    pub(crate) base_url: Option<String>,
    pub(crate) allow_plain_http: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: Option<String>,
    pub(crate) http_client: Option<reqwest::Client>,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            variables: Variables::from_env(),
            base_url: None,
            allow_plain_http: false,
            timeout: None,
            connect_timeout: None,
            user_agent: None,
            http_client: None,
        }
    }
}

impl ClientConfig {
    /// Takes everything from the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the base URL.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Gives one variable, as if the environment had it.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.variables.set(name, value);
        self
    }

    /// Gives many variables.
    pub fn variables<N: Into<String>, V: Into<Secret>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in variables {
            self.variables.set(name, value);
        }
        self
    }

    /// Ignores the environment.
    pub fn without_environment(mut self) -> Self {
        self.variables.leave_environment();
        self
    }

    /// Allows plain http, and with it that others on the network read credentials.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Limits the time of a whole call. Default: 60 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits the time to connect. Default: 10 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Sets the `User-Agent`. Default: the vendor crate's name and version.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Uses an HTTP client of your own: see [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }
}

impl fmt::Debug for ClientConfig {
    /// The URL and the HTTP client are left out: either may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("variables", &self.variables)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
