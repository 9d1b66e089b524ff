//! A token exchange in flight, as seen by the callers that wait for it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::Error;
use crate::token::cached_token::CachedToken;

/// What an exchange gives to everyone who waits for it.
pub(crate) type Outcome = Result<Arc<CachedToken>, Error>;

/// Handle to an in-flight exchange, held by its waiters.
#[derive(Clone)]
pub(super) struct InFlight {
    early: bool,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl InFlight {
    /// Creates a handle, and the sender by which the exchange reports its outcome.
    ///
    /// `early`: whether the exchange starts while the old token is still valid.
    pub(super) fn new(early: bool) -> (watch::Sender<Option<Outcome>>, Self) {
        let (sender, outcome) = watch::channel(None);
        (sender, Self { early, outcome })
    }

    /// Whether it was started while the old token was still valid.
    pub(super) fn is_early(&self) -> bool {
        self.early
    }

    /// Waits for the outcome; `None` if the exchange was broken off.
    pub(super) async fn outcome(&mut self) -> Option<Outcome> {
        self.outcome
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|outcome| outcome.clone())
    }
}
