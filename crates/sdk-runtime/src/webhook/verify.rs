//! Verifies a request of a webhook family, and parses its event.

use std::time::SystemTime;

use http::HeaderMap;

use crate::json::byte_order_mark::without_byte_order_mark;
use crate::table::webhook::{Verification, WebhookFamily};
use crate::value::any_json::AnyJson;
use crate::webhook::error::WebhookError;
use crate::webhook::hmac_sha256::{self, header};
use crate::webhook::keys::WebhookKeys;
use crate::webhook::signed_json;

/// Verifies a request. The body must be the received bytes, unmodified.
///
/// The work is roughly proportional to the size of the body, which your server must limit. Requests
/// of an unsigned family always pass.
///
/// # Errors
///
/// Returns an error if a header is missing or has an undocumented value, if a key is empty or
/// malformed, if no key matches the signature, if the signed time is missing or too far from the
/// current time, or if a body that should contain the signature isn't JSON.
pub fn verify_webhook(
    family: &WebhookFamily,
    headers: &HeaderMap,
    body: &[u8],
    keys: &WebhookKeys,
    now: SystemTime,
) -> Result<(), WebhookError> {
    match family.verification {
        Verification::None => Ok(()),
        Verification::Ed25519 {
            signature,
            timestamp,
            tolerance,
        } => signed_json::verify(body, keys, now, (signature, timestamp, tolerance)),
        Verification::HmacSha256 {
            headers: names,
            encoding,
            algorithm,
            timestamp,
            tolerance,
        } => {
            if let Some((name, value)) = algorithm
                && header(headers, name).is_some_and(|known| !known.eq_ignore_ascii_case(value))
            {
                return Err(WebhookError::Header(name));
            }
            let Some(name) = timestamp else {
                return hmac_sha256::verify(headers, names, encoding, keys, &[body]);
            };
            let time = header(headers, name).ok_or(WebhookError::Header(name))?;
            let pieces = [time.as_bytes(), b".", body];
            hmac_sha256::verify(headers, names, encoding, keys, &pieces)?;
            let seconds: u64 = time.parse().map_err(|_| WebhookError::Header(name))?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "seconds fit until the year 285 million"
            )]
            keys.check_time(seconds as f64, now, tolerance)
        }
    }
}

/// Parses the body of a webhook. Returns the name of the event, and the body.
///
/// The name is empty if the body doesn't contain one.
///
/// # Errors
///
/// Returns an error if the body isn't JSON.
pub fn read_webhook(
    family: &WebhookFamily,
    body: &[u8],
) -> Result<(String, AnyJson), WebhookError> {
    let body: AnyJson =
        serde_json::from_slice(without_byte_order_mark(body)).map_err(WebhookError::Malformed)?;
    let name = body.pointer(family.event).and_then(|name| name.as_str());
    Ok((name.unwrap_or_default().to_owned(), body))
}
