//! Handle to a running sandbox.

use std::sync::{Arc, PoisonError};

use tokio::task::AbortHandle;

use crate::error::Error;
use crate::response::job_state::advance;
use crate::rules::credentials::Credentials;
use crate::rules::embedded::EMBEDDED;
use crate::sample::arguments::arguments;
use crate::server::builder::Builder;
use crate::state::delivery::Delivery;
use crate::state::effects::Effect;
use crate::state::fault::Fault;
use crate::state::outbox::SentWebhook;
use crate::state::request_log::{ELSEWHERE, Log, LoggedRequest};
use crate::state::vendor::Vendor;
use crate::webhooks::payload::family_named;
use crate::webhooks::send::{send_test_webhook, verifying_keys};
use crate::webhooks::webhook::Webhook;

/// A running server that simulates vendors, each on its own loopback port.
///
/// The server stops when this value is dropped: it frees the ports and closes the connections.
/// Methods accept the machine name of a vendor. They return an error for an unknown name, so that a
/// misspelled name can't make a test pass.
#[derive(Debug)]
pub struct Sandbox {
    vendors: Vec<Arc<Vendor>>,
    tasks: Vec<AbortHandle>,
    log: Arc<Log>,
    elsewhere: String,
}

impl Sandbox {
    pub(crate) fn new(
        vendors: Vec<Arc<Vendor>>,
        tasks: Vec<AbortHandle>,
        log: Arc<Log>,
        elsewhere: String,
    ) -> Self {
        Self {
            vendors,
            tasks,
            log,
            elsewhere,
        }
    }

