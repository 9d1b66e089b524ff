//! State of a token cache: the current token, the in-flight exchange, and the last failure.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::flight::Flight;
use crate::auth::in_flight::{InFlight, Outcome};
use crate::auth::obtain::{Ending, Obtainer};
use crate::auth::refresh_tokens::RefreshTokens;
use crate::error::Error;
use crate::token::cached_token::CachedToken;
use crate::token::refusals::Record;
use crate::token::store::LockedToken;
use crate::value::secret::Secret;

/// Time to wait after a failed early renewal before the next one.
const EARLY_RENEWAL_PAUSE: Duration = Duration::from_secs(5);

/// State that the cache shares with its exchange tasks.
pub(super) struct CacheState {
    pub(super) obtainer: Obtainer,
    state: Mutex<State>,
}

/// State protected by the lock.
#[derive(Default)]
pub(super) struct State {
    pub(super) cached: Option<Arc<CachedToken>>,
    /// The in-flight exchange. There is at most one, apart from stalled exchanges that were taken
    /// over.
    pub(super) in_flight: Option<InFlight>,
    /// Number of tokens obtained so far, which tells callers whether the token has changed.
    generation: u64,
    /// Error of the last exchange, if it failed. Callers that later report an evicted token as
    /// rejected get this error.
    pub(super) failed: Option<Error>,
    pub(super) paused_until: Option<Instant>,
    pub(super) refresh_tokens: RefreshTokens,
    /// The token that the vendor rejected last. It isn't used, even if a store still contains it.
    pub(super) refused: Option<Secret>,
    /// Rejections of the evicted token and of earlier tokens. The next token inherits them.
    refusals: Vec<Record>,
    /// Store entry of an exchange that was taken over; the next exchange uses it.
    pub(super) entry: Option<Box<dyn LockedToken>>,
}

impl State {
    /// Evicts the current token, which the vendor rejected.
    pub(super) fn evict_rejected(&mut self) {
        let Some(cached) = self.cached.take() else {
            return;
        };
        self.refused = Some(cached.token().value().clone());
        self.refusals = cached.refusals().to_inherit();
        // An earlier failure is unrelated to this rejection.
        self.failed = None;
    }

    /// Returns whether `flight` is the in-flight exchange.
    pub(super) fn is_current(&self, flight: &Arc<Flight>) -> bool {
        self.in_flight
            .as_ref()
            .is_some_and(|in_flight| Arc::ptr_eq(&in_flight.flight, flight))
    }
}

impl CacheState {
    pub(super) fn new(obtainer: Obtainer, refresh_token: Option<Secret>) -> Self {
        Self {
            obtainer,
            state: Mutex::new(State {
                refresh_tokens: RefreshTokens::new(refresh_token, false),
                ..State::default()
            }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies the result of an exchange to the state, and returns the outcome for its waiters.
    pub(super) fn finish_exchange(&self, flight: &Arc<Flight>, ending: Ending) -> Outcome {
        let (outcome, refresh_tokens) = ending;
        let mut state = self.lock();
        if state.is_current(flight) {
            state.in_flight = None;
            state.refresh_tokens = refresh_tokens;
        } else {
            // This exchange was taken over. Its refresh tokens are used only if there is no current
            // refresh token. Its outcome is used only if there is no current access token.
            if state.refresh_tokens.current.is_none() {
                state.refresh_tokens = refresh_tokens;
            }
            if let Some(cached) = &state.cached {
                return Ok(Arc::clone(cached));
            }
        }
        let generation = state.generation + 1;
        let refusals = match &state.cached {
            Some(cached) => cached.refusals().to_inherit(),
            None => state.refusals.clone(),
        };
        let cached = outcome.and_then(|obtained| {
            let randomness = &*self.obtainer.context.randomness;
            CachedToken::new(obtained, generation, refusals, randomness)
        });
        match cached {
            Ok(cached) => {
                let cached = Arc::new(cached);
                state.generation = generation;
                state.cached = Some(Arc::clone(&cached));
                state.refused = None;
                state.refusals = Vec::new();
                state.failed = None;
                state.paused_until = None;
                Ok(cached)
            }
            Err(error) if flight.is_superseded() => Err(error),
            Err(error) => {
                if flight.is_early {
                    state.paused_until = Some(Instant::now() + EARLY_RENEWAL_PAUSE);
                }
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Handles an exchange that was dropped before it ended.
    pub(super) fn clean_up_canceled(&self, flight: &Arc<Flight>) {
        let cargo = std::mem::take(&mut *flight.cargo());
        let was_sent = flight.handover.may_have_been_sent();
        let is_recorded = cargo.if_unsent.is_some();
        // Runs outside the lock, because the store may write to disk.
        match (cargo.to_save, cargo.if_unsent) {
            (Some(saved), _) => flight.entry.put_back(&saved),
            (None, Some(before)) if !was_sent => flight.entry.put_back(&before),
            _ => {}
        }
        let mut state = self.lock();
        if !state.is_current(flight) {
            return;
        }
        state.in_flight = None;
        let Some(refresh) = cargo.refresh else {
            return;
        };
        if was_sent {
            state.refresh_tokens.doubt(&refresh);
        } else if is_recorded {
            state.refresh_tokens.unsent = Some(refresh.token);
        }
    }

    /// Abandons an exchange that no runtime drives, so that the next caller starts another one.
    ///
    /// Returns false if the exchange can't be abandoned, because it may have sent a single-use
    /// grant or a refresh token, and there is no other grant.
    pub(super) fn take_over(&self, flight: &Arc<Flight>) -> bool {
        let rules = self.obtainer.source.rules();
        let mut state = self.lock();
        if !state.is_current(flight) {
            return true;
        }
        let cargo = flight.cargo();
        let refresh = cargo.refresh.clone();
        let is_recorded = cargo.if_unsent.is_some();
        drop(cargo);
        if !flight.handover.withdraw() {
            let must_wait = match &refresh {
                Some(_) => rules.refresh_only.is_some(),
                None => rules.is_single_use,
            };
            if must_wait {
                return false;
            }
            if refresh.is_some() {
                // The refresh token is in flight and must not be sent again, regardless of the
                // outcome.
                state.refresh_tokens.drop_all();
            }
        } else if is_recorded {
            state.refresh_tokens.unsent = refresh.map(|refresh| refresh.token);
        }
        flight.supersede();
        state.in_flight = None;
        state.entry = flight.entry.close();
        drop(state);
        // Wakes the task, which ends immediately if it is driven and its request was not sent.
        flight.probe();
        tracing::warn!(
            "a token exchange was taken over: it stalled because its tokio runtime is not being driven"
        );
        true
    }
}
