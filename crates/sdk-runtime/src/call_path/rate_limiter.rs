//! Enforces a client's limits: requests per period, and concurrent requests.
//!
//! The limiter doesn't rely on futures being polled. The queue is first come, first served.
//! However, a caller that is woken and doesn't take its turn within [`OFFER_TIMEOUT`](state::GRACE) loses
//! the turn to the next caller. A permit expires at its attempt's deadline, even if its owner is
//! never polled again. No lock is held across an await.

mod driver;
mod gate;
mod rate;
mod state;
mod too_late;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::call_path::rate_limiter::gate::Gate;
use crate::call_path::rate_limiter::rate::Rate;
use crate::call_path::rate_limiter::state::{Lease, State};
use crate::call_path::rate_limiter::too_late::TooLate;
use crate::table::vendor::Limits;

/// Enforces the rate and concurrency limits of a client. Without limits, the limiter costs nothing.
pub(crate) struct Limiter(Option<Arc<Gate>>);

/// Permission to send one request. It ends when it is dropped, or at the latest when its lease
/// ends.
pub(crate) struct Permit {
    lease: Option<(Arc<Gate>, Lease)>,
}

impl Limiter {
    pub(crate) fn new(limits: Option<Limits>) -> Self {
        let concurrent = limits.and_then(|limits| limits.concurrent);
        let rate = limits.filter(|limits| limits.requests > 0 && limits.per_seconds > 0);
        if concurrent.is_none() && rate.is_none() {
            return Self(None);
        }
        let slots = concurrent.map(|most| usize::try_from(most.max(1)).unwrap_or(usize::MAX));
        let rate = rate.map(|limits| {
            Rate::new(
                usize::try_from(limits.requests).unwrap_or(usize::MAX),
                Duration::from_secs(limits.per_seconds.into()),
            )
        });
        Self(Some(Arc::new(Gate::new(State::new(slots, rate)))))
    }

    /// Returns whether there are no limits.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// Waits for a permit. Fails immediately if the rate limit would delay the turn past `until`.
    ///
    /// The permit ends after `lease`, and no later than `until`.
    pub(crate) async fn admit(
        &self,
        until: Option<Instant>,
        lease: Duration,
    ) -> Result<Permit, TooLate> {
        let Some(gate) = &self.0 else {
            return Ok(Self::exempt());
        };
        let lease = move |now: Instant| {
            let end = now + lease.min(MAX_LEASE);
            until.map_or(end, |until| until.min(end))
        };
        let waiting = {
            let now = Instant::now();
            let mut state = gate.lock();
            if let Some(taken) = state.take(now, lease(now)) {
                return Ok(Permit::new(gate, taken));
            }
            if let Some(until) = until {
                state.check(now, until)?;
            }
            Waiting {
                gate,
                ticket: state.number(),
                woken: Arc::default(),
            }
        };
        // Boxed, so that calls that don't wait don't reserve space for this future.
        Ok(Box::pin(waiting.turn(lease)).await)
    }

    /// Returns a permit for a request that doesn't count toward any limit.
    pub(crate) fn exempt() -> Permit {
        Permit { lease: None }
    }
}

/// Maximum duration of a lease, which keeps the end of the lease within the clock's range.
const MAX_LEASE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Permit {
    fn new(gate: &Arc<Gate>, lease: Option<Lease>) -> Self {
        Self {
            lease: lease.map(|lease| (Arc::clone(gate), lease)),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some((gate, lease)) = self.lease.take() {
            gate.lock().release(lease, Instant::now());
        }
    }
}

/// A position in the queue. On drop, the position and any offered turn pass to the next caller.
struct Waiting<'g> {
    gate: &'g Arc<Gate>,
    ticket: u64,
    woken: Arc<Notify>,
}

impl Waiting<'_> {
    /// Waits in the queue.
    async fn turn(self, lease: impl Fn(Instant) -> Instant) -> Permit {
        loop {
            let driver = {
                let now = Instant::now();
                let mut state = self.gate.lock();
                if let Some(taken) = state.claim(self.ticket, &self.woken, now, lease(now)) {
                    return Permit::new(self.gate, taken);
                }
                driver::missing(self.gate, &mut state)
            };
            if let Some(driver) = driver {
                driver.start();
            }
            self.woken.notified().await;
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.gate.lock().leave(self.ticket, Instant::now());
    }
}

#[cfg(test)]
mod tests;
