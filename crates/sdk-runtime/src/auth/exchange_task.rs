//! Runs one token exchange, in a task that no caller can cancel.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::Instrument;

use crate::auth::cache_state::CacheState;
use crate::auth::flight::Flight;
use crate::auth::in_flight::{InFlight, Outcome};
use crate::auth::obtain::{Ending, Wanted};
use crate::error::Error;

/// A token exchange, ready to run in its own task.
pub(super) struct ExchangeTask {
    cache: Arc<CacheState>,
    flight: Arc<Flight>,
    /// Input of the exchange, taken when the task starts.
    wanted: Option<Wanted>,
    has_landed: bool,
    outcome: watch::Sender<Option<Outcome>>,
}

impl ExchangeTask {
    pub(super) fn new(cache: Arc<CacheState>, is_early: bool, wanted: Wanted) -> (Self, InFlight) {
        let flight = Arc::new(Flight::new(is_early));
        let (sender, in_flight) = InFlight::new(Arc::clone(&flight));
        (
            Self {
                cache,
                flight,
                wanted: Some(wanted),
                has_landed: false,
                outcome: sender,
            },
            in_flight,
        )
    }

    /// Runs the exchange in its own task. Outside a runtime, the exchange ends with an error.
    pub(super) fn launch(mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.run().in_current_span());
        } else if let Some(wanted) = self.wanted.take() {
            self.finish_exchange((Err(Error::outside_runtime()), wanted.refresh_tokens));
        }
    }

    async fn run(mut self) {
        let Some(wanted) = self.wanted.take() else {
            return;
        };
        let ending = {
            let mut work = pin!(self.cache.obtainer.obtain(&self.flight, wanted));
            let flight = &self.flight;
            poll_fn(|context| {
                flight.record_poll(context.waker());
                if flight.is_superseded() && !flight.handover.may_have_been_sent() {
                    return Poll::Ready(None);
                }
                work.as_mut().poll(context).map(Some)
            })
            .await
        };
        if let Some(ending) = ending {
            self.finish_exchange(ending);
        }
    }

    fn finish_exchange(&mut self, ending: Ending) {
        self.has_landed = true;
        // Releases the entry before waiters learn the outcome: the next exchange may need the lock.
        drop(self.flight.entry.close());
        let outcome = self.cache.finish_exchange(&self.flight, ending);
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for ExchangeTask {
    /// Cleans up after a canceled task, which must not block its waiters forever or lose a refresh
    /// token that it did not send.
    fn drop(&mut self) {
        if self.has_landed {
            return;
        }
        self.cache.clean_up_canceled(&self.flight);
        drop(self.flight.entry.close());
    }
}
