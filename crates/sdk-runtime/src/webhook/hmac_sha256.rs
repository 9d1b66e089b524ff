//! HMAC-SHA256 over the raw body, with the signature in a header.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use sha2::Sha256;

use crate::table::webhook::SignatureEncoding;
use crate::webhook::error::WebhookError;
use crate::webhook::keys::WebhookKeys;

/// Returns a header as a string.
pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Checks that one of the headers contains the signature that one of the keys produces for the
/// concatenated pieces.
///
/// Tries each signature with each key. During a key change, the sender's first key may be the
/// receiver's second key.
pub(super) fn verify(
    headers: &HeaderMap,
    names: &[&'static str],
    encoding: SignatureEncoding,
    keys: &WebhookKeys,
    pieces: &[&[u8]],
) -> Result<(), WebhookError> {
    let mut signatures = names
        .iter()
        .filter_map(|name| header(headers, name))
        .peekable();
    if signatures.peek().is_none() {
        let first = names.first().copied().unwrap_or_default();
        return Err(WebhookError::Header(first));
    }
    let mut is_good = false;
    for signature in signatures {
        let Some(signature) = decode(signature, encoding) else {
            continue;
        };
        for key in keys.usable()? {
            let mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes());
            let mut mac = mac.map_err(|_| WebhookError::Key)?;
            for piece in pieces {
                mac.update(piece);
            }
            // Compares in constant time.
            is_good |= mac.verify_slice(&signature).is_ok();
        }
    }
    if is_good {
        Ok(())
    } else {
        Err(WebhookError::Signature)
    }
}

fn decode(text: &str, encoding: SignatureEncoding) -> Option<Vec<u8>> {
    match encoding {
        SignatureEncoding::Base64 => STANDARD.decode(text).ok(),
        SignatureEncoding::Hex => {
            let digits: Option<Vec<u8>> = text
                .chars()
                .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
                .collect();
            let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
            Some(
                digits
                    .chunks(2)
                    .map(|pair| pair[0] << 4 | pair[1])
                    .collect(),
            )
        }
    }
}
