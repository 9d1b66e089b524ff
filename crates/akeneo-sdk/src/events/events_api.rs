//! The Events API: up to ten events a request, with the time and the body signed.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use sdk_runtime::{AnyJson, DateTime, HeaderMap, Secret, open_enum, open_object};
use serde::de::DeserializeOwned;

use super::EventError;
use super::signature::{is_made_of, required};

const SIGNATURE: &str = "X-Akeneo-Request-Signature";
const TIMESTAMP: &str = "X-Akeneo-Request-Timestamp";

/// Receives the requests of the Events API, which is deprecated and ends with 2026.
#[derive(Clone, Debug)]
pub struct EventsApi {
    secret: Secret,
    tolerance: Duration,
}

impl EventsApi {
    /// Takes the event secret of the connection. The time of a request may be five minutes from now.
    pub fn new(secret: impl Into<Secret>) -> Self {
        Self {
            secret: secret.into(),
            tolerance: Duration::from_secs(300),
        }
    }

    /// Sets how far the time that was signed may be from now, before and after.
    #[must_use]
    pub fn with_tolerance(self, tolerance: Duration) -> Self {
        Self { tolerance, ..self }
    }

    /// Checks the signature and the time of a request.
    ///
    /// # Errors
    /// If a header is missing, the signature does not fit, or its time is too far from now.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), EventError> {
        let signature = required(headers, SIGNATURE)?;
        let timestamp = required(headers, TIMESTAMP)?;
        let pieces = [timestamp.as_bytes(), b".", body];
        if !is_made_of(signature, &self.secret, &pieces) {
            return Err(EventError::Signature);
        }
        let seconds: u64 = timestamp
            .parse()
            .map_err(|_| EventError::Header(TIMESTAMP))?;
        let signed = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        let distance = signed.map(|signed| match now.duration_since(signed) {
            Ok(age) => age,
            Err(ahead) => ahead.duration(),
        });
        match distance {
            Some(distance) if distance <= self.tolerance => Ok(()),
            _ => Err(EventError::Time),
        }
    }

    /// Checks a request and reads its events.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and if the body is not one of events.
    pub fn receive(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<EventBatch, EventError> {
        self.verify(headers, body, now)?;
        serde_json::from_slice(body).map_err(EventError::Malformed)
    }
}

open_object! {
    /// The events of one request, at most ten.
    #[derive(Clone, Debug)]
    pub struct EventBatch(extra) {
        /// The events. They may come twice and out of order.
        pub events: Vec<PimEvent>,
        /// What this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

open_object! {
    /// One event of the Events API.
    #[derive(Clone, Debug)]
    pub struct PimEvent(extra) {
        /// What happened.
        pub action: Action,
        /// Uuid of the event; the same when it comes twice.
        pub event_id: String,
        /// When it happened.
        #[serde(default)]
        pub event_datetime: Option<DateTime>,
        /// User name of who did it.
        #[serde(default)]
        pub author: Option<String>,
        /// What kind of user that is.
        #[serde(default)]
        pub author_type: Option<AuthorType>,
        /// Address of the PIM.
        #[serde(default)]
        pub pim_source: Option<String>,
        /// What it happened to.
        #[serde(default)]
        pub data: EventData,
        /// What this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

open_object! {
    /// What an event happened to.
    #[derive(Clone, Debug, Default)]
    pub struct EventData(extra) {
        /// The product or product model as it is now, or its keys alone where it was removed.
        #[serde(default)]
        pub resource: AnyJson,
        /// What this version of the SDK does not know, as it came.
        #[serde(flatten, skip_deserializing)]
        pub extra: BTreeMap<String, AnyJson>,
    }
}

impl EventData {
    /// The resource as a type: [`ProductByUuid`](crate::types) or [`ProductModel`](crate::types), or one of your own.
    ///
    /// # Errors
    /// If it is not what the type expects.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        self.resource.read().map_err(EventError::Malformed)
    }

    /// The uuid of the product.
    pub fn uuid(&self) -> Option<&str> {
        self.resource.get("uuid")?.as_str()
    }

    /// The identifier of the product.
    pub fn identifier(&self) -> Option<&str> {
        self.resource.get("identifier")?.as_str()
    }

    /// The code of the product model.
    pub fn code(&self) -> Option<&str> {
        self.resource.get("code")?.as_str()
    }
}

open_enum! {
    /// What an event of the Events API says happened.
    pub enum Action {
        /// A product was created.
        ProductCreated = "product.created",
        /// A product was changed.
        ProductUpdated = "product.updated",
        /// A product was removed.
        ProductRemoved = "product.removed",
        /// A product model was created.
        ProductModelCreated = "product_model.created",
        /// A product model was changed.
        ProductModelUpdated = "product_model.updated",
        /// A product model was removed.
        ProductModelRemoved = "product_model.removed",
    }
}

open_enum! {
    /// Who caused an event of the Events API.
    pub enum AuthorType {
        /// A person at the PIM's pages.
        Ui = "ui",
        /// A connection.
        Api = "api",
    }
}
