//! Ed25519 keys that sign webhooks.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};

/// Maximum number of keys that are kept.
const MAX_KEYS: usize = 100_000;

/// Derives key pairs from the sandbox's seed, and finds the private key for a public key.
pub(crate) struct SigningKeys {
    seed: String,
    /// Private keys by public key in Base64.
    made: Mutex<HashMap<String, SigningKey>>,
}

impl SigningKeys {
    pub(crate) fn new(vendor: &str, seed: u64) -> Self {
        Self {
            seed: format!("{vendor} {seed}"),
            made: Mutex::default(),
        }
    }

    /// Returns a public key for a purpose, in Base64. The same purpose produces the same key.
    pub(crate) fn make(&self, purpose: &str) -> String {
        let digest = Sha256::digest(format!("{} {purpose}", self.seed));
        let key = SigningKey::from_bytes(&digest.into());
        let public = STANDARD.encode(key.verifying_key().as_bytes());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() < MAX_KEYS {
            made.insert(public.clone(), key);
        }
        public
    }

    /// Returns the private key for a public key that `make` returned.
    pub(crate) fn find(&self, public: &str) -> Option<SigningKey> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.get(public).cloned()
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}
