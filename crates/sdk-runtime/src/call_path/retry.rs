//! Sends again what failed, for as long as the rules, the time and the budget allow.

use std::time::Duration;

use crate::call_path::context::CallContext;
use crate::call_path::repeat_rules::{Nature, Verdict, classify};
use crate::error::Error;
use crate::response::raw_response::RawResponse;
use crate::system::randomness::fraction;

/// How often and how long one call is tried.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) attempts: u32,
    /// The time of the whole call.
    pub(super) limit: Duration,
}

/// Makes attempts until one ends in something to hand to the caller.
pub(super) async fn with_retries<Attempt>(
    context: &CallContext,
    nature: Nature,
    bounds: Bounds,
    spent: impl Fn() -> Duration,
    attempt: impl Fn() -> Attempt,
) -> Result<RawResponse, Error>
where
    Attempt: Future<Output = Result<RawResponse, Error>>,
{
    let most = bounds.limit.min(context.retry.total());
    let mut failed = 0;
    let mut taken = None;
    loop {
        let outcome = attempt().await;
        let Verdict::Repeat { hint, cost } = classify(nature, &outcome, || context.clock.now())
        else {
            if outcome.as_ref().is_ok_and(|raw| raw.status().is_success()) {
                context.budget.give_back(taken);
            }
            return outcome;
        };
        failed += 1;
        let left = most.saturating_sub(spent());
        let wait = pause(context, failed, hint);
        if failed >= bounds.attempts || wait >= left || !context.budget.take(cost) {
            return outcome;
        }
        taken = Some(cost);
        // An answer that is not wanted must not keep its connection while we wait.
        drop(outcome);
        tokio::time::sleep(wait).await;
    }
}

/// Full jitter; but never less than the vendor asked for.
fn pause(context: &CallContext, failed: u32, hint: Option<Duration>) -> Duration {
    let backoff = context
        .retry
        .bound(failed)
        .mul_f64(fraction(&*context.randomness));
    hint.map_or(backoff, |hint| hint.max(backoff))
}
