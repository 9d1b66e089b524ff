//! Webhook families of a document (`x-sdk-webhooks`).

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

/// A family of webhooks: its events and its signature.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WebhookFamily {
    pub(crate) name: String,
    /// Pointer to the event name in the body.
    #[serde(default)]
    pub(crate) event: Option<String>,
    #[serde(default)]
    pub(crate) events: Vec<WebhookEvent>,
    /// Name of the schema of all payloads, for a family without a list of events.
    #[serde(default)]
    pub(crate) payload: Option<String>,
    pub(crate) verification: Verification,
}

/// An event, and the name of its payload schema.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WebhookEvent {
    pub(crate) event: String,
    pub(crate) payload: String,
    /// Variant name, if two events share the event name.
    #[serde(default)]
    pub(crate) variant: Option<String>,
}

/// Method by which a receiver verifies a webhook.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Verification {
    None,
    HmacSha256 {
        headers: Vec<String>,
        encoding: Encoding,
        #[serde(default)]
        algorithm: Option<Algorithm>,
        /// Header with the signed time.
        #[serde(default)]
        timestamp: Option<String>,
    },
    Ed25519 {
        /// Property with the signature.
        signature: String,
        /// Pointer to the signed time.
        timestamp: String,
    },
}

/// Encoding of a signature's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

/// Header with the name of the signature algorithm.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Algorithm {
    pub(crate) header: String,
    pub(crate) value: String,
}

impl WebhookFamily {
    /// Reads the families of a document.
    pub(crate) fn read_all(root: &Value) -> Result<Vec<Self>, Error> {
        let families = root.get("x-sdk-webhooks").cloned();
        let families = families.unwrap_or_else(|| Value::Array(Vec::new()));
        serde_json::from_value(families).map_err(|e| Error::caused_by("x-sdk-webhooks", e))
    }

    /// Finds an event by its variant, or by its name if it has no variant.
    pub(crate) fn find(&self, name: &str) -> Option<&WebhookEvent> {
        let by_variant = self
            .events
            .iter()
            .find(|e| e.variant.as_deref() == Some(name));
        let plain = |e: &&WebhookEvent| e.variant.is_none() && e.event == name;
        by_variant.or_else(|| self.events.iter().find(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_with_the_same_name_are_distinguished_by_variant() {
        let root = json!({ "x-sdk-webhooks": [{ "name": "callback", "event": "/event", "verification": { "kind": "none" },
            "events": [
                { "event": "update", "variant": "lookup_update", "payload": "Lookup" },
                { "event": "update", "payload": "Otp" },
            ] }] });
        let families = WebhookFamily::read_all(&root).unwrap();
        let payload = |name| families[0].find(name).map(|event| event.payload.as_str());
        assert_eq!(payload("lookup_update"), Some("Lookup"));
        assert_eq!(payload("update"), Some("Otp"));
        assert_eq!(payload("other"), None);
    }

    #[test]
    fn an_unknown_signature_kind_is_rejected() {
        let root = json!({ "x-sdk-webhooks": [{ "name": "a", "payload": "A", "verification": { "kind": "rsa" } }] });
        let told = WebhookFamily::read_all(&root).unwrap_err().to_string();
        assert!(
            told.starts_with("x-sdk-webhooks: unknown variant `rsa`"),
            "{told}"
        );
    }
}
