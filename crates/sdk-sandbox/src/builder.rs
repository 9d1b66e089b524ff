//! How a sandbox is put together before it starts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::error::Error;
use crate::http::body_reader::Holding;
use crate::http::listener::{listen, serve};
use crate::openapi::document::Document;
use crate::resources::inference::Resources;
use crate::rules::credentials::Credentials;
use crate::rules::embedded::EMBEDDED;
use crate::rules::profile::Profile;
use crate::sandbox::Sandbox;
use crate::server::admin::Lobby;
use crate::state::effects::Effects;
use crate::state::fault::Faults;
use crate::state::jobs::Jobs;
use crate::state::rate_limiter::Limiter;
use crate::state::request_log::{Log, LoggedRequest, Observer};
use crate::state::store::Store;
use crate::state::tokens::Tokens;
use crate::vendor::Vendor;

/// Settings of a sandbox that is about to start.
///
/// To begin with: every embedded vendor, free ports, the token lifetimes of the vendors, seed 1, lists of 3 items.
#[derive(Default)]
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
    strict: bool,
    discard_uploads: bool,
    memory: Option<usize>,
    rate_limited: bool,
    rate_limits: BTreeMap<String, (u64, Duration, Option<u64>)>,
    accounts: BTreeMap<String, String>,
    lobby_port: u16,
    observer: Option<Observer>,
}

/// A name, a document and a profile.
pub(crate) type Source = (String, Arc<Document>, String);

/// How many bytes of records and files are kept, of every vendor.
const MEMORY: usize = 256 * 1024 * 1024;

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

    /// How many items every list has before anything is created; they are made when they are asked for.
    pub fn items(mut self, items: u64) -> Self {
        self.items = Some(items);
        self
    }

    /// Answers 404 for every record that is neither one of the listed ones nor was created. Without it, a record of
    /// any key is made up when it is read or changed, unless it was deleted.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Counts the bytes of uploaded files without keeping them.
    pub fn discard_uploads(mut self) -> Self {
        self.discard_uploads = true;
        self
    }

    /// How many bytes of records and files each vendor keeps (256 MiB). What would be more is answered 507, or 413
    /// while it is still coming in.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Limits calls as every vendor does that is known to; without it there are no limits.
    pub fn rate_limited(mut self) -> Self {
        self.rate_limited = true;
        self
    }

    /// Limits the calls of a vendor to so many in a time (whole seconds), and to so many at once.
    pub fn rate_limit(
        mut self,
        vendor: impl Into<String>,
        requests: u64,
        per: Duration,
        concurrent: Option<u64>,
    ) -> Self {
        self.rate_limits
            .insert(vendor.into(), (requests, per, concurrent));
        self
    }

    /// The state of the account at a vendor that tells it in place of a token, such as `suspended`.
    pub fn account_status(mut self, vendor: impl Into<String>, state: impl Into<String>) -> Self {
        self.accounts.insert(vendor.into(), state.into());
        self
    }

    /// The port of what is no vendor: the page, the documents, the admin endpoint. 0, the default: a free port.
    pub fn lobby_port(mut self, port: u16) -> Self {
        self.lobby_port = port;
        self
    }

    /// Is told of every request when it is answered.
    pub fn on_request(mut self, observer: impl Fn(&LoggedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Starts to listen. The server runs on the current tokio runtime until the sandbox is dropped.
    ///
    /// # Errors
    ///
    /// A vendor that is not known or whose feature is off, a document or profile that cannot be read, a port
    /// that is taken.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let log = Arc::new(Log::new(self.observer.clone()));
        let holding = Arc::new(Holding::default());
        let mut vendors = Vec::new();
        for vendor in self.played(&log, &holding)? {
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
        let taken = |e| Error::caused_by("no port for the lobby", e);
        let (lobby_listener, address) = listen(self.lobby_port).await.map_err(taken)?;
        let elsewhere = format!("http://{address}");
        let (vendors, listeners): (Vec<Arc<Vendor>>, Vec<_>) = vendors.into_iter().unzip();
        let mut tasks = Vec::new();
        for (vendor, listener) in vendors.iter().zip(listeners) {
            let _ = vendor.elsewhere.set(elsewhere.clone());
            let vendor = Arc::clone(vendor);
            let answer = move |request| {
                let vendor = Arc::clone(&vendor);
                async move { vendor.serve(request).await }
            };
            tasks.push(serve(listener, answer));
        }
        let lobby = Arc::new(Lobby::new(
            vendors.clone(),
            Arc::clone(&log),
            elsewhere.clone(),
        ));
        let answer = move |request| {
            let lobby = Arc::clone(&lobby);
            async move { lobby.serve(request).await }
        };
        tasks.push(serve(lobby_listener, answer));
        Ok(Sandbox::new(vendors, tasks, log, elsewhere))
    }

    /// The vendors, each made on a thread of its own: most of a start is reading documents.
    fn played(&self, log: &Arc<Log>, holding: &Arc<Holding>) -> Result<Vec<Vendor>, Error> {
        std::thread::scope(|scope| {
            for embedded in EMBEDDED.iter().filter(|e| self.wants(e.name)) {
                // An error is found again, and told, when the document is asked for.
                scope.spawn(|| embedded.document().is_ok());
            }
        });
        let sources = self.sources()?;
        std::thread::scope(|scope| {
            let make = |(name, document, profile): Source| {
                scope.spawn(move || self.vendor_of(name, document, &profile, log, holding))
            };
            let threads: Vec<_> = sources.into_iter().map(make).collect();
            let ended = |_| Err(Error::new("a vendor could not be made"));
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(ended))
                .collect()
        })
    }

    fn wants(&self, name: &str) -> bool {
        let only_own = self.vendors.is_empty() && !self.own.is_empty();
        !only_own && self.vendors.is_empty() || self.vendors.iter().any(|v| v == name)
    }

    pub(crate) fn sources(&self) -> Result<Vec<Source>, Error> {
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
            .chain(self.rate_limits.keys())
            .chain(self.accounts.keys())
        {
            if !known().any(|known| known == name) {
                let known = known().collect::<Vec<_>>().join(", ");
                return Err(Error::new(format!(
                    "the sandbox has no vendor `{name}`, only: {known}"
                )));
            }
        }
        let mut sources = Vec::new();
        for embedded in EMBEDDED.iter().filter(|e| self.wants(e.name)) {
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

    pub(crate) fn vendor_of(
        &self,
        name: String,
        document: Arc<Document>,
        profile: &str,
        log: &Arc<Log>,
        holding: &Arc<Holding>,
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
        let stated = document.limits();
        let mut limiter = Limiter::new(profile.limits.clone(), stated, self.rate_limited);
        if let Some((requests, per, concurrent)) = self.rate_limits.get(&name) {
            limiter.set(*requests, *per, *concurrent);
        }
        let memory = self.memory.unwrap_or(MEMORY);
        Ok(Vendor {
            resources: Resources::read(&document, &profile),
            store: Store::new(memory),
            effects: Effects::default(),
            jobs: Jobs::default(),
            account: Mutex::new(self.accounts.get(&name).cloned()),
            log: Arc::clone(log),
            holding: Arc::clone(holding),
            elsewhere: OnceLock::new(),
            strict: self.strict,
            discard_uploads: self.discard_uploads,
            limiter,
            memory,
            tokens,
            credentials,
            profile,
            document,
            seed,
            name,
            items: self.items.unwrap_or(3),
            faults: Faults::default(),
            origin: OnceLock::new(),
            requests: AtomicU64::new(1),
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("vendors", &self.vendors)
            .field("port", &self.port)
            .field("seed", &self.seed)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}
