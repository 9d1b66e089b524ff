//! The task that runs one token exchange, which no caller can cancel.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::Instrument;

use crate::auth::cache_state::CacheState;
use crate::auth::in_flight::{InFlight, Outcome};
use crate::auth::obtain::Wanted;
use crate::error::Error;
use crate::token::cached_token::ObtainedToken;
use crate::value::secret::Secret;

/// A token exchange, ready to run in a task of its own.
pub(super) struct ExchangeTask {
    cache: Arc<CacheState>,
    early: bool,
    /// Taken when it begins.
    wanted: Option<Wanted>,
    landed: bool,
    outcome: watch::Sender<Option<Outcome>>,
}

impl ExchangeTask {
    pub(super) fn new(cache: Arc<CacheState>, early: bool, wanted: Wanted) -> (Self, InFlight) {
        let (sender, in_flight) = InFlight::new(early);
        (
            Self {
                cache,
                early,
                wanted: Some(wanted),
                landed: false,
                outcome: sender,
            },
            in_flight,
        )
    }

    /// Runs the exchange in a task of its own.
    pub(super) fn launch(mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.fly().in_current_span());
        } else {
            let refresh_token = self.wanted.take().and_then(|wanted| wanted.refresh_token);
            self.land(Err(Error::outside_runtime()), refresh_token);
        }
    }

    async fn fly(mut self) {
        if let Some(wanted) = self.wanted.take() {
            let (outcome, refresh_token) = self.cache.obtainer.obtain(wanted).await;
            self.land(outcome, refresh_token);
        }
    }

    fn land(&mut self, outcome: Result<ObtainedToken, Error>, refresh_token: Option<Secret>) {
        let outcome = self.cache.land(self.early, outcome, refresh_token);
        self.landed = true;
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for ExchangeTask {
    /// A task that was broken off must not leave others waiting for it.
    fn drop(&mut self) {
        if self.landed {
            return;
        }
        let mut state = self.cache.lock();
        state.in_flight = None;
        // What was not begun has used nothing up.
        if let Some(wanted) = self.wanted.take() {
            state.refresh_token = wanted.refresh_token;
        }
    }
}
