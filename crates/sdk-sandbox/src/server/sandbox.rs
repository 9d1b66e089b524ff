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
use crate::state::request_log::{ELSEWHERE, Log, LoggedRequest};
use crate::state::vendor::Vendor;
use crate::webhooks::payload::family_named;
use crate::webhooks::send::{send_ordered, verifying_keys};
use crate::webhooks::webhook::Webhook;

/// A running server that plays vendors, each on a loopback port of its own.
///
/// It stops when it is dropped: ports are freed and connections closed. Methods address vendors by their machine names.
/// A name that this sandbox does not play is an error, so that a misspelt name cannot make a test pass.
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

    fn vendor(&self, name: &str) -> Result<&Vendor, Error> {
        let mut vendors = self.vendors.iter();
        match vendors.find(|vendor| vendor.name == name) {
            Some(vendor) => Ok(vendor),
            None => Err(Error::new(format!(
                "this sandbox does not play {name:?}; it plays {}",
                self.vendors().join(", ")
            ))),
        }
    }

    /// Base URL of a vendor: scheme, host, port and the base path of its default server, without a
    /// trailing slash.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn base_url(&self, vendor: &str) -> Result<String, Error> {
        Ok(self.vendor(vendor)?.base_url())
    }

    /// Environment variables that point a client at this sandbox, with valid credentials.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn environment(&self, vendor: &str) -> Result<Vec<(String, String)>, Error> {
        let first = self.environments(vendor)?.into_iter().next();
        Ok(first.unwrap_or_default())
    }

    /// All sets of environment variables that point a client at this sandbox, such as one with an
    /// API key.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn environments(&self, vendor: &str) -> Result<Vec<Vec<(String, String)>>, Error> {
        Ok(self.vendor(vendor)?.environments())
    }

    /// Credentials that the vendor accepts.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn credentials(&self, vendor: &str) -> Result<Credentials, Error> {
        Ok(self.vendor(vendor)?.credentials.clone())
    }

    /// Received requests in order; the newest 10,000 are kept.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.log.requests()
    }

    /// Received requests for one vendor, or for `elsewhere`, the origin of [`elsewhere`](Self::elsewhere).
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn requests_of(&self, vendor: &str) -> Result<Vec<LoggedRequest>, Error> {
        if vendor != ELSEWHERE {
            self.vendor(vendor)?;
        }
        let mut requests = self.requests();
        requests.retain(|request| request.vendor == vendor);
        Ok(requests)
    }

    /// Number of token exchanges that issued a token.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn exchanges(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.tokens.exchanges())
    }

    /// Expires every issued access token now. Refresh and standing tokens stay valid.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn expire_tokens(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.expire();
        Ok(())
    }

    /// Revokes every access, refresh and standing token.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn revoke_tokens(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.revoke();
        Ok(())
    }

    /// Rejects every access token from now on, including new ones; `false` stops that.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn reject_tokens(&self, vendor: &str, rejected: bool) -> Result<(), Error> {
        self.vendor(vendor)?.tokens.refuse(rejected);
        Ok(())
    }

    /// Effects of all vendors other than records: messages, payments, signatures and other
    /// actions, once per idempotency key.
    pub fn effects(&self) -> Vec<Effect> {
        let mut effects = self.writes();
        effects.retain(Effect::is_action);
        effects
    }

    /// The [`effects`](Self::effects) of one vendor.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn effects_of(&self, vendor: &str) -> Result<Vec<Effect>, Error> {
        let mut effects = self.vendor(vendor)?.effects.all();
        effects.retain(Effect::is_action);
        Ok(effects)
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
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn issue_token(&self, vendor: &str) -> Result<String, Error> {
        Ok(self.vendor(vendor)?.issue_token())
    }

    /// Sets the state of the account, such as `suspended`. Only accounts in the approved state get
    /// tokens.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn account_status(&self, vendor: &str, state: &str) -> Result<(), Error> {
        let account = &self.vendor(vendor)?.account;
        *account.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.to_owned());
        Ok(())
    }

    /// Sample arguments of an operation, as a call by its id takes them (`VendorClient::call` of the runtime): everything
    /// that the document requires. The body is in the first media type; a token operation gets none, because a client has
    /// its own credentials for it.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor, or the vendor has no such operation.
    pub fn sample_arguments(
        &self,
        vendor: &str,
        operation_id: &str,
    ) -> Result<serde_json::Value, Error> {
        self.sample_arguments_in(vendor, operation_id, None)
    }

    /// Like [`sample_arguments`](Self::sample_arguments), with the body in this media type; `None`
    /// selects the first one.
    ///
    /// # Errors
    ///
    /// As [`sample_arguments`](Self::sample_arguments).
    pub fn sample_arguments_in(
        &self,
        vendor: &str,
        operation_id: &str,
        media: Option<&str>,
    ) -> Result<serde_json::Value, Error> {
        self.arguments(vendor, operation_id, media, false)
    }

    /// Like [`sample_arguments_in`](Self::sample_arguments_in), but includes the body of a token
    /// operation.
    ///
    /// # Errors
    ///
    /// As [`sample_arguments`](Self::sample_arguments).
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
                "{name} has no operation {operation_id:?}; its document lists the ids"
            )));
        };
        let (document, seed) = (&vendor.document, vendor.seed);
        let mut found = arguments(document, operation, media, exchange, seed);
        // The document has no sample of the exchanged credentials.
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
    /// If this sandbox doesn't play the vendor.
    pub fn clear_faults(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.faults.clear();
        Ok(())
    }

    /// The number of pending faults of a vendor.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn pending_faults(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.faults.len())
    }

    /// Deletes the records, effects, jobs, faults and used codes of a vendor; its tokens stay
    /// valid.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn reset(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.reset();
        Ok(())
    }

    /// Bytes of records and files that the vendor stores.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn kept_bytes(&self, vendor: &str) -> Result<usize, Error> {
        Ok(self.vendor(vendor)?.store.bytes())
    }

    /// Sends an event of a vendor to a URL, with a payload made from its schema, and returns its number in the outbox.
    /// It is sent in the background; [`webhooks_settled`](Self::webhooks_settled) waits for it.
    ///
    /// # Errors
    ///
    /// A vendor that this sandbox does not play, or an event that its document does not have.
    pub fn send_webhook(&self, vendor: &str, event: &str, url: &str) -> Result<u64, Error> {
        self.send(vendor, &Webhook::new(event, url))
    }

    /// Like [`send_webhook`](Self::send_webhook), with all options of a webhook.
    ///
    /// # Errors
    ///
    /// As [`send_webhook`](Self::send_webhook), and a signing key that the vendor did not make.
    pub fn send(&self, vendor: &str, webhook: &Webhook) -> Result<u64, Error> {
        send_ordered(self.vendor(vendor)?, webhook)
    }

    /// Sets the delivery of later webhooks of a vendor, except those with a delivery of their own.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn deliver_webhooks(&self, vendor: &str, delivery: Delivery) -> Result<(), Error> {
        self.vendor(vendor)?.outbox.deliver(delivery);
        Ok(())
    }

    /// Webhooks of a vendor in order, sent or pending; the newest 10,000 are kept.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn webhooks(&self, vendor: &str) -> Result<Vec<SentWebhook>, Error> {
        Ok(self.vendor(vendor)?.outbox.all())
    }

    /// Sends the webhooks of a family to a URL from now on, as if the account's owner had
    /// registered it in the vendor's web interface. [`reset`](Self::reset) ends it.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor, or its document doesn't contain the family.
    pub fn subscribe_webhooks(&self, vendor: &str, family: &str, url: &str) -> Result<(), Error> {
        let vendor = self.vendor(vendor)?;
        let family = family_named(vendor, family)?;
        vendor.outbox.subscribe(&family.name, url);
        Ok(())
    }

    /// Waits until every webhook is delivered or given up, and every job that advances by itself
    /// has ended.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub async fn webhooks_settled(&self, vendor: &str) -> Result<(), Error> {
        self.vendor(vendor)?.outbox.settled().await;
        Ok(())
    }

    /// Keys that verify a family of webhooks (`x-sdk-webhooks`) if no record of the vendor has its
    /// own key: secrets, or a public key. Empty for an unsigned family.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor, or its document doesn't contain the family.
    pub fn webhook_keys(&self, vendor: &str, family: &str) -> Result<Vec<String>, Error> {
        let vendor = self.vendor(vendor)?;
        Ok(verifying_keys(vendor, family_named(vendor, family)?))
    }

    /// Advances every unfinished job of a vendor by one state, and returns their number.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor.
    pub fn advance_jobs(&self, vendor: &str) -> Result<usize, Error> {
        let vendor = self.vendor(vendor)?;
        let open = vendor.jobs.open();
        for (kind, key) in &open {
            advance(vendor, *kind, key);
        }
        Ok(open.len())
    }

    /// Orders a fault for the next calls of a vendor.
    ///
    /// # Errors
    ///
    /// If this sandbox doesn't play the vendor, or the fault names an operation that the vendor does not have: a fault
    /// that is never met proves nothing.
    pub fn fault(&self, vendor: &str, fault: Fault) -> Result<(), Error> {
        self.vendor(vendor)?.order_fault(fault)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.vendors.iter().for_each(|vendor| vendor.outbox.stop());
    }
}
