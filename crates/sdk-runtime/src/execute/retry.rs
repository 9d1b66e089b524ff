//! Sends again what failed, for as long as the rules, the time and the budget allow.

use std::time::Duration;

use super::classify::{Nature, Verdict, classify};
use crate::randomness::fraction;
use crate::wire::Wire;
use crate::{Error, RawResponse};

/// How often and how long one call is tried.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) attempts: u32,
    /// The time of the whole call.
    pub(super) limit: Duration,
}

/// Makes attempts until one ends in something to hand to the caller.
pub(super) async fn with_retries<Attempt>(
    wire: &Wire,
    nature: Nature,
    bounds: Bounds,
    spent: impl Fn() -> Duration,
    attempt: impl Fn() -> Attempt,
) -> Result<RawResponse, Error>
where
    Attempt: Future<Output = Result<RawResponse, Error>>,
{
    let most = bounds.limit.min(wire.retry.total());
    let mut failed = 0;
    let mut taken = None;
    loop {
        let outcome = attempt().await;
        let Verdict::Repeat { hint, cost } = classify(nature, &outcome, || wire.clock.now()) else {
            if outcome.as_ref().is_ok_and(|raw| raw.status().is_success()) {
                wire.budget.give_back(taken);
            }
            return outcome;
        };
        failed += 1;
        let left = most.saturating_sub(spent());
        let wait = pause(wire, failed, hint);
        if failed >= bounds.attempts || wait >= left || !wire.budget.take(cost) {
            return outcome;
        }
        taken = Some(cost);
        // An answer that is not wanted must not keep its connection while we wait.
        drop(outcome);
        tokio::time::sleep(wait).await;
    }
}

/// Full jitter; but never less than the vendor asked for.
fn pause(wire: &Wire, failed: u32, hint: Option<Duration>) -> Duration {
    let backoff = wire
        .retry
        .bound(failed)
        .mul_f64(fraction(&*wire.randomness));
    hint.map_or(backoff, |hint| hint.max(backoff))
}
