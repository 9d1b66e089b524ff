//! How a sandbox is put together before it starts.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::credentials::Credentials;
use crate::document::Document;
use crate::documents::EMBEDDED;
use crate::error::Error;
use crate::fault::Faults;
use crate::log::Log;
use crate::profile::Profile;
use crate::sandbox::Sandbox;
use crate::server::{listen, serve};
use crate::token::Tokens;
use crate::vendor::Vendor;

/// Settings of a sandbox that is about to start.
///
/// To begin with: every embedded vendor, free ports, the token lifetimes of the vendors, seed 1, lists of 3 items.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct Builder {
    vendors: Vec<String>,
    own: Vec<(String, String, String)>,
    credentials: BTreeMap<String, Credentials>,
    token_lifetime: Option<Duration>,
    refused: Vec<String>,
    port: u16,
    seed: Option<u64>,
    items: Option<u64>,
}

impl Builder {
    /// Plays this vendor; can be said more than once. Without it all embedded vendors are played.
    pub fn vendor(mut self, name: impl Into<String>) -> Self {
        self.vendors.push(name.into());
        self
    }

    /// Plays a vendor from a merged OpenAPI document (JSON) and a profile (YAML) of one's own.
    pub fn document(
        mut self,
        name: impl Into<String>,
        document: impl Into<String>,
        profile: impl Into<String>,
    ) -> Self {
        self.own
            .push((name.into(), document.into(), profile.into()));
        self
    }

    /// Gives a vendor other credentials than its usual test credentials.
    pub fn credentials(mut self, vendor: impl Into<String>, credentials: Credentials) -> Self {
        self.credentials.insert(vendor.into(), credentials);
        self
    }

    /// How long access tokens live, of every vendor. Answers state it in seconds, rounded up.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// Makes a vendor refuse every access token, also those that it has just handed out.
    pub fn reject_tokens(mut self, vendor: impl Into<String>) -> Self {
        self.refused.push(vendor.into());
        self
    }

    /// The port of the first vendor; the others take the ports after it. 0, the default: free ports.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sample answers and tokens of the same seed are the same.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many items every paged list has.
    pub fn items(mut self, items: u64) -> Self {
        self.items = Some(items);
        self
    }

    /// Starts to listen. The server runs on the current tokio runtime until the sandbox is dropped.
    ///
    /// # Errors
    ///
    /// A vendor that is not known or whose feature is off, a document or profile that cannot be read, a port
    /// that is taken.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let log = Arc::new(Log::default());
        let mut vendors = Vec::new();
        for (name, document, profile) in self.sources()? {
            let vendor = self.vendor_of(name, document, &profile, Arc::clone(&log))?;
            let port = if self.port == 0 {
                0
            } else {
                self.port.saturating_add(vendors.len() as u16)
            };
            let taken = |e| Error::caused_by(format!("no port for {}", vendor.name), e);
            let (listener, address) = listen(port).await.map_err(taken)?;
            let _ = vendor.origin.set(format!("http://{address}"));
            vendors.push((Arc::new(vendor), listener));
        }
        let serve = |(vendor, listener)| {
            let task = serve(listener, Arc::clone(&vendor));
            (vendor, task)
        };
        Ok(Sandbox::new(vendors.into_iter().map(serve).collect(), log))
    }

    fn sources(&self) -> Result<Vec<(String, Arc<Document>, String)>, Error> {
        let known = || {
            EMBEDDED
                .iter()
                .map(|e| e.name)
                .chain(self.own.iter().map(|(name, ..)| name.as_str()))
        };
        for name in self
            .vendors
            .iter()
            .chain(self.credentials.keys())
            .chain(&self.refused)
        {
            if !known().any(|known| known == name) {
                let known = known().collect::<Vec<_>>().join(", ");
                return Err(Error::new(format!(
                    "the sandbox has no vendor `{name}`, only: {known}"
                )));
            }
        }
        let wanted = |name: &str| {
            let only_own = self.vendors.is_empty() && !self.own.is_empty();
            !only_own && self.vendors.is_empty() || self.vendors.iter().any(|v| v == name)
        };
        let mut sources = Vec::new();
        for embedded in EMBEDDED.iter().filter(|e| wanted(e.name)) {
            sources.push((
                embedded.name.to_owned(),
                embedded.document()?,
                embedded.profile.to_owned(),
            ));
        }
        for (name, document, profile) in &self.own {
            let document =
                Document::read(document).map_err(|e| Error::caused_by(name.as_str(), e))?;
            sources.push((name.clone(), Arc::new(document), profile.clone()));
        }
        Ok(sources)
    }

    fn vendor_of(
        &self,
        name: String,
        document: Arc<Document>,
        profile: &str,
        log: Arc<Log>,
    ) -> Result<Vendor, Error> {
        let profile = Profile::read(profile).map_err(|e| Error::caused_by(name.as_str(), e))?;
        if let Some(id) = document
            .operations
            .iter()
            .find(|o| o.token && !profile.tokens.exchanges.contains_key(&o.id))
        {
            return Err(Error::new(format!(
                "{name}: the profile has no exchange for {}",
                id.id
            )));
        }
        let seed = self.seed.unwrap_or(1);
        let lifetime = self
            .token_lifetime
            .unwrap_or(Duration::from_secs(profile.tokens.lifetime));
        let refresh_lifetime = profile.tokens.refresh_lifetime.map(Duration::from_secs);
        let tokens = Tokens::new(&name, seed, lifetime, refresh_lifetime);
        let credentials = self
            .credentials
            .get(&name)
            .unwrap_or(&profile.credentials)
            .clone();
        if let Some(token) = &credentials.standing_token {
            let scopes = profile
                .tokens
                .exchanges
                .values()
                .filter_map(|rules| rules.scope.as_ref());
            tokens.accept(
                token,
                scopes.flat_map(|scope| scope.known.clone()).collect(),
            );
        }
        tokens.refuse(self.refused.contains(&name));
        Ok(Vendor {
            tokens,
            credentials,
            profile,
            document,
            log,
            seed,
            name,
            items: self.items.unwrap_or(3),
            faults: Faults::default(),
            origin: OnceLock::new(),
            requests: AtomicU64::new(1),
        })
    }
}
