//! One token exchange under way, and those who wait for it.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Held, Inner, Wish};
use crate::Error;

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
    landed: bool,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Landing {
    pub(super) fn new(inner: Arc<Inner>, early: bool) -> (Self, Flight) {
        let (sender, receiver) = watch::channel(None);
        (
            Self {
                inner,
                early,
                landed: false,
                outcome: sender,
            },
            Flight {
                early,
                outcome: receiver,
            },
        )
    }

    pub(super) async fn fly(mut self, wish: Wish) {
        let (outcome, refresh_token) = self.inner.obtain(wish).await;
        let outcome = self.inner.land(self.early, outcome, refresh_token);
        self.landed = true;
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Landing {
    /// A task that was broken off must not leave others waiting for it.
    fn drop(&mut self) {
        if !self.landed {
            self.inner.lock().flight = None;
        }
    }
}
