//! Encodes a flat value as a form.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::pairs::pairs;

/// What a form leaves as it is, beside letters and digits; a space becomes a plus.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b' ');

pub(super) fn encode(json: &[u8]) -> Result<Bytes, String> {
    let escape = |text: &str| {
        utf8_percent_encode(text, ESCAPED)
            .to_string()
            .replace(' ', "+")
    };
    let pairs: Vec<String> = pairs(json)?
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    Ok(pairs.join("&").into())
}
