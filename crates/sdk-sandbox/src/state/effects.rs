//! Effects of calls, recorded once per idempotency key.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::http::reply::Reply;
use crate::http::request::Request;

/// Maximum number of effects, and of idempotency keys, that are kept.
const MAX_EFFECTS: usize = 100_000;

/// Effect of a call on the vendor.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// Machine name of the vendor.
    pub vendor: String,
    /// Operation id of the call.
    pub operation_id: String,
    /// Kind of the effect.
    ///
    /// If the document declares the kind, it is `money`, `message` or `signature`. Otherwise, it is
    /// `create`, `update`, `delete`, `bulk` or `action`.
    pub kind: String,
    /// Method in upper case.
    pub method: String,
    /// Path as sent, with the base path, without the query.
    pub path: String,
    /// Idempotency key of the call, if it had one.
    pub idempotency_key: Option<String>,
    /// First 64 KiB of the request body.
    pub body: Bytes,
}

impl Effect {
    /// Returns whether the effect is more than a change to records.
    ///
    /// This is the case if the operation doesn't create, change or delete records, or if the
    /// document declares the kind of the effect.
    pub fn is_action(&self) -> bool {
        !["create", "update", "delete", "bulk"].contains(&self.kind.as_str())
    }
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effect")
            .field("vendor", &self.vendor)
            .field("operation_id", &self.operation_id)
            .field("kind", &self.kind)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// All effects of a vendor, and the responses to calls with an idempotency key.
#[derive(Debug, Default)]
pub(crate) struct Effects(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    effects: Vec<Effect>,
    answers: HashMap<(String, String), Reply>,
}

/// Guard that is held while a call with a key is handled, so that a repeated call waits for the
/// response to the first one.
pub(crate) struct EffectsGuard<'e>(MutexGuard<'e, Entries>);

impl Effects {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, effect: Effect) {
        let mut entries = self.entries();
        if entries.effects.len() < MAX_EFFECTS {
            entries.effects.push(effect);
        }
    }

    pub(crate) fn all(&self) -> Vec<Effect> {
        self.entries().effects.clone()
    }

    pub(crate) fn clear(&self) {
        *self.entries() = Entries::default();
    }

    pub(crate) fn turn(&self) -> EffectsGuard<'_> {
        EffectsGuard(self.entries())
    }
}

impl EffectsGuard<'_> {
    /// Returns the response to an earlier call to the same operation with the same key.
    pub(crate) fn answer(&self, operation: &str, key: &str) -> Option<Reply> {
        let place = (operation.to_owned(), key.to_owned());
        self.0.answers.get(&place).cloned()
    }

    pub(crate) fn keep(&mut self, operation: &str, key: &str, reply: &Reply, effect: Effect) {
        if self.0.answers.len() < MAX_EFFECTS {
            let place = (operation.to_owned(), key.to_owned());
            self.0.answers.insert(place, reply.clone());
        }
        if self.0.effects.len() < MAX_EFFECTS {
            self.0.effects.push(effect);
        }
    }
}

/// Describes the effect of a request, with at most 64 KiB of its body.
pub(crate) fn effect(
    vendor: &str,
    operation: &str,
    kind: &str,
    request: &Request,
    key: Option<&str>,
) -> Effect {
    Effect {
        vendor: vendor.to_owned(),
        operation_id: operation.to_owned(),
        kind: kind.to_owned(),
        method: request.method.clone(),
        path: request.path.clone(),
        idempotency_key: key.map(str::to_owned),
        body: Bytes::copy_from_slice(&request.body[..request.body.len().min(64 * 1024)]),
    }
}
