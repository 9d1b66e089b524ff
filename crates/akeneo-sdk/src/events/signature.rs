//! Signatures: HMAC-SHA256 in hex, compared in constant time.

use hmac::{Hmac, Mac};
use sdk_runtime::{HeaderMap, Secret};
use sha2::Sha256;

use super::EventError;

/// A header as text.
pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A header that has to be there.
pub(super) fn required<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
) -> Result<&'h str, EventError> {
    header(headers, name).ok_or(EventError::Header(name))
}

/// Whether a signature was made with this secret of these pieces, one after the other.
pub(super) fn is_made_of(signature: &str, secret: &Secret, pieces: &[&[u8]]) -> bool {
    let (Some(signature), Ok(mut mac)) = (
        bytes_of(signature),
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()),
    ) else {
        return false;
    };
    for piece in pieces {
        mac.update(piece);
    }
    // An empty secret is a mistake of the receiver's, and everyone can sign with it.
    mac.verify_slice(&signature).is_ok() && !secret.is_empty()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| {
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // echo -n "1700000000.{}" | openssl dgst -sha256 -hmac secret
    const SIGNATURE: &str = "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163";

    fn is_good(signature: &str, secret: &str, pieces: &[&[u8]]) -> bool {
        is_made_of(signature, &Secret::new(secret), pieces)
    }

    #[test]
    fn a_signature_fits_one_secret_and_one_text() {
        let pieces: [&[u8]; 3] = [b"1700000000", b".", b"{}"];
        assert!(is_good(SIGNATURE, "secret", &pieces));
        assert!(is_good(&SIGNATURE.to_uppercase(), "secret", &pieces));
        assert!(!is_good(SIGNATURE, "other", &pieces));
        assert!(!is_good(SIGNATURE, "secret", &[b"1700000000.{ }"]));
        assert!(!is_good(&SIGNATURE[..62], "secret", &pieces));
    }

    #[test]
    fn what_is_no_signature_is_refused_without_a_panic() {
        for text in ["", "0", "zz", "é", "0x12"] {
            assert!(!is_good(text, "secret", &[b""]), "{text}");
        }
        // echo -n "" | openssl dgst -sha256 -hmac ""
        let empty = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        assert!(!is_good(empty, "", &[b""]));
    }
}
