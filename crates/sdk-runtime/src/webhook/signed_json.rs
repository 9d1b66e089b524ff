//! Ed25519 over canonical JSON, with the signature inside the body.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

use crate::value::secret::Secret;
use crate::webhook::canonical_json;
use crate::webhook::error::WebhookError;
use crate::webhook::keys::WebhookKeys;

pub(super) fn verify(
    body: &[u8],
    keys: &WebhookKeys,
    now: SystemTime,
    (property, timestamp, tolerance): (&str, &str, Duration),
) -> Result<(), WebhookError> {
    let body: Value = serde_json::from_slice(body).map_err(WebhookError::Malformed)?;
    let Value::Object(members) = &body else {
        return Err(WebhookError::Signature);
    };
    let signature = members.get(property).and_then(Value::as_str);
    let signature = signature
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .ok_or(WebhookError::Signature)?;
    let text = canonical_json::without(members, property);
    let mut is_good = false;
    for key in keys.usable()? {
        is_good |= decode_public_key(key)?
            .verify_strict(text.as_bytes(), &signature)
            .is_ok();
    }
    if !is_good {
        return Err(WebhookError::Signature);
    }
    let signed = body.pointer(timestamp).and_then(Value::as_f64);
    keys.check_time(signed.ok_or(WebhookError::Timestamp)?, now, tolerance)
}

/// Decodes a public key from the Base64 of its 32 bytes.
fn decode_public_key(key: &Secret) -> Result<VerifyingKey, WebhookError> {
    let bytes = STANDARD.decode(key.expose().trim()).ok();
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    key.ok_or(WebhookError::Key)
}
