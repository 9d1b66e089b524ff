//! Distinguishes credentials in a shared store without revealing them.

use std::fmt;

use hmac::digest::Key;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::value::secret::Secret;

/// HMAC-SHA256 (RFC 2104) of all fields of credentials, keyed by their secret.
///
/// Two clients share a token only if all fields of their credentials, including the secret, are the
/// same. The fingerprint doesn't reveal any field, because testing a guess requires the secret. It
/// is the same in every process and on every machine.
///
/// ```
/// # use sdk_runtime::{Fingerprint, Secret};
/// let secret = Secret::new("s3cret");
/// let all = Fingerprint::of(&secret, &[("client_id", Some("id")), ("scope", None)]);
/// let some = Fingerprint::of(&secret, &[("client_id", Some("id")), ("scope", Some("read"))]);
/// assert_ne!(all, some);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Hashes the fields of credentials, as pairs of name and value, keyed by their secret.
    ///
    /// A `None` field differs from an empty one. The order of the fields matters, so don't change
    /// it.
    pub fn of(secret: &Secret, fields: &[(&str, Option<&str>)]) -> Self {
        let mut mac = Hmac::<Sha256>::new(&key(secret));
        let mut put = |text: &str| {
            // Each string is preceded by its length, so that different lists of fields never result
            // in the same bytes.
            mac.update(&(text.len() as u64).to_le_bytes());
            mac.update(text.as_bytes());
        };
        for (name, value) in fields {
            put(name);
            put(if value.is_some() { "given" } else { "absent" });
            put(value.unwrap_or_default());
        }
        Self(mac.finalize().into_bytes().into())
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Returns a secret as a key of one block, padded or hashed as in RFC 2104, section 2.
fn key(secret: &Secret) -> Key<Hmac<Sha256>> {
    let mut key = Key::<Hmac<Sha256>>::default();
    let text = secret.expose().as_bytes();
    let hashed;
    let bytes = if text.len() <= key.len() {
        text
    } else {
        hashed = Sha256::digest(text);
        &hashed
    };
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    key
}

impl fmt::Display for Fingerprint {
    /// Writes 64 hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    /// Writes the first 8 of 64 hex digits, which are enough to distinguish entries in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..4]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secret: &str, fields: &[(&str, Option<&str>)]) -> Fingerprint {
        Fingerprint::of(&secret.into(), fields)
    }

    #[test]
    fn the_key_is_padded_or_hashed_as_in_rfc_2104() {
        for secret in ["", "short", &"k".repeat(64), &"long".repeat(40)] {
            let mut expected = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            expected.update(&1_u64.to_le_bytes());
            expected.update(b"a");
            expected.update(&5_u64.to_le_bytes());
            expected.update(b"given");
            expected.update(&1_u64.to_le_bytes());
            expected.update(b"b");
            let expected: [u8; 32] = expected.finalize().into_bytes().into();
            assert_eq!(of(secret, &[("a", Some("b"))]).as_bytes(), &expected);
        }
    }

    #[test]
    fn every_field_and_the_secret_change_the_fingerprint() {
        let fingerprints = [
            of("s", &[("id", Some("a")), ("user", None)]),
            of("t", &[("id", Some("a")), ("user", None)]),
            of("s", &[("id", Some("b")), ("user", None)]),
            of("s", &[("id", Some("a")), ("user", Some(""))]),
            of("s", &[("id", Some("au")), ("ser", None)]),
            of("s", &[("id", Some("a"))]),
        ];
        for (place, one) in fingerprints.iter().enumerate() {
            assert!(!fingerprints[..place].contains(one), "{place}");
        }
        assert_eq!(
            fingerprints[0],
            of("s", &[("id", Some("a")), ("user", None)])
        );
    }

    #[test]
    fn display_shows_the_whole_fingerprint_and_debug_only_its_start() {
        let fingerprint = of("hush", &[("user", Some("me"))]);
        assert_eq!(fingerprint.to_string().len(), 64);
        assert_eq!(format!("{fingerprint:?}").chars().count(), 9);
    }
}
