//! Builds a vendor's client.

use std::fmt;
use std::sync::Arc;

use crate::auth::authenticate::{Authenticate, Credentials};
use crate::auth::token_source::TokenSource;
use crate::call_path::context::CallContext;
use crate::client::core::{ClientCore, Parts};
use crate::client::vendor_client::SdkClient;
use crate::config::base_url::BaseUrl;
use crate::config::client_config::ClientConfig;
use crate::config::environment::Variables;
use crate::config::server_url::ServerUrl;
use crate::config::settings::{Settings, setting_methods};
use crate::error::Error;
use crate::system::randomness::{Randomness, SystemRandomness};
use crate::system::wall_clock::{SystemClock, WallClock};

/// Builds a client of type `C`. Nothing is sent before the first call.
pub struct ClientBuilder<C: SdkClient> {
    base_url: Option<String>,
    server: Option<ServerUrl>,
    credentials: Option<C::Credentials>,
    without_credentials: bool,
    token_source: Option<Arc<dyn TokenSource>>,
    settings: Settings,
    clock: Arc<dyn WallClock>,
    randomness: Arc<dyn Randomness>,
}

impl<C: SdkClient> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self {
            base_url: None,
            server: None,
            credentials: None,
            without_credentials: false,
            token_source: None,
            settings: Settings::default(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness::new()),
        }
    }
}

impl<C: SdkClient> ClientBuilder<C> {
    /// Creates a builder without any settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a builder with the settings of a configuration.
    ///
    /// The credentials come from the configuration's variables. The base URL comes from the
    /// configuration or, if it has none, from its variables.
    ///
    /// # Errors
    ///
    /// Returns an error if credentials are missing. The message lists the missing variables and the
    /// builder method to call.
    pub fn from_config(config: ClientConfig) -> Result<Self, Error> {
        let credentials = C::Credentials::from_variables(&config.variables)?;
        let variable = C::VENDOR.variable("base_url");
        let server: ServerUrl = C::Server::default().into();
        Ok(Self {
            base_url: config.base_url.or_else(|| config.variables.get(&variable)),
            server: Some(server.with_variables(C::VENDOR, &config.variables)),
            credentials: Some(credentials),
            settings: config.settings,
            ..Self::default()
        })
    }

    /// Sets the base URL, which takes precedence over [`server`](Self::server).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Selects one of the vendor's servers.
    ///
    /// The default is the first server in the vendor's OpenAPI document.
    pub fn server(mut self, server: C::Server) -> Self {
        self.server = Some(server.into());
        self
    }

    /// Sets the credentials.
    pub fn credentials(mut self, credentials: C::Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Allows a client without credentials, for operations that don't need any.
    pub fn without_credentials(mut self) -> Self {
        self.without_credentials = true;
        self
    }

    /// Obtains access tokens from your own source instead of the vendor's exchange.
    pub fn token_source(mut self, source: impl TokenSource + 'static) -> Self {
        self.token_source = Some(Arc::new(source));
        self
    }

    setting_methods!();

    /// Replaces the wall clock, for tests.
    pub fn wall_clock(mut self, clock: impl WallClock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the source of randomness, for tests.
    pub fn randomness(mut self, randomness: impl Randomness + 'static) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Returns an error in the following cases. The error message describes what to set.
    /// - Credentials are missing.
    /// - The base URL is missing, invalid or a placeholder.
    /// - The base URL uses plain http, and plain http isn't allowed.
    /// - Another setting is invalid.
    pub fn build(self) -> Result<C, Error> {
        let credentials = match self.credentials {
            Some(credentials) => Some(credentials),
            None if self.without_credentials || self.token_source.is_some() => None,
            // Without any variables, this returns the error that lists the missing variables and
            // the builder method to call.
            None => Some(C::Credentials::from_variables(&Variables::empty())?),
        };
        let server = self.server.unwrap_or_else(|| C::Server::default().into());
        let base_url = BaseUrl::choose(
            C::VENDOR,
            self.base_url.as_deref(),
            &server,
            self.settings.allow_plain_http,
        )?;
        let token_store = self.settings.token_store.clone();
        let context = CallContext::new(
            C::VENDOR,
            base_url,
            self.settings,
            self.clock,
            self.randomness,
        )?;
        let credentials =
            credentials.map(|credentials| Arc::new(credentials) as Arc<dyn Credentials>);
        Ok(C::from_core(ClientCore::new(Parts {
            context: Arc::new(context),
            credentials,
            token_source: self.token_source,
            token_store,
        })))
    }
}

impl<C: SdkClient> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("vendor", &C::VENDOR.name)
            .field("credentials", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}
