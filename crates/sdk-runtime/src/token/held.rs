//! A token in the cache.

use std::time::SystemTime;

use http::HeaderValue;
use tokio::time::Instant;

use super::window::{Window, Windows};
use crate::randomness::Randomness;
use crate::{AccessToken, Error, ErrorKind};

/// A token, when it is to be renewed, and the header that carries it.
pub(crate) struct Held {
    token: AccessToken,
    header: HeaderValue,
    generation: u64,
    windows: Option<Windows>,
}

impl Held {
    pub(super) fn new(
        token: AccessToken,
        generation: u64,
        started: Instant,
        now: SystemTime,
        randomness: &dyn Randomness,
    ) -> Result<Self, Error> {
        let unusable = |what: &str| {
            Error::new(
                ErrorKind::Decode,
                format!("the access token that was handed out {what}"),
            )
        };
        if token.value().is_empty() {
            return Err(unusable("is empty"));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.value().expose()))
            .map_err(|_| unusable("has characters that a header cannot carry"))?;
        header.set_sensitive(true);
        let windows = token
            .lifetime()
            .and_then(|lifetime| Windows::new(started, lifetime, randomness));
        let expires = token
            .lifetime()
            .and_then(|lifetime| now.checked_add(lifetime));
        Ok(Self {
            token: token.with_expires(expires),
            header,
            generation,
            windows,
        })
    }

    pub(crate) fn token(&self) -> &AccessToken {
        &self.token
    }

    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// A token that is not known to expire never asks to be renewed.
    pub(super) fn window(&self, now: Instant) -> Window {
        self.windows
            .map_or(Window::Fresh, |windows| windows.at(now))
    }
}
