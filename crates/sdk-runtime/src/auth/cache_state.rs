//! The state of a token cache: the token at hand, the exchange in flight, and why the last one failed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::in_flight::{InFlight, Outcome};
use crate::auth::obtain::Obtainer;
use crate::error::Error;
use crate::token::cached_token::{CachedToken, ObtainedToken};
use crate::value::secret::Secret;

/// How long a failed early renewal keeps others from trying.
const PAUSE: Duration = Duration::from_secs(5);

/// What the cache and its exchange task share.
pub(super) struct CacheState {
    pub(super) obtainer: Obtainer,
    state: Mutex<State>,
}

/// The state behind the lock.
#[derive(Default)]
pub(super) struct State {
    pub(super) cached: Option<Arc<CachedToken>>,
    /// The exchange under way: never more than one.
    pub(super) in_flight: Option<InFlight>,
    /// Counts the tokens, so that two callers can tell whether they mean the same one.
    generation: u64,
    /// Why the token that was refused could not be renewed: for callers that still carry it, and for nobody else.
    pub(super) failed: Option<Error>,
    pub(super) paused_until: Option<Instant>,
    pub(super) refresh_token: Option<Secret>,
    /// The token that the vendor refused last: one that a store still has is of no use.
    pub(super) refused: Option<Secret>,
}

impl State {
    /// Drops the token at hand, which the vendor refused.
    pub(super) fn drop_refused(&mut self) {
        self.refused = self
            .cached
            .take()
            .map(|cached| cached.token().value().clone());
        // Whatever failed before had nothing to do with this refusal.
        self.failed = None;
    }
}

impl CacheState {
    pub(super) fn new(obtainer: Obtainer, refresh_token: Option<Secret>) -> Self {
        Self {
            obtainer,
            state: Mutex::new(State {
                refresh_token,
                ..State::default()
            }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in how an exchange ended, and gives what its waiters are told.
    pub(super) fn land(
        &self,
        early: bool,
        outcome: Result<ObtainedToken, Error>,
        refresh_token: Option<Secret>,
    ) -> Outcome {
        let mut state = self.lock();
        state.in_flight = None;
        state.refresh_token = refresh_token;
        let generation = state.generation + 1;
        let cached = outcome.and_then(|obtained| {
            CachedToken::new(obtained, generation, &*self.obtainer.context.randomness)
        });
        match cached {
            Ok(cached) => {
                let cached = Arc::new(cached);
                state.generation = generation;
                state.cached = Some(Arc::clone(&cached));
                state.refused = None;
                state.failed = None;
                state.paused_until = None;
                Ok(cached)
            }
            Err(error) => {
                if early {
                    state.paused_until = Some(Instant::now() + PAUSE);
                }
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}
