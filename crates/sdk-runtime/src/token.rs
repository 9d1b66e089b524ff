//! The token cache of one client: one exchange at a time, shared by all who wait.

mod flight;
mod held;
mod obtain;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

pub(crate) use held::Held;

use crate::token_source::TokenSource;
use crate::token_store::{TokenKey, TokenStore};
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
    store: Option<(Arc<dyn TokenStore>, TokenKey)>,
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
    /// The token that the vendor refused last: one that a store still has is of no use.
    refused: Option<Secret>,
}

impl State {
    /// Drops the token at hand, which the vendor refused.
    fn drop_refused(&mut self) {
        self.refused = self.held.take().map(|held| held.token().value().clone());
        // Whatever failed before had nothing to do with this refusal.
        self.failed = None;
    }
}

/// What an exchange is to bring.
struct Wish {
    /// A token that is not this one.
    refused: Option<Secret>,
    /// A token that nobody has yet.
    anew: bool,
    refresh_token: Option<Secret>,
}

/// A token, and how long it has to live.
struct Gained {
    token: AccessToken,
    left: Option<Duration>,
    /// When that is over, by the time of day.
    expires: Option<SystemTime>,
}

impl TokenCache {
    pub(crate) fn new(
        source: Arc<dyn TokenSource>,
        wire: Arc<Wire>,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Self {
        let key = source.client_id().map(|client_id| TokenKey {
            vendor: wire.vendor.name.to_owned(),
            base_url: wire.base_url.as_str().to_owned(),
            client_id: client_id.to_owned(),
            user: source.user().map(str::to_owned),
            scope: source.scope().map(str::to_owned),
        });
        let state = State {
            refresh_token: source.initial_refresh_token(),
            ..State::default()
        };
        Self(Arc::new(Inner {
            source,
            wire,
            store: store.zip(key),
            state: Mutex::new(state),
        }))
    }

    /// The token to use now; waits for an exchange only if the one at hand is about to expire.
    pub(crate) async fn current(&self) -> Outcome {
        self.wait(|cache, state, launch| {
            let Some(held) = &state.held else {
                return Step::Wait(cache.join(state, launch));
            };
            let now = Instant::now();
            match held.window(now, || cache.0.wire.clock.now()) {
                Window::Fresh => Step::Done(Ok(Arc::clone(held))),
                Window::Advisory => {
                    let held = Arc::clone(held);
                    if state.flight.is_none() && state.paused_until.is_none_or(|until| until <= now)
                    {
                        cache.start(state, launch, true, false);
                    }
                    Step::Done(Ok(held))
                }
                Window::Mandatory => Step::Wait(cache.join(state, launch)),
            }
        })
        .await
    }

    /// Has nobody use a token again that the vendor refused.
    pub(crate) fn forget(&self, refused: &Held) {
        let mut state = self.0.lock();
        if state
            .held
            .as_ref()
            .is_some_and(|held| held.generation() == refused.generation())
        {
            state.drop_refused();
        }
    }

    /// The token that follows one that the vendor refused. Only the first to say so starts an exchange.
    pub(crate) async fn renew(&self, refused: &Held) -> Outcome {
        self.wait(|cache, state, launch| {
            match &state.held {
                Some(held) if held.generation() != refused.generation() => {
                    return Step::Done(Ok(Arc::clone(held)));
                }
                Some(_) => state.drop_refused(),
                None => {}
            }
            match &state.failed {
                Some(error) if state.flight.is_none() => Step::Done(Err(error.clone())),
                _ => Step::Wait(cache.join(state, launch)),
            }
        })
        .await
    }

    /// A new token, whatever the one at hand is worth.
    pub(crate) async fn renew_now(&self) -> Outcome {
        self.wait(|cache, state, launch| Step::Wait(cache.join_or(state, launch, true)))
            .await
    }

    async fn wait(
        &self,
        step: impl Fn(&Self, &mut State, &mut Option<Landing>) -> Step,
    ) -> Outcome {
        let mut interrupted = false;
        loop {
            let mut launch = None;
            // The lock is never held over an await, nor while a task is started: a runtime that shuts down drops the
            // task at once, and whatever drops a task takes the lock.
            let step = step(self, &mut self.0.lock(), &mut launch);
            if let Some(landing) = launch {
                landing.launch();
            }
            let mut flight = match step {
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
                        "the token exchange was broken off: the token source panicked, or the tokio runtime is shutting down",
                    ));
                }
                None => interrupted = true,
            }
        }
    }

    fn join(&self, state: &mut State, launch: &mut Option<Landing>) -> Flight {
        self.join_or(state, launch, false)
    }

    fn join_or(&self, state: &mut State, launch: &mut Option<Landing>, anew: bool) -> Flight {
        state
            .flight
            .clone()
            .unwrap_or_else(|| self.start(state, launch, false, anew))
    }

    /// Makes an exchange ready to be launched, in a task of its own, which no caller can cancel.
    fn start(
        &self,
        state: &mut State,
        launch: &mut Option<Landing>,
        early: bool,
        anew: bool,
    ) -> Flight {
        let held = state.held.as_ref().map(|held| held.token().value().clone());
        let wish = Wish {
            refused: held.or_else(|| state.refused.clone()),
            anew,
            refresh_token: state.refresh_token.take(),
        };
        let (landing, flight) = Landing::new(Arc::clone(&self.0), early, wish);
        state.flight = Some(flight.clone());
        *launch = Some(landing);
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

    fn land(
        &self,
        early: bool,
        outcome: Result<Gained, Error>,
        refresh_token: Option<Secret>,
    ) -> Outcome {
        let mut state = self.lock();
        state.flight = None;
        state.refresh_token = refresh_token;
        let generation = state.generation + 1;
        let held = outcome.and_then(|gained| Held::new(gained, generation, &*self.wire.randomness));
        match held {
            Ok(held) => {
                let held = Arc::new(held);
                state.generation = generation;
                state.held = Some(Arc::clone(&held));
                state.refused = None;
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
