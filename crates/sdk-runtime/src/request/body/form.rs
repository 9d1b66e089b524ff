//! Encodes a flat value as a form.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::request::body::pairs::{Field, pairs};

/// Characters that a form leaves unescaped, besides letters and digits; a space becomes a plus.
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
    let pairs = pairs(json)?.into_iter().map(|(name, field)| match field {
        Field::Text(value) => Ok(format!("{}={}", escape(&name), escape(&value))),
        Field::Json(_) => Err(format!(
            "the field `{name}` is not flat and cannot be sent in a form"
        )),
    });
    Ok(pairs.collect::<Result<Vec<_>, _>>()?.join("&").into())
}
