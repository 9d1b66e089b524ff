//! A token exchange in flight, as seen by its waiters.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::auth::flight::Flight;
use crate::error::Error;
use crate::token::cached_token::CachedToken;

/// Outcome of an exchange, shared by its waiters.
pub(crate) type Outcome = Result<Arc<CachedToken>, Error>;

/// Time within which a driven task responds to a probe.
const STALL_TIMEOUT: Duration = Duration::from_secs(1);

/// Handle to an in-flight exchange, held by its waiters.
#[derive(Clone)]
pub(super) struct InFlight {
    pub(super) flight: Arc<Flight>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// Result of waiting for an exchange.
pub(super) enum WaitResult {
    Landed(Outcome),
    /// The task no longer exists.
    BrokenOff,
    /// The task makes no progress, because its runtime is not being driven.
    Stalled,
}

impl InFlight {
    /// Creates a handle, and the sender that reports the exchange's outcome.
    pub(super) fn new(flight: Arc<Flight>) -> (watch::Sender<Option<Outcome>>, Self) {
        let (sender, outcome) = watch::channel(None);
        (sender, Self { flight, outcome })
    }

    /// Waits for the outcome, and meanwhile checks whether the task is driven.
    pub(super) async fn wait(&mut self) -> WaitResult {
        // A caller outside a tokio runtime has no timer, so it waits without a limit.
        if Handle::try_current().is_err() {
            return match self.outcome.wait_for(Option::is_some).await {
                Ok(outcome) => outcome
                    .clone()
                    .map_or(WaitResult::BrokenOff, WaitResult::Landed),
                Err(_) => WaitResult::BrokenOff,
            };
        }
        loop {
            let polls = self.flight.polls();
            self.flight.probe();
            let landed = self.outcome.wait_for(Option::is_some);
            match timeout(STALL_TIMEOUT, landed).await {
                Ok(Ok(outcome)) => {
                    return outcome
                        .clone()
                        .map_or(WaitResult::BrokenOff, WaitResult::Landed);
                }
                Ok(Err(_)) => return WaitResult::BrokenOff,
                Err(_) if self.flight.polls() == polls => return WaitResult::Stalled,
                Err(_) => {}
            }
        }
    }
}
