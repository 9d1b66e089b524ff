//! The token cache of one client: one exchange at a time, shared by all who wait.

mod flight;
mod held;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use held::Held;

use crate::token_source::{Exchange, TokenSource};
use crate::wall_clock::WallClock;
use crate::wire::Wire;
use crate::{AccessToken, Error, Secret};
use flight::{Flight, Landing, Outcome};
use window::Window;

/// How long a failed early renewal keeps others from trying.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Inner>);

struct Inner {
    source: Arc<dyn TokenSource>,
    wire: Arc<Wire>,
    clock: Arc<dyn WallClock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Arc<Held>>,
    /// The exchange under way: never more than one.
    flight: Option<Flight>,
    /// Counts the tokens, so that two callers can tell whether they mean the same one.
    generation: u64,
    /// Why the token that was refused could not be renewed: for callers that still carry it, and for nobody else.
    failed: Option<Error>,
    paused_until: Option<Instant>,
    refresh_token: Option<Secret>,
}

impl TokenCache {
    pub(crate) fn new(
        source: Arc<dyn TokenSource>,
        wire: Arc<Wire>,
        clock: Arc<dyn WallClock>,
    ) -> Self {
        Self(Arc::new(Inner {
            source,
            wire,
            clock,
            state: Mutex::default(),
        }))
    }

    /// The token to use now; waits for an exchange only if the one at hand is about to expire.
    pub(crate) async fn current(&self) -> Outcome {
        self.wait(|cache, state| {
            let Some(held) = &state.held else {
                return Step::Wait(cache.join(state));
            };
            let now = Instant::now();
            match held.window(now) {
                Window::Fresh => Step::Done(Ok(Arc::clone(held))),
                Window::Advisory => {
                    let held = Arc::clone(held);
                    if state.flight.is_none() && state.paused_until.is_none_or(|until| until <= now)
                    {
                        cache.start(state, true);
                    }
                    Step::Done(Ok(held))
                }
                Window::Mandatory => Step::Wait(cache.join(state)),
            }
        })
        .await
    }

    /// The token that follows one that the vendor refused. Only the first to say so starts an exchange.
    pub(crate) async fn renew(&self, refused: &Held) -> Outcome {
        self.wait(|cache, state| {
            match &state.held {
                Some(held) if held.generation() != refused.generation() => {
                    return Step::Done(Ok(Arc::clone(held)));
                }
                Some(_) => {
                    state.held = None;
                    // Whatever failed before had nothing to do with this refusal.
                    state.failed = None;
                }
                None => {}
            }
            match &state.failed {
                Some(error) if state.flight.is_none() => Step::Done(Err(error.clone())),
                _ => Step::Wait(cache.join(state)),
            }
        })
        .await
    }

    /// A new token, whatever the one at hand is worth.
    pub(crate) async fn renew_now(&self) -> Outcome {
        self.wait(|cache, state| Step::Wait(cache.join(state)))
            .await
    }

    async fn wait(&self, step: impl Fn(&Self, &mut State) -> Step) -> Outcome {
        let mut interrupted = false;
        loop {
            // The lock is never held over an await.
            let mut flight = match step(self, &mut self.0.lock()) {
                Step::Done(outcome) => return outcome,
                Step::Wait(flight) => flight,
            };
            match flight.landed().await {
                // It failed in the background, for nobody in particular: we need one of our own.
                Some(Err(_)) if flight.is_early() => {}
                Some(outcome) => return outcome,
                // Its task is gone, with the runtime that ran it or by a panic of the source.
                None if interrupted => {
                    return Err(Error::configuration(
                        "the token exchange was broken off: the token source panicked",
                    ));
                }
                None => interrupted = true,
            }
        }
    }

    fn join(&self, state: &mut State) -> Flight {
        state
            .flight
            .clone()
            .unwrap_or_else(|| self.start(state, false))
    }

    /// Starts an exchange in a task of its own, which no caller can cancel.
    fn start(&self, state: &mut State, early: bool) -> Flight {
        let (landing, flight) = Landing::new(Arc::clone(&self.0), early);
        state.flight = Some(flight.clone());
        let refresh_token = state.refresh_token.take();
        tokio::spawn(landing.fly(refresh_token));
        flight
    }
}

enum Step {
    Done(Outcome),
    Wait(Flight),
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets a token, with the refresh token first. Beside the outcome stands the refresh token that may be used again.
    async fn exchange(
        &self,
        refresh_token: Option<Secret>,
    ) -> (Result<AccessToken, Error>, Option<Secret>) {
        if let Some(refresh_token) = refresh_token {
            match self
                .source
                .exchange(Exchange::new(&self.wire, Some(&refresh_token)))
                .await
            {
                // Refused: it has expired or was used up.
                Err(error) if error.is_auth() => {}
                // Nothing was sent, so it is unused. After any other failure it may be used up.
                Err(error) if error.is_connect() => return (Err(error), Some(refresh_token)),
                Err(error) => return (Err(error), None),
                Ok(token) => {
                    let next = token.refresh_token().cloned().unwrap_or(refresh_token);
                    return (Ok(token), Some(next));
                }
            }
        }
        let outcome = self.source.exchange(Exchange::new(&self.wire, None)).await;
        let next = outcome
            .as_ref()
            .ok()
            .and_then(|token| token.refresh_token().cloned());
        (outcome, next)
    }

    fn land(
        &self,
        early: bool,
        started: Instant,
        outcome: Result<AccessToken, Error>,
        refresh_token: Option<Secret>,
    ) -> Outcome {
        let mut state = self.lock();
        state.flight = None;
        state.refresh_token = refresh_token;
        let generation = state.generation + 1;
        let held = outcome.and_then(|token| {
            let now = self.clock.now();
            Held::new(token, generation, started, now, &*self.wire.randomness)
        });
        match held {
            Ok(held) => {
                let held = Arc::new(held);
                state.generation = generation;
                state.held = Some(Arc::clone(&held));
                state.failed = None;
                state.paused_until = None;
                Ok(held)
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
