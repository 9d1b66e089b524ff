//! Token cache of one client: one exchange at a time, shared by all waiting callers.

use std::sync::Arc;

use tokio::time::Instant;

use crate::auth::cache_state::{CacheState, State};
use crate::auth::exchange_task::ExchangeTask;
use crate::auth::in_flight::{InFlight, Outcome, WaitResult};
use crate::auth::obtain::{Obtainer, Wanted};
use crate::auth::token_source::TokenSource;
use crate::call_path::context::CallContext;
use crate::call_path::token_provider::CurrentToken;
use crate::error::Error;
use crate::token::cached_token::CachedToken;
use crate::token::store::{TokenKey, TokenStore};
use crate::token::window::Window;

#[derive(Clone)]
pub(crate) struct TokenCache(Arc<CacheState>);

impl TokenCache {
    pub(crate) fn new(
        source: Arc<dyn TokenSource>,
        context: Arc<CallContext>,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Self {
        let key = source.fingerprint().map(|fingerprint| TokenKey {
            vendor: context.vendor.name.to_owned(),
            base_url: context.base_url.as_str().to_owned(),
            fingerprint,
        });
        let refresh_token = source.initial_refresh_token();
        let obtainer = Obtainer {
            source,
            context,
            store: store.zip(key),
        };
        Self(Arc::new(CacheState::new(obtainer, refresh_token)))
    }

    /// Returns the token to use now.
    ///
    /// The caller waits for an exchange if there is no token, or if the token is about to expire.
    /// If the source has only a refresh token, a caller that starts an early renewal also waits.
    pub(crate) fn current(&self) -> CurrentToken<'_> {
        match self.step(&Self::use_or_renew) {
            Step::Done(Ok(token)) => CurrentToken::Ready(token),
            step => CurrentToken::Pending(Box::pin(self.finish(step, Self::use_or_renew))),
        }
    }

    /// Uses the current token unless it is missing or about to expire, and starts or joins an
    /// exchange if necessary.
    fn use_or_renew(&self, state: &mut State, launch: &mut Option<ExchangeTask>) -> Step {
        let Some(cached) = &state.cached else {
            return Step::Wait(self.join(state, launch));
        };
        let now = Instant::now();
        match cached.window(now, || self.0.obtainer.context.clock.now()) {
            Window::Fresh => Step::Done(Ok(Arc::clone(cached))),
            Window::Advisory => {
                let cached = Arc::clone(cached);
                let is_paused = state.paused_until.is_some_and(|until| until > now);
                if state.in_flight.is_none() && !is_paused {
                    let in_flight = self.start(state, launch, true, false);
                    // If the renewal ran in the background, a program that exited in the meantime
                    // would lose its only refresh token.
                    if self.0.obtainer.source.rules().refresh_only.is_some() {
                        return Step::Wait(in_flight);
                    }
                }
                Step::Done(Ok(cached))
            }
            Window::Mandatory => Step::Wait(self.join(state, launch)),
        }
    }

    /// Returns whether a new token may help an operation that failed with status 401.
    pub(crate) fn is_worth_renewing(
        &self,
        rejected: &CachedToken,
        operation: &'static str,
    ) -> bool {
        let state = self.0.lock();
        match &state.cached {
            Some(cached) if cached.generation() == rejected.generation() => {
                rejected.refusals().is_worth_renewing(operation)
            }
            // Another token already exists, or will exist soon.
            _ => true,
        }
    }

    /// Evicts a token that the vendor rejected.
    pub(crate) fn forget(&self, refused: &CachedToken) {
        let mut state = self.0.lock();
        if state
            .cached
            .as_ref()
            .is_some_and(|cached| cached.generation() == refused.generation())
        {
            state.evict_rejected();
        }
    }

