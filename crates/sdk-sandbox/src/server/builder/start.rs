//! Starts a sandbox: creates its vendors, binds a port for each, and runs the servers.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::error::Error;
use crate::http::body_reader::BodyBudget;
use crate::http::listener::{listen, serve};
use crate::rules::embedded::EMBEDDED;
use crate::server::admin::AdminServer;
use crate::server::builder::Builder;
use crate::server::definition::Definition;
use crate::server::sandbox::Sandbox;
use crate::server::vendor_service;
use crate::state::effects::Effects;
use crate::state::fault::Faults;
use crate::state::jobs::Jobs;
use crate::state::outbox::Outbox;
use crate::state::rate_limiter::Limiter;
use crate::state::request_log::Log;
use crate::state::signing_keys::SigningKeys;
use crate::state::store::Store;
use crate::state::tokens::Tokens;
use crate::state::vendor::{Vendor, all_scopes};

/// Default memory limit for records and files per vendor, in bytes.
const DEFAULT_MEMORY: usize = 256 * 1024 * 1024;
/// Default time between the states of a job that advances automatically.
const DEFAULT_JOB_PACE: Duration = Duration::from_millis(50);

impl Builder {
    /// Starts the sandbox.
    ///
    /// The servers run on the current tokio runtime until the sandbox is dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if a vendor is unknown or its feature is disabled, if a document or profile
    /// is invalid, or if a port can't be bound, for example because it is in use.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let log = Arc::new(Log::new(self.observer.clone()));
        let budget = Arc::new(BodyBudget::default());
        let mut vendors = Vec::new();
        for vendor in self.create_vendors(&log, &budget)? {
            let port = if self.port == 0 {
                0
            } else {
                self.port.saturating_add(vendors.len() as u16)
            };
            let taken =
                |e| Error::caused_by(format!("could not bind a port for {}", vendor.name), e);
            let (listener, address) = listen(port).await.map_err(taken)?;
            let _ = vendor.origin.set(format!("http://{address}"));
            vendors.push((Arc::new(vendor), listener));
        }
        let taken = |e| Error::caused_by("could not bind a port for the admin API", e);
        let (admin_listener, address) = listen(self.admin_port).await.map_err(taken)?;
        let elsewhere = format!("http://{address}");
        let (vendors, listeners): (Vec<Arc<Vendor>>, Vec<_>) = vendors.into_iter().unzip();
        let mut tasks = Vec::new();
        for (vendor, listener) in vendors.iter().zip(listeners) {
            let _ = vendor.elsewhere.set(elsewhere.clone());
            let _ = vendor.itself.set(Arc::downgrade(vendor));
            let vendor = Arc::clone(vendor);
            let answer = move |request| {
                let vendor = Arc::clone(&vendor);
                async move { vendor_service::serve(&vendor, request).await }
            };
            tasks.push(serve(listener, answer));
        }
        let admin = Arc::new(AdminServer::new(
            vendors.clone(),
            Arc::clone(&log),
            elsewhere.clone(),
        ));
        let answer = move |request| {
            let admin = Arc::clone(&admin);
            async move { admin.serve(request).await }
        };
        tasks.push(serve(admin_listener, answer));
        Ok(Sandbox::new(vendors, tasks, log, elsewhere))
    }

    fn create_vendors(
        &self,
        log: &Arc<Log>,
        budget: &Arc<BodyBudget>,
    ) -> Result<Vec<Vendor>, Error> {
        let definitions = self.definitions()?;
        let make = |(name, definition)| self.create_vendor(name, definition, log, budget);
        Ok(definitions.into_iter().map(make).collect())
    }

    fn is_selected(&self, name: &str) -> bool {
        let only_own = self.vendors.is_empty() && !self.own.is_empty();
        !only_own && self.vendors.is_empty() || self.vendors.iter().any(|v| v == name)
    }

    /// Reads the definitions of the vendors. Definitions that aren't cached yet are read in
    /// parallel, each in its own thread.
    pub(crate) fn definitions(&self) -> Result<Vec<(String, Definition)>, Error> {
        self.check_names()?;
        std::thread::scope(|scope| {
            let embedded = EMBEDDED.iter().filter(|e| self.is_selected(e.name));
            let mut threads: Vec<_> = embedded
                .map(|e| (e.name, scope.spawn(|| Definition::embedded(e))))
                .collect();
            for (name, document, profile) in &self.own {
                let read = || Definition::own(name, document, profile);
                threads.push((name, scope.spawn(read)));
            }
            let ended = |_| Err(Error::new("could not read the definition of a vendor"));
            threads
                .into_iter()
                .map(|(name, thread)| {
                    let definition = thread.join().unwrap_or_else(ended)?;
                    Ok((name.to_owned(), definition))
                })
                .collect()
        })
    }

    /// Rejects settings for vendors that are neither embedded nor added with a document.
    fn check_names(&self) -> Result<(), Error> {
        let known = || {
            EMBEDDED
                .iter()
                .map(|e| e.name)
                .chain(self.own.iter().map(|(name, ..)| name.as_str()))
        };
        let mut named = self
            .vendors
            .iter()
            .chain(self.credentials.keys())
            .chain(&self.refused)
            .chain(self.rate_limits.keys())
            .chain(self.accounts.keys());
        let unknown = named.find(|name| !known().any(|known| known == *name));
        let Some(name) = unknown else { return Ok(()) };
        let known = known().collect::<Vec<_>>().join(", ");
        Err(Error::new(format!(
            "unknown vendor `{name}`; the sandbox can simulate: {known}"
        )))
    }

    pub(crate) fn create_vendor(
        &self,
        name: String,
        definition: Definition,
        log: &Arc<Log>,
        budget: &Arc<BodyBudget>,
    ) -> Vendor {
        let Definition {
            document,
            profile,
            resources,
        } = definition;
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
            tokens.accept(token, all_scopes(&document, &profile));
        }
        tokens.refuse(self.refused.contains(&name));
        let stated = document.limits();
        let mut limiter = Limiter::new(profile.limits.clone(), stated, self.rate_limited);
        if let Some((requests, per, concurrent)) = self.rate_limits.get(&name) {
            limiter.set(*requests, *per, *concurrent);
        }
        let memory = self.memory.unwrap_or(DEFAULT_MEMORY);
        Vendor {
            resources,
            store: Store::new(memory),
            effects: Effects::default(),
            jobs: Jobs::default(),
            job_pace: self.job_pace.unwrap_or(DEFAULT_JOB_PACE),
            outbox: Arc::new(Outbox::new()),
            signing_keys: SigningKeys::new(&name, seed),
            webhooks_anywhere: self.webhooks_anywhere,
            itself: OnceLock::new(),
            account: Mutex::new(self.accounts.get(&name).cloned()),
            log: Arc::clone(log),
            budget: Arc::clone(budget),
            elsewhere: OnceLock::new(),
            strict: self.strict,
            lenient_references: self.lenient_references,
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
        }
    }
}
