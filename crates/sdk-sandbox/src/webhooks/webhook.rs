//! A webhook that a test sends.

use serde_json::Value;

use crate::state::delivery::Delivery;

/// A webhook to send: its event, its URL, and changes to its payload and delivery.
///
/// By default, the payload is generated from the schema of the event.
///
/// ```
/// use sdk_sandbox::{Delivery, Webhook};
/// use serde_json::json;
///
/// let webhook = Webhook::new("dlr_update", "http://127.0.0.1:3000/callback")
///     .set("/data/0/status", json!("DELIVERED"))
///     .delivery(Delivery::new().duplicates(1));
/// # let _ = webhook;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a webhook is not sent until it is passed to `Sandbox::send`"]
pub struct Webhook {
    pub(crate) event: String,
    pub(crate) url: String,
    pub(crate) family: Option<String>,
    pub(crate) values: Vec<(String, Value)>,
    pub(crate) payload: Option<Value>,
    pub(crate) key: Option<String>,
    pub(crate) delivery: Option<Delivery>,
}

impl Webhook {
    /// Creates a webhook from an event name and a URL.
    ///
    /// If two events share a name, use the `variant` from the document.
    pub fn new(event: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            event: event.into(),
            url: url.into(),
            family: None,
            values: Vec::new(),
            payload: None,
            key: None,
            delivery: None,
        }
    }

    /// Sets the family (`x-sdk-webhooks`) of the event.
    ///
    /// Required for an event that the document doesn't contain.
    pub fn family(mut self, family: impl Into<String>) -> Self {
        self.family = Some(family.into());
        self
    }

    /// Sets a payload value by JSON pointer.
    pub fn set(mut self, pointer: impl Into<String>, value: Value) -> Self {
        self.values.push((pointer.into(), value));
        self
    }

    /// Sets the payload, which replaces the generated one.
    pub fn payload(mut self, payload: Value) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Sets the key that signs the webhook.
    ///
    /// The key is a secret, or the public key of one of the vendor's records. For a public key, the
    /// matching private key signs the webhook.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the delivery options.
    ///
    /// Defaults to the options of [`Sandbox::deliver_webhooks`](crate::Sandbox::deliver_webhooks).
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = Some(delivery);
        self
    }
}
