//! A token in the cache.

use std::time::{Duration, SystemTime};

use http::HeaderValue;
use tokio::time::Instant;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::system::randomness::Randomness;
use crate::token::access_token::AccessToken;
use crate::token::refusals::{Record, Refusals};
use crate::token::window::{Window, Windows, margin};

/// A token as it was obtained, and its remaining lifetime.
pub(crate) struct ObtainedToken {
    pub(crate) token: AccessToken,
    pub(crate) left: Option<Duration>,
    /// Time of expiry on the wall clock.
    pub(crate) expires: Option<SystemTime>,
}

/// A token, its renewal windows, and its header.
pub(crate) struct CachedToken {
    token: AccessToken,
    header: HeaderValue,
    generation: u64,
    windows: Option<Windows>,
    /// Time on the wall clock after which the token is no longer used.
    old: Option<SystemTime>,
    refusals: Refusals,
}

impl CachedToken {
    /// Creates a cached token. Its remaining lifetime is measured on tokio's clock, from the time
    /// of this call. Fails if the token can't be sent in a header.
    pub(crate) fn new(
        obtained: ObtainedToken,
        generation: u64,
        refusals: Vec<Record>,
        randomness: &dyn Randomness,
    ) -> Result<Self, Error> {
        let ObtainedToken {
            token,
            left,
            expires,
        } = obtained;
        let header = token
            .header()
            .map_err(|why| Error::new(ErrorKind::Decode, why))?;
        let windows = token.lifetime().zip(left).and_then(|(lifetime, left)| {
            Windows::new(Instant::now().checked_add(left), lifetime, randomness)
        });
        let old = expires
            .zip(token.lifetime())
            .map(|(expires, lifetime)| expires - margin(lifetime));
        Ok(Self {
            token: token.with_expires(expires),
            header,
            generation,
            windows,
            old,
            refusals: Refusals::inheriting(refusals),
        })
    }

    pub(crate) fn token(&self) -> &AccessToken {
        &self.token
    }

    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the operations that rejected the token, and when it was last accepted.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Returns the current renewal window. A token without a known expiry is never renewed early.
    ///
    /// The wall clock is checked as well, because tokio's clock stops while the machine sleeps. The
    /// wall clock can only shorten a lifetime, at the cost of one exchange. Setting the clock back
    /// has no effect.
    pub(crate) fn window(&self, now: Instant, time_of_day: impl FnOnce() -> SystemTime) -> Window {
        match self.windows.map(|windows| windows.at(now)) {
            None => Window::Fresh,
            Some(Window::Mandatory) => Window::Mandatory,
            Some(_) if self.old.is_some_and(|old| time_of_day() >= old) => Window::Mandatory,
            Some(window) => window,
        }
    }

    /// Returns whether the token is too close to its expiry to be sent.
    pub(crate) fn is_stale(&self) -> bool {
        self.windows
            .is_some_and(|windows| windows.at(Instant::now()) == Window::Mandatory)
    }
}
