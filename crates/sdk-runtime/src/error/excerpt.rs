//! The part of a response's body that an error keeps and shows.

use bytes::Bytes;
use http::HeaderMap;

use crate::error::bounded::is_unprintable;
use crate::error::redact::scrub;
use crate::error::redactor::Redactor;

/// Maximum number of bytes of a body that an error keeps.
pub(crate) const MAX_KEPT_BYTES: usize = 64 * 1024;
/// Maximum number of characters of a body that an error prints.
const MAX_SHOWN_CHARS: usize = 300;
/// Maximum number of bytes of a body that are searched for secrets. It exceeds the printed length,
/// because HTML pages contain many spaces that are collapsed.
const MAX_SEARCHED_BYTES: usize = 4 * 1024;

pub(super) fn kept(body: &Bytes) -> Bytes {
    if body.len() <= MAX_KEPT_BYTES {
        return body.clone();
    }
    // Copied, so that the rest of a large body is freed.
    Bytes::copy_from_slice(body.get(..MAX_KEPT_BYTES).unwrap_or_default())
}

/// Returns the start of the body on one line, without anything that looks like a secret.
///
/// Returns only the length and the media type of a binary body.
pub(super) fn shown(body: &Bytes, headers: &HeaderMap, redactor: &Redactor) -> String {
    let start = body
        .get(..body.len().min(MAX_KEPT_BYTES))
        .unwrap_or_default();
    if start.is_empty() {
        return String::new();
    }
    let kind = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Ok(text) = std::str::from_utf8(start).or_else(|error| {
        // A truncated character at the end doesn't mean that the body is binary.
        std::str::from_utf8(
            start
                .get(..error.valid_up_to())
                .filter(|_| error.error_len().is_none())
                .unwrap_or(&[0xff]),
        )
    }) else {
        return format!(
            "{} bytes of {}",
            body.len(),
            if kind.is_empty() { "binary data" } else { kind }
        );
    };
    // Secrets are removed first, because a secret may contain the spaces that are collapsed next.
    let (known, is_cut) = redactor.start(text.trim_start(), MAX_SEARCHED_BYTES);
    let line: Vec<&str> = known
        .split(|character: char| character.is_whitespace() || is_unprintable(character))
        .filter(|word| !word.is_empty())
        .collect();
    let mut clean = scrub(&line.join(" "), is_cut);
    let end = clean.char_indices().nth(MAX_SHOWN_CHARS);
    if let Some((end, _)) = end {
        clean.truncate(end);
    }
    if is_cut || end.is_some() {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(body: &'static [u8]) -> String {
        shown(
            &Bytes::from_static(body),
            &HeaderMap::new(),
            &Redactor::default(),
        )
    }

    #[test]
    fn the_start_of_a_body_is_shown_on_one_line() {
        assert_eq!(
            show(b"<html>\n  <h1>Bad\tGateway</h1>"),
            "<html> <h1>Bad Gateway</h1>"
        );
        assert_eq!(show(b""), "");
        assert_eq!(show(b"\xff\xfe\x00"), "3 bytes of binary data");
        let long = Bytes::from("é".repeat(MAX_KEPT_BYTES));
        let long = shown(&long, &HeaderMap::new(), &Redactor::default());
        assert_eq!(long.chars().count(), MAX_SHOWN_CHARS + 1);
    }

    #[test]
    fn a_long_body_is_truncated() {
        assert_eq!(
            kept(&Bytes::from(vec![b'x'; MAX_KEPT_BYTES + 1])).len(),
            MAX_KEPT_BYTES
        );
    }
}
