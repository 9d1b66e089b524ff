//! Settings of a client whose type isn't known yet.

use std::fmt;

use crate::config::environment::Variables;
use crate::config::settings::{Settings, setting_methods};
use crate::value::secret::Secret;

/// Settings that apply to any vendor's client.
///
/// By default, credentials and the base URL are read from environment variables. Values set here
/// take precedence.
#[derive(Clone)]
pub struct ClientConfig {
    pub(crate) variables: Variables,
    pub(crate) base_url: Option<String>,
    pub(crate) settings: Settings,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            variables: Variables::from_env(),
            base_url: None,
            settings: Settings::default(),
        }
    }
}

impl ClientConfig {
    /// Creates a configuration with default settings.
    ///
    /// Credentials and URLs are read from environment variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the base URL.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets one variable, as if the environment contained it.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.variables.set(name, value);
        self
    }

    /// Sets several variables.
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
        self.variables.ignore_environment();
        self
    }

    setting_methods!();
}

impl fmt::Debug for ClientConfig {
    /// Omits values that may contain a password, such as the URL, the headers, the proxies and the
    /// HTTP client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("variables", &self.variables)
            .field("allow_plain_http", &self.settings.allow_plain_http)
            .field("timeouts", &self.settings.timeouts)
            .field("retry", &self.settings.retry)
            .finish_non_exhaustive()
    }
}
