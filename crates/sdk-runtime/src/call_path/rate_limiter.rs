//! Keeps a client within the requests that its vendor takes: in turn, and given up without harm.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::table::vendor::Limits;

/// Lets requests through, first come, first served.
pub(crate) struct Limiter {
    concurrent: Option<Arc<Semaphore>>,
    rate: Option<Rate>,
}

/// The leave to send one request; it ends when it is dropped.
pub(crate) struct Permit {
    _slot: Option<OwnedSemaphorePermit>,
}

/// A turn that comes after the time of who waits for it.
#[derive(Debug)]
pub(crate) struct TooLate {
    wait: Duration,
    requests: usize,
    period: Duration,
}

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "its turn would come in {:.1?} only, for the client keeps to {} requests in {:?}; nothing was sent: \
             give the call more time, or send less at once",
            self.wait, self.requests, self.period
        )
    }
}

struct Rate {
    requests: usize,
    period: Duration,
    /// When the last requests were let through, the oldest first. Who waits for a turn holds the lock: tokio's mutex is fair.
    passed: Mutex<VecDeque<Instant>>,
}

impl Limiter {
    pub(crate) fn new(limits: Option<Limits>) -> Self {
        let concurrent = limits.and_then(|limits| limits.concurrent);
        let rate = limits.filter(|limits| limits.requests > 0 && limits.per_seconds > 0);
        Self {
            concurrent: concurrent
                .map(|most| Arc::new(Semaphore::new(usize::try_from(most.max(1)).unwrap_or(1)))),
            rate: rate.map(|limits| Rate {
                requests: usize::try_from(limits.requests).unwrap_or(usize::MAX),
                period: Duration::from_secs(limits.per_seconds.into()),
                passed: Mutex::default(),
            }),
        }
    }

    /// Whether everything is let through at once.
    pub(crate) fn is_open(&self) -> bool {
        self.concurrent.is_none() && self.rate.is_none()
    }

    /// Waits for its turn; fails at once if that is known to come too late.
    pub(crate) async fn admit(&self, until: Option<Instant>) -> Result<Permit, TooLate> {
        let slot = match &self.concurrent {
            // It fails only once it is closed, which it never is.
            Some(slots) => Arc::clone(slots).acquire_owned().await.ok(),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.pass(until).await?;
        }
        Ok(Permit { _slot: slot })
    }

    /// Leave for what counts against no limit.
    pub(crate) fn exempt() -> Permit {
        Permit { _slot: None }
    }
}

impl Rate {
    /// In no stretch of the period's length more than the requests are let through.
    async fn pass(&self, until: Option<Instant>) -> Result<(), TooLate> {
        let mut passed = self.passed.lock().await;
        if passed.len() >= self.requests
            && let Some(oldest) = passed.front()
        {
            let turn = *oldest + self.period;
            if until.is_some_and(|until| until < turn) {
                return Err(TooLate {
                    wait: turn.saturating_duration_since(Instant::now()),
                    requests: self.requests,
                    period: self.period,
                });
            }
            tokio::time::sleep_until(turn).await;
            passed.pop_front();
        }
        passed.push_back(Instant::now());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(requests: u32, per_seconds: u32, concurrent: Option<u32>) -> Limiter {
        Limiter::new(Some(Limits {
            requests,
            per_seconds,
            concurrent,
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn no_stretch_of_a_period_sees_more_than_its_requests() {
        let limiter = limiter(3, 10, None);
        let started = Instant::now();
        let mut seconds = Vec::new();
        for _ in 0..8 {
            drop(limiter.admit(None).await);
            seconds.push(started.elapsed().as_secs());
        }
        assert_eq!(seconds, [0, 0, 0, 10, 10, 10, 20, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_first_is_let_through_first_and_who_gives_up_takes_no_turn() {
        let limiter = Arc::new(limiter(1, 10, None));
        drop(limiter.admit(None).await);
        let started = Instant::now();
        let turns = Arc::new(std::sync::Mutex::new(Vec::new()));
        let waiting: Vec<_> = (0..4)
            .map(|number| {
                let (limiter, turns) = (Arc::clone(&limiter), Arc::clone(&turns));
                tokio::spawn(async move {
                    drop(limiter.admit(None).await);
                    turns
                        .lock()
                        .unwrap()
                        .push((number, started.elapsed().as_secs()));
                })
            })
            .collect();
        tokio::task::yield_now().await;
        waiting[0].abort();
        waiting[2].abort();
        for task in waiting {
            let _ = task.await;
        }
        assert_eq!(*turns.lock().unwrap(), [(1, 10), (3, 20)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_frees_its_place_when_it_is_dropped() {
        let limiter = limiter(0, 0, Some(2));
        let (one, _two) = (limiter.admit(None).await, limiter.admit(None).await);
        let late = tokio::time::timeout(Duration::from_secs(1), limiter.admit(None));
        assert!(late.await.is_err());
        drop(one);
        limiter.admit(None).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_nought_at_once_still_lets_one_through() {
        limiter(0, 1, Some(0)).admit(None).await.unwrap();
        Limiter::new(None).admit(None).await.unwrap();
    }
}