    /// Starts a sandbox with all embedded vendors and the default settings.
    ///
    /// # Errors
    ///
    /// See [`Builder::start`].
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns the sorted names of the embedded vendors, one per enabled feature.
    pub fn embedded() -> Vec<&'static str> {
        EMBEDDED.iter().map(|embedded| embedded.name).collect()
    }

    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the names of the simulated vendors.
    pub fn vendors(&self) -> Vec<String> {
        self.vendors
            .iter()
            .map(|vendor| vendor.name.clone())
            .collect()
    }

    fn vendor(&self, name: &str) -> Result<&Vendor, Error> {
        let mut vendors = self.vendors.iter();
        match vendors.find(|vendor| vendor.name == name) {
            Some(vendor) => Ok(vendor),
            None => Err(Error::new(format!(
                "this sandbox does not simulate {name:?}; it simulates {}",
                self.vendors().join(", ")
            ))),
        }
    }

    /// Returns the base URL of a vendor, without a trailing slash.
    ///
    /// The URL consists of the scheme, host, port, and base path of the default server.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn base_url(&self, vendor: &str) -> Result<String, Error> {
        Ok(self.vendor(vendor)?.base_url())
    }

    /// Returns the preferred environment variables of a client: base URL and valid credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn environment(&self, vendor: &str) -> Result<Vec<(String, String)>, Error> {
        let first = self.environments(vendor)?.into_iter().next();
        Ok(first.unwrap_or_default())
    }

    /// Returns all sets of environment variables of a client.
    ///
    /// The sets differ in the kind of credentials, such as an API key, or in the names of the
    /// variables.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn environments(&self, vendor: &str) -> Result<Vec<Vec<(String, String)>>, Error> {
        Ok(self.vendor(vendor)?.environments())
    }

    /// Returns the credentials that the vendor accepts.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn credentials(&self, vendor: &str) -> Result<Credentials, Error> {
        Ok(self.vendor(vendor)?.credentials.clone())
    }

    /// Returns the received requests in order.
    ///
    /// The newest 10,000 requests are kept, or fewer if their bodies exceed 64 MiB in total.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.log.requests()
    }

    /// Returns the received requests of a vendor.
    ///
    /// The name `elsewhere` selects the requests to the origin [`elsewhere`](Self::elsewhere).
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn requests_of(&self, vendor: &str) -> Result<Vec<LoggedRequest>, Error> {
        if vendor != ELSEWHERE {
            self.vendor(vendor)?;
        }
        let mut requests = self.requests();
        requests.retain(|request| request.vendor == vendor);
        Ok(requests)
    }

    /// Returns the number of token exchanges that issued a token.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn exchanges(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.tokens.exchanges())
    }

    /// Expires all access tokens of a vendor, except tokens that never expire.
    ///
    /// Refresh and standing tokens stay valid.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn expire_tokens(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.expire();
        Ok(())
    }

    /// Revokes all access, refresh and standing tokens of a vendor.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn revoke_tokens(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.revoke();
        Ok(())
    }

    /// Sets whether the vendor rejects all access tokens, including new ones.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn reject_tokens(&self, vendor: &str, rejected: bool) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.refuse(rejected);
        Ok(())
    }

    /// Returns the effects of all vendors, except changes to records.
    ///
    /// Effects are messages, payments, signatures and other actions, recorded once per idempotency
    /// key.
    pub fn effects(&self) -> Vec<Effect> {
        let mut effects = self.writes();
        effects.retain(Effect::is_action);
        effects
    }

    /// Returns the [`effects`](Self::effects) of a vendor.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn effects_of(&self, vendor: &str) -> Result<Vec<Effect>, Error> {
        let mut effects = self.vendor(vendor)?.effects.all();
        effects.retain(Effect::is_action);
        Ok(effects)
    }

    /// Returns all effects, including created, changed and deleted records.
    ///
    /// The effects of each vendor are in order. The first 100,000 are kept.
    pub fn writes(&self) -> Vec<Effect> {
        let vendors = self.vendors.iter();
        vendors.flat_map(|vendor| vendor.effects.all()).collect()
    }

    /// Returns the URL of an origin that doesn't belong to a vendor.
    ///
    /// This origin serves the index page, the documents and the admin API. It responds to all other
    /// requests with an empty object, and logs these requests under the vendor name `elsewhere`.
    pub fn elsewhere(&self) -> &str {
        &self.elsewhere
    }

    /// Returns a token with all scopes of a vendor, without a token exchange.
    ///
    /// The token does not expire, but it can be revoked.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn issue_token(&self, vendor: &str) -> Result<String, Error> {
        Ok(self.vendor(vendor)?.issue_token())
    }

    /// Sets the state of a vendor's account, such as `suspended`.
    ///
    /// If the vendor reports the state, only an approved account can obtain tokens.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn account_status(&self, vendor: &str, state: &str) -> Result<(), Error> {
        let account = &self.vendor(vendor)?.account;
        *account.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.to_owned());
        Ok(())
    }

    /// Returns sample arguments of an operation, for a call by operation id.
    ///
    /// The arguments have the format that `VendorClient::call` in the runtime accepts, and contain
    /// everything that the document requires. The body has the first media type. For a token
    /// operation, the body is omitted, because a client adds its own credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor, or if the vendor doesn't have
    /// the operation.
    pub fn sample_arguments(
        &self,
        vendor: &str,
        operation_id: &str,
    ) -> Result<serde_json::Value, Error> {
        self.sample_arguments_in(vendor, operation_id, None)
    }

    /// Returns sample arguments with the body in the given media type.
    ///
    /// `None` selects the first media type, like [`sample_arguments`](Self::sample_arguments).
    ///
    /// # Errors
    ///
    /// See [`sample_arguments`](Self::sample_arguments).
    pub fn sample_arguments_in(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
    ) -> Result<serde_json::Value, Error> {
        self.arguments(vendor, operation_id, media, false)
    }

    /// Returns sample arguments that include the body of a token operation.
    ///
    /// Otherwise works like [`sample_arguments_in`](Self::sample_arguments_in).
    ///
    /// # Errors
    ///
    /// See [`sample_arguments`](Self::sample_arguments).
    pub fn sample_exchange(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
    ) -> Result<serde_json::Value, Error> {
        self.arguments(vendor, operation_id, media, true)
    }

    fn arguments(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
        exchange: bool,
    ) -> Result<serde_json::Value, Error> {
        let vendor = self.vendor(vendor)?;
        let mut operations = vendor.document.operations.iter();
        let Some(operation) = operations.find(|known| known.id == operation_id) else {
            let name = &vendor.name;
            return Err(Error::new(format!(
                "{name} has no operation {operation_id:?}; see its document for the operation ids"
            )));
        };
        let (document, seed) = (&vendor.document, vendor.seed);
        let mut found = arguments(document, operation, media, exchange, seed);
        // The document has no samples of the credentials.
        if let Some(rules) = vendor.profile.tokens.exchanges.get(operation_id)
            && let Some(serde_json::Value::Object(body)) = found.get_mut("body")
        {
            body.extend(rules.sample.clone());
        }
        Ok(found)
    }

    /// Removes the pending faults of a vendor.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn clear_faults(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.faults.clear();
        Ok(())
    }

    /// Returns the number of pending faults of a vendor.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn pending_faults(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.faults.len())
    }

    /// Deletes the records, effects, jobs, webhooks, faults and used codes of a vendor.
    ///
    /// Also deletes the webhook subscriptions and the delivery options. The tokens stay valid.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn reset(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.reset();
        Ok(())
    }

    /// Returns the approximate size of the stored records and files of a vendor in bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn kept_bytes(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.store.bytes())
    }

    /// Sends a webhook to a URL, and returns its number in the outbox.
    ///
    /// The payload is generated from the schema of the event. The webhook is sent in the
    /// background. To wait until it is delivered or has failed, call
    /// [`webhooks_settled`](Self::webhooks_settled).
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor, or if the vendor's document
    /// doesn't contain the event.
    pub fn send_webhook(&self, vendor: &str, event: &str, url: &str) -> Result<u64, Error> {
        self.send(vendor, &Webhook::new(event, url))
    }

    /// Sends a [`Webhook`] with all its options, and returns its number in the outbox.
    ///
    /// Otherwise works like [`send_webhook`](Self::send_webhook).
    ///
    /// # Errors
    ///
    /// See [`send_webhook`](Self::send_webhook). Also returns an error for an unknown family, and
    /// for a public key that the vendor didn't create.
    pub fn send(&self, vendor: &str, webhook: &Webhook) -> Result<u64, Error> {
        send_test_webhook(self.vendor(vendor)?, webhook)
    }

    /// Sets the delivery options for later webhooks of a vendor.
    ///
    /// Webhooks with their own delivery options are not affected.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn deliver_webhooks(&self, vendor: &str, delivery: Delivery) -> Result<(), Error> {
        self.vendor(vendor)?.outbox.deliver(delivery);
        Ok(())
    }

    /// Returns the sent and pending webhooks of a vendor in order.
    ///
    /// The newest 10,000 are kept.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn webhooks(&self, vendor: &str) -> Result<Vec<SentWebhook>, Error> {
        Ok(self.vendor(vendor)?.outbox.all())
    }

    /// Registers a URL for the webhooks of a family.
    ///
    /// This corresponds to a registration in the vendor's web interface by the owner of the
    /// account. [`reset`](Self::reset) removes the URL. Each vendor keeps the first 100 URLs and
    /// ignores all others.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor, or if the vendor's document
    /// doesn't contain the family.
    pub fn subscribe_webhooks(&self, vendor: &str, family: &str, url: &str) -> Result<(), Error> {
        let vendor = self.vendor(vendor)?;
        let family = family_named(vendor, family)?;
        vendor.outbox.subscribe(&family.name, url);
        Ok(())
    }

    /// Waits until all webhooks of a vendor are delivered or have failed.
    ///
    /// Also waits until all jobs that advance automatically have ended.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub async fn webhooks_settled(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.outbox.settled().await;
        Ok(())
    }

    /// Returns the keys that verify a family of webhooks (`x-sdk-webhooks`).
    ///
    /// The keys are secrets or a public key. They apply to webhooks whose record doesn't have its
    /// own key. The list is empty for an unsigned family.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor, or if the vendor's document
    /// doesn't contain the family.
    pub fn webhook_keys(&self, vendor: &str, family: &str) -> Result<Vec<String>, Error> {
        let vendor = self.vendor(vendor)?;
        Ok(verifying_keys(vendor, family_named(vendor, family)?))
    }

    /// Advances all unfinished jobs of a vendor by one state, and returns the number of these jobs.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor.
    pub fn advance_jobs(&self, vendor: &str) -> Result<usize, Error> {
        let vendor = self.vendor(vendor)?;
        let open = vendor.jobs.open();
        for (kind, key) in &open {
            advance(vendor, *kind, key);
        }
        Ok(open.len())
    }

    /// Adds a fault for the next calls to a vendor.
    ///
    /// # Errors
    ///
    /// Returns an error if this sandbox doesn't simulate the vendor, or if the vendor doesn't have
    /// the operation of the fault. This keeps a test from passing if its fault can never occur.
    pub fn fault(&self, vendor: &str, fault: Fault) -> Result<(), Error> {
        self.vendor(vendor)?.add_fault(fault)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.vendors.iter().for_each(|vendor| vendor.outbox.stop());
    }
}
