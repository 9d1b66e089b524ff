//! The secrets of an attempt, which errors must not repeat.

use std::sync::Arc;

use crate::request::credential::Credential;
use crate::value::secret::Secret;

/// The secrets of an attempt, to keep them out of what is printed.
#[derive(Clone)]
pub(crate) struct KnownSecrets {
    credential: Credential,
    body: Option<Arc<[Secret]>>,
}

impl KnownSecrets {
    pub(crate) fn new(credential: &Credential, body: Option<Arc<[Secret]>>) -> Self {
        Self {
            credential: credential.clone(),
            body,
        }
    }

    /// The secrets themselves; a password also as HTTP Basic encodes it.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self
            .body
            .iter()
            .flat_map(|body| body.iter())
            .map(Secret::expose)
            .collect();
        match &self.credential {
            Credential::None => {}
            Credential::Header(_, value, secret) => {
                secrets.push(secret.expose());
                secrets.extend(
                    value
                        .to_str()
                        .ok()
                        .and_then(|value| value.strip_prefix("Basic ")),
                );
            }
            Credential::Token(held) => secrets.push(held.token().value().expose()),
        }
        secrets
    }
}
