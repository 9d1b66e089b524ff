//! The Event Platform: one event a request, with the body signed by a primary and perhaps a secondary secret.

use std::collections::BTreeMap;

use sdk_runtime::{AnyJson, DateTime, HeaderMap, Secret, open_enum, open_object};
use serde::{Deserialize, Serialize};

use super::EventError;
use super::signature::{header, is_made_of};

const PRIMARY: &str = "X-AKENEO-SIGNATURE-PRIMARY";
const SECONDARY: &str = "X-AKENEO-SIGNATURE-SECONDARY";
const ALGORITHM: &str = "X-AKENEO-SIGNATURE-ALGORITHM";

/// Receives the requests of the Event Platform (SaaS only): events, and notices about subscriptions.
///
/// No time is signed: who has seen a request can send it again. Remember the `id` of events.
#[derive(Clone, Debug)]
pub struct EventPlatform {
    secrets: Vec<Secret>,
}

impl EventPlatform {
    /// Takes the primary secret of the subscription.
    pub fn new(primary: impl Into<Secret>) -> Self {
        Self {
            secrets: vec![primary.into()],
        }
    }

    /// Takes another secret besides, so that secrets can be changed without losing an event.
    #[must_use]
    pub fn with_secondary(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Checks that one of the signatures was made of the body with one of the secrets.
    ///
    /// While secrets change, the sender's primary one may be the receiver's secondary one, so that each is tried with each.
    ///
    /// # Errors
    /// If there is no signature, none fits, or it was made with another algorithm than HMAC-SHA256.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), EventError> {
        let algorithm = header(headers, ALGORITHM);
        if algorithm.is_some_and(|name| !name.eq_ignore_ascii_case("HmacSHA256")) {
            return Err(EventError::Header(ALGORITHM));
        }
        let mut signatures = [PRIMARY, SECONDARY]
            .into_iter()
            .filter_map(|name| header(headers, name))
            .peekable();
        if signatures.peek().is_none() {
            return Err(EventError::Header(PRIMARY));
        }
        let is_good = signatures.any(|signature| {
            let mut secrets = self.secrets.iter();
            secrets.any(|secret| is_made_of(signature, secret, &[body]))
        });
        is_good.then_some(()).ok_or(EventError::Signature)
    }

    /// Checks a request and reads its event.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and if the body is no event.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<PlatformEvent, EventError> {
        self.verify(headers, body)?;
        serde_json::from_slice(body).map_err(EventError::Malformed)
    }

    /// Checks a request and reads the notice about a subscription that it brings.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and if the body is no notice.
    pub fn receive_notification(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Notification, EventError> {
        self.verify(headers, body)?;
        serde_json::from_slice(body).map_err(EventError::Malformed)
    }
}

open_object! {
    /// One event of the Event Platform, a CloudEvent 1.0.
    #[derive(Clone, Debug)]
    pub struct PlatformEvent(extra) {
        /// Version of CloudEvents, `1.0`.
        #[serde(default)]
        pub specversion: Option<String>,
        /// Id of the event; the same when it comes twice.
        pub id: String,
        /// Where it comes from.
        #[serde(default)]
        pub source: Option<String>,
        /// What happened.
        #[serde(rename = "type")]
        pub type_: EventType,
        /// Id of the subscription.
        #[serde(default)]
        pub subject: Option<String>,
        /// Media type of the data.
        #[serde(default)]
        pub datacontenttype: Option<String>,
        /// Address of the schema of the data.
        #[serde(default)]
        pub dataschema: Option<String>,
        /// When it happened; events come out of order.
        #[serde(default)]
        pub time: Option<DateTime>,
        /// What it happened to, and who did it.
        #[serde(default)]
        pub data: PlatformData,
        /// What this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

open_object! {
    /// What an event of the Event Platform happened to, and who did it.
    #[derive(Clone, Debug, Default)]
    pub struct PlatformData(extra) {
        /// The product, for events of products.
        #[serde(default)]
        pub product: Option<ProductKey>,
        /// Who did it. Changes of your own come back as well.
        #[serde(default)]
        pub author: Option<EventAuthor>,
        /// The keys of everything else, and what this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

open_object! {
    /// The keys of a product.
    #[derive(Clone, Debug)]
    pub struct ProductKey(extra) {
        /// The uuid of the product.
        pub uuid: String,
        /// Its identifier, where the subscription asks for it.
        #[serde(default)]
        pub identifier: Option<String>,
        /// What this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

/// Who caused an event of the Event Platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventAuthor {
    /// Uuid of a user, or client id of a connection or an app.
    #[serde(default)]
    pub identifier: Option<String>,
    /// `user`, `api`, `job` or `system`.
    #[serde(rename = "type", default)]
    pub type_: Option<String>,
}

open_object! {
    /// A notice that the state of a subscription has changed.
    #[derive(Clone, Debug)]
    pub struct Notification(extra) {
        /// What has changed.
        pub notification_type: NotificationType,
        /// When.
        #[serde(default)]
        pub timestamp: Option<DateTime>,
        /// Id of the subscription.
        #[serde(default)]
        pub subscription_id: Option<String>,
        /// Id of the subscriber.
        #[serde(default)]
        pub subscriber_id: Option<String>,
        /// Why, where there is a reason.
        #[serde(default)]
        pub reason: Option<String>,
        /// What else it says, as it came: destination, events, subject.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

open_enum! {
    /// What an event of the Event Platform says happened. There are more than these, and they come as `Unknown`.
    pub enum EventType {
        /// A product was created.
        ProductCreated = "com.akeneo.pim.v1.product.created",
        /// A product was changed.
        ProductUpdated = "com.akeneo.pim.v1.product.updated",
        /// A product was changed, and the event says in what.
        ProductUpdatedDelta = "com.akeneo.pim.v1.product.updated.delta",
        /// A product was deleted.
        ProductDeleted = "com.akeneo.pim.v1.product.deleted",
        /// A product became complete.
        ProductBecameComplete = "com.akeneo.pim.v1.product.became-complete",
        /// A product became incomplete.
        ProductBecameIncomplete = "com.akeneo.pim.v1.product.became-incomplete",
        /// A product model was created.
        ProductModelCreated = "com.akeneo.pim.v1.product-model.created",
        /// A product model was changed, and the event says in what.
        ProductModelUpdatedDelta = "com.akeneo.pim.v1.product-model.updated.delta",
        /// A product model was deleted.
        ProductModelDeleted = "com.akeneo.pim.v1.product-model.deleted",
    }
}

open_enum! {
    /// What has changed about a subscription.
    pub enum NotificationType {
        /// The platform suspended it: 404s, redirects, or too many failures.
        SuspendedBySystem = "subscription.suspended.system",
        /// A user suspended it.
        SuspendedByUser = "subscription.suspended.user",
        /// It was revoked.
        Revoked = "subscription.revoked",
        /// It goes on.
        Resumed = "subscription.resumed",
    }
}