    /// Returns the token that replaces a rejected one.
    ///
    /// Only the first caller that reports the rejection starts an exchange.
    pub(crate) async fn renew(&self, refused: &CachedToken) -> Outcome {
        let step = |cache: &Self, state: &mut State, launch: &mut Option<ExchangeTask>| {
            match &state.cached {
                Some(cached) if cached.generation() != refused.generation() => {
                    return Step::Done(Ok(Arc::clone(cached)));
                }
                Some(_) => state.evict_rejected(),
                None => {}
            }
            match &state.failed {
                Some(error) if state.in_flight.is_none() => Step::Done(Err(error.clone())),
                _ => Step::Wait(cache.join(state, launch)),
            }
        };
        self.finish(self.step(&step), step).await
    }

    /// Obtains a new token, regardless of the current one, or joins the in-flight exchange.
    pub(crate) async fn renew_now(&self) -> Outcome {
        let step = |cache: &Self, state: &mut State, launch: &mut Option<ExchangeTask>| {
            Step::Wait(cache.join_or_start(state, launch, true))
        };
        self.finish(self.step(&step), step).await
    }

    /// Decides on the next step under the lock, and then starts the exchange that the step
    /// requires, if any.
    ///
    /// The lock is never held across an await or while a task starts: a runtime that is shutting
    /// down drops the task immediately, and dropping a task takes the lock.
    fn step(&self, decide: &impl Fn(&Self, &mut State, &mut Option<ExchangeTask>) -> Step) -> Step {
        let mut launch = None;
        let mut state = self.0.lock();
        let step = decide(self, &mut state, &mut launch);
        // Releases an entry that no new exchange uses.
        let entry = state.entry.take();
        drop(state);
        drop(entry);
        if let Some(task) = launch {
            task.launch();
        }
        step
    }

    /// Waits for the exchange that a step requires, or for the exchange that replaces it.
    async fn finish(
        &self,
        mut step: Step,
        decide: impl Fn(&Self, &mut State, &mut Option<ExchangeTask>) -> Step,
    ) -> Outcome {
        let mut was_broken_off = false;
        loop {
            let mut in_flight = match step {
                Step::Done(outcome) => return outcome,
                Step::Wait(in_flight) => in_flight,
            };
            let waited = in_flight.wait().await;
            let flight = &in_flight.flight;
            match waited {
                // An early renewal or a superseded exchange failed, so this caller needs another
                // exchange.
                WaitResult::Landed(Err(_)) if flight.is_early || flight.is_superseded() => {}
                WaitResult::Landed(outcome) => return outcome,
                WaitResult::Stalled if !self.0.take_over(flight) => {
                    step = Step::Wait(in_flight);
                    continue;
                }
                WaitResult::Stalled => {}
                WaitResult::BrokenOff if flight.is_superseded() => {}
                // The task ended with its runtime, or the source panicked.
                WaitResult::BrokenOff if was_broken_off => {
                    return Err(Error::configuration(
                        "the token exchange was aborted: the token source panicked, or the tokio runtime is shutting down",
                    ));
                }
                WaitResult::BrokenOff => was_broken_off = true,
            }
            step = self.step(&decide);
        }
    }

    fn join(&self, state: &mut State, launch: &mut Option<ExchangeTask>) -> InFlight {
        self.join_or_start(state, launch, false)
    }

    fn join_or_start(
        &self,
        state: &mut State,
        launch: &mut Option<ExchangeTask>,
        anew: bool,
    ) -> InFlight {
        state
            .in_flight
            .clone()
            .unwrap_or_else(|| self.start(state, launch, false, anew))
    }

    /// Prepares an exchange, which runs in a task that no caller can cancel.
    fn start(
        &self,
        state: &mut State,
        launch: &mut Option<ExchangeTask>,
        is_early: bool,
        anew: bool,
    ) -> InFlight {
        let current = state
            .cached
            .as_ref()
            .map(|cached| cached.token().value().clone());
        let wanted = Wanted {
            refused: current.or_else(|| state.refused.clone()),
            anew,
            refresh_tokens: state.refresh_tokens.clone(),
            entry: state.entry.take(),
        };
        let (task, in_flight) = ExchangeTask::new(Arc::clone(&self.0), is_early, wanted);
        state.in_flight = Some(in_flight.clone());
        *launch = Some(task);
        in_flight
    }
}

enum Step {
    Done(Outcome),
    Wait(InFlight),
}
