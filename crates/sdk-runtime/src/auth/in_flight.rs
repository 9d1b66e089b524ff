//! A token exchange in flight, as seen by the callers that wait for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::auth::flight::Flight;
use crate::error::Error;
use crate::token::cached_token::CachedToken;

/// The outcome of an exchange, for all its waiters.
pub(crate) type Outcome = Result<Arc<CachedToken>, Error>;

/// How soon a task that is driven answers a probe.
const STALL: Duration = Duration::from_secs(1);

/// Handle to an in-flight exchange, held by its waiters.
#[derive(Clone)]
pub(super) struct InFlight {
    pub(super) flight: Arc<Flight>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// How waiting for an exchange ended.
pub(super) enum Waited {
    Landed(Outcome),
    /// Its task is gone.
    BrokenOff,
    /// Nobody drives its task: the runtime that owns it rests.
    Stalled,
}

impl InFlight {
    /// Creates a handle, and the sender by which the exchange reports its outcome.
    pub(super) fn new(flight: Arc<Flight>) -> (watch::Sender<Option<Outcome>>, Self) {
        let (sender, outcome) = watch::channel(None);
        (sender, Self { flight, outcome })
    }

    /// Waits for the outcome, and probes meanwhile whether the task is driven.
    pub(super) async fn wait(&mut self) -> Waited {
        // A caller outside of a runtime has no timer, so it waits without a limit.
        if Handle::try_current().is_err() {
            return match self.outcome.wait_for(Option::is_some).await {
                Ok(outcome) => outcome.clone().map_or(Waited::BrokenOff, Waited::Landed),
                Err(_) => Waited::BrokenOff,
            };
        }
        loop {
            let polls = self.flight.polls();
            self.flight.probe();
            let landed = self.outcome.wait_for(Option::is_some);
            match timeout(STALL, landed).await {
                Ok(Ok(outcome)) => {
                    return outcome.clone().map_or(Waited::BrokenOff, Waited::Landed);
                }
                Ok(Err(_)) => return Waited::BrokenOff,
                Err(_) if self.flight.polls() == polls => return Waited::Stalled,
                Err(_) => {}
            }
        }
    }
}
