//! One token exchange under way, and those who wait for it.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::Instrument;

use super::{Gained, Held, Inner, Wish};
use crate::{Error, Secret};

/// What an exchange gives to all who wait for it.
pub(crate) type Outcome = Result<Arc<Held>, Error>;

/// An exchange under way, as those see it who wait.
#[derive(Clone)]
pub(super) struct Flight {
    early: bool,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl Flight {
    /// Whether it was started while the old token was still good.
    pub(super) fn is_early(&self) -> bool {
        self.early
    }

    /// Waits for its end; none if it was broken off.
    pub(super) async fn landed(&mut self) -> Option<Outcome> {
        self.outcome
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|outcome| outcome.clone())
    }
}

/// The exchange as the task sees it that runs it.
pub(super) struct Landing {
    inner: Arc<Inner>,
    early: bool,
    /// Taken when it begins.
    wish: Option<Wish>,
    landed: bool,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Landing {
    pub(super) fn new(inner: Arc<Inner>, early: bool, wish: Wish) -> (Self, Flight) {
        let (sender, receiver) = watch::channel(None);
        (
            Self {
                inner,
                early,
                wish: Some(wish),
                landed: false,
                outcome: sender,
            },
            Flight {
                early,
                outcome: receiver,
            },
        )
    }

    /// Runs the exchange in a task of its own.
    pub(super) fn launch(mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.fly().in_current_span());
        } else {
            let refresh_token = self.wish.take().and_then(|wish| wish.refresh_token);
            self.land(Err(Error::outside_runtime()), refresh_token);
        }
    }

    async fn fly(mut self) {
        if let Some(wish) = self.wish.take() {
            let (outcome, refresh_token) = self.inner.obtain(wish).await;
            self.land(outcome, refresh_token);
        }
    }

    fn land(&mut self, outcome: Result<Gained, Error>, refresh_token: Option<Secret>) {
        let outcome = self.inner.land(self.early, outcome, refresh_token);
        self.landed = true;
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Landing {
    /// A task that was broken off must not leave others waiting for it.
    fn drop(&mut self) {
        if self.landed {
            return;
        }
        let mut state = self.inner.lock();
        state.flight = None;
        // What was not begun has used nothing up.
        if let Some(wish) = self.wish.take() {
            state.refresh_token = wish.refresh_token;
        }
    }
}
