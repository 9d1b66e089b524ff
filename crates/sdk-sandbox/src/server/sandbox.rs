//! Handle of a running sandbox.

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
use crate::state::request_log::{Log, LoggedRequest};
use crate::state::vendor::Vendor;
use crate::webhooks::send::{send_ordered, verifying_keys};
use crate::webhooks::webhook::Webhook;

/// A running server that plays vendors, each on a loopback port of its own.
///
/// It stops when it is dropped: ports are freed and connections closed. Vendors are addressed by their machine
/// names; what is asked of a vendor that is not played comes back empty, and what is done to it has no effect. A fault for
/// it is an error.
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

    /// Starts all embedded vendors with their usual settings.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// The vendors that this crate can play without being given a document: one per feature that is on, sorted.
    pub fn embedded() -> Vec<&'static str> {
        EMBEDDED.iter().map(|embedded| embedded.name).collect()
    }

    /// Begins with the settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The names of the played vendors.
    pub fn vendors(&self) -> Vec<String> {
        self.vendors
            .iter()
            .map(|vendor| vendor.name.clone())
            .collect()
    }

    fn vendor(&self, name: &str) -> Option<&Vendor> {
        self.vendors
            .iter()
            .map(AsRef::as_ref)
            .find(|vendor: &&Vendor| vendor.name == name)
    }

    /// Base URL of a vendor: scheme, host, port and the base path of its default server, without a
    /// trailing slash.
    pub fn base_url(&self, vendor: &str) -> String {
        self.vendor(vendor)
            .map(Vendor::base_url)
            .unwrap_or_default()
    }

    /// Environment variables that point a client at this sandbox, with valid credentials.
    pub fn environment(&self, vendor: &str) -> Vec<(String, String)> {
        self.environments(vendor)
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// All sets of environment variables that point a client at this sandbox, such as one with an
    /// API key.
    pub fn environments(&self, vendor: &str) -> Vec<Vec<(String, String)>> {
        self.vendor(vendor)
            .map(Vendor::environments)
            .unwrap_or_default()
    }

    /// Credentials that the vendor accepts.
    pub fn credentials(&self, vendor: &str) -> Credentials {
        self.vendor(vendor)
            .map(|vendor| vendor.credentials.clone())
            .unwrap_or_default()
    }

    /// Received requests in order; the newest 10,000 are kept.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.log.requests()
    }

    /// Received requests for one vendor.
    pub fn requests_of(&self, vendor: &str) -> Vec<LoggedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.vendor == vendor);
        requests
    }

    /// Number of token exchanges that issued a token.
    pub fn exchanges(&self, vendor: &str) -> usize {
        self.vendor(vendor)
            .map_or(0, |vendor| vendor.tokens.exchanges())
    }

    /// Expires every issued access token now. Refresh and standing tokens stay valid.
    pub fn expire_tokens(&self, vendor: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.tokens.expire();
        }
    }

    /// Revokes every access, refresh and standing token.
    pub fn revoke_tokens(&self, vendor: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.tokens.revoke();
        }
    }

    /// Rejects every access token from now on, including new ones; `false` stops that.
    pub fn reject_tokens(&self, vendor: &str, rejected: bool) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.tokens.refuse(rejected);
        }
    }

    /// Effects of all vendors other than records: messages, payments, signatures and other
    /// actions, once per idempotency key.
    pub fn effects(&self) -> Vec<Effect> {
        let mut effects = self.writes();
        effects.retain(Effect::is_action);
        effects
    }

    /// The [`effects`](Self::effects) of one vendor.
    pub fn effects_of(&self, vendor: &str) -> Vec<Effect> {
        let mut effects = self.effects();
        effects.retain(|effect| effect.vendor == vendor);
        effects
    }

    /// All effects, including created, changed and deleted records, in order per vendor.
    pub fn writes(&self) -> Vec<Effect> {
        let vendors = self.vendors.iter();
        vendors.flat_map(|vendor| vendor.effects.all()).collect()
    }

    /// URL of another origin, which belongs to no vendor. It answers every request with an empty
    /// object and logs it under the vendor `elsewhere`. It also serves the index page, the
    /// documents and the admin API.
    pub fn elsewhere(&self) -> &str {
        &self.elsewhere
    }

    /// Issues a token with all scopes of a vendor without an exchange. It can be revoked.
    pub fn issue_token(&self, vendor: &str) -> String {
        self.vendor(vendor)
            .map(Vendor::issue_token)
            .unwrap_or_default()
    }

    /// Sets the state of the account, such as `suspended`. Only accounts in the approved state get
    /// tokens.
    pub fn account_status(&self, vendor: &str, state: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            let mut account = vendor
                .account
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *account = Some(state.to_owned());
        }
    }

    /// Sample arguments of an operation, as a call by its id takes them (`VendorClient::call` of
    /// the runtime): everything that the document requires. The body is in the first media type; a
    /// token operation gets none, because a client sends its own credentials. `None` if the vendor
    /// has no such operation.
    pub fn sample_arguments(&self, vendor: &str, operation_id: &str) -> Option<serde_json::Value> {
        self.sample_arguments_in(vendor, operation_id, None)
    }

    /// Like [`sample_arguments`](Self::sample_arguments), with the body in this media type; `None`
    /// selects the first one.
    pub fn sample_arguments_in(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
    ) -> Option<serde_json::Value> {
        self.arguments(vendor, operation_id, media, false)
    }

    /// Like [`sample_arguments_in`](Self::sample_arguments_in), but includes the body of a token
    /// operation.
    pub fn sample_exchange(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
    ) -> Option<serde_json::Value> {
        self.arguments(vendor, operation_id, media, true)
    }

    fn arguments(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
        exchange: bool,
    ) -> Option<serde_json::Value> {
        let vendor = self.vendor(vendor)?;
        let mut operations = vendor.document.operations.iter();
        let operation = operations.find(|known| known.id == operation_id)?;
        let (document, seed) = (&vendor.document, vendor.seed);
        let mut found = arguments(document, operation, media, exchange, seed);
        // The document has no sample of the exchanged credentials.
        if let Some(rules) = vendor.profile.tokens.exchanges.get(operation_id)
            && let Some(serde_json::Value::Object(body)) = found.get_mut("body")
        {
            body.extend(rules.sample.clone());
        }
        Some(found)
    }

    /// Removes the pending faults of a vendor.
    pub fn clear_faults(&self, vendor: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.faults.clear();
        }
    }

    /// The number of pending faults of a vendor.
    pub fn pending_faults(&self, vendor: &str) -> usize {
        self.vendor(vendor).map_or(0, |vendor| vendor.faults.len())
    }

    /// Deletes the records, effects, jobs, faults and used codes of a vendor; its tokens stay
    /// valid.
    pub fn reset(&self, vendor: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.reset();
        }
    }

    /// Bytes of records and files that the vendor stores.
    pub fn kept_bytes(&self, vendor: &str) -> usize {
        self.vendor(vendor).map_or(0, |vendor| vendor.store.bytes())
    }

    /// Sends an event of a vendor to a URL, with a payload generated from its schema, and returns
    /// its number in the outbox. Sends in the background;
    /// [`webhooks_settled`](Self::webhooks_settled) waits for it.
    ///
    /// # Errors
    ///
    /// A vendor that isn't played, or an event that its document doesn't contain.
    pub fn send_webhook(&self, vendor: &str, event: &str, url: &str) -> Result<u64, Error> {
        self.send(vendor, &Webhook::new(event, url))
    }

    /// Like [`send_webhook`](Self::send_webhook), with all options of a webhook.
    ///
    /// # Errors
    ///
    /// As for [`send_webhook`](Self::send_webhook), and a signing key that the vendor didn't
    /// create.
    pub fn send(&self, vendor: &str, webhook: &Webhook) -> Result<u64, Error> {
        let unknown = || Error::new(format!("the sandbox does not play a vendor `{vendor}`"));
        send_ordered(self.vendor(vendor).ok_or_else(unknown)?, webhook)
    }

    /// Sets the delivery of later webhooks of a vendor, except those with a delivery of their own.
    pub fn deliver_webhooks(&self, vendor: &str, delivery: Delivery) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.outbox.deliver(delivery);
        }
    }

    /// Webhooks of a vendor in order, sent or pending; the newest 10,000 are kept.
    pub fn webhooks(&self, vendor: &str) -> Vec<SentWebhook> {
        let found = self.vendor(vendor).map(|vendor| vendor.outbox.all());
        found.unwrap_or_default()
    }

    /// Sends the webhooks of a family to a URL from now on, as if the account's owner had
    /// registered it in the vendor's web interface. [`reset`](Self::reset) ends it.
    pub fn subscribe_webhooks(&self, vendor: &str, family: &str, url: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.outbox.subscribe(family, url);
        }
    }

    /// Waits until every webhook is delivered or given up, and every job that advances by itself
    /// has ended.
    pub async fn webhooks_settled(&self, vendor: &str) {
        if let Some(vendor) = self.vendor(vendor) {
            vendor.outbox.settled().await;
        }
    }

    /// Keys that verify a family of webhooks (`x-sdk-webhooks`) if no record of the vendor has its
    /// own key: secrets, or a public key. Empty for an unsigned family.
    pub fn webhook_keys(&self, vendor: &str, family: &str) -> Vec<String> {
        let found = self.vendor(vendor).and_then(|vendor| {
            let mut families = vendor.document.webhooks.iter();
            let family = families.find(|known| known.name == family)?;
            Some(verifying_keys(vendor, family))
        });
        found.unwrap_or_default()
    }

    /// Advances every unfinished job of a vendor by one state, and returns their number.
    pub fn advance_jobs(&self, vendor: &str) -> usize {
        let Some(vendor) = self.vendor(vendor) else {
            return 0;
        };
        let open = vendor.jobs.open();
        for (kind, key) in &open {
            advance(vendor, *kind, key);
        }
        open.len()
    }

    /// Adds a fault for the next calls of a vendor.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor, since a fault that never occurs proves nothing.
    pub fn fault(&self, vendor: &str, fault: Fault) -> Result<(), Error> {
        let Some(known) = self.vendor(vendor) else {
            return Err(Error::new(format!(
                "no vendor {vendor:?} to order a fault for; this sandbox plays {}",
                self.vendors().join(", ")
            )));
        };
        known.faults.add(fault, known.seed);
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.vendors.iter().for_each(|vendor| vendor.outbox.stop());
    }
}
