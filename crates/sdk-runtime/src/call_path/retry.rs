//! Retries failed attempts while the rules, the remaining time and the budget allow it.

use std::time::Duration;

use crate::call_path::attempt::Attempt;
use crate::call_path::context::CallContext;
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::repeat_rules::{Verdict, classify};
use crate::call_path::trace;
use crate::error::Error;
use crate::response::raw_response::RawResponse;
use crate::system::randomness::fraction;

/// Makes attempts until one ends in a result for the caller.
pub(super) async fn with_retries(
    call: LogicalCall<'_>,
    attempt: &impl Attempt,
) -> Result<RawResponse, Error> {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
    let attempts = request.attempts(context);
    let mut failed = 0;
    let mut taken = None;
    loop {
        // Boxed, because an allocator serves two small futures faster than one large one.
        let outcome = Box::pin(attempt.make()).await;
        let Verdict::Repeat { hint, cost } = classify(request.nature(), &outcome, &*context.clock)
        else {
            if outcome.as_ref().is_ok_and(|raw| raw.status().is_success()) {
                context.budget.replenish(taken);
            }
            return outcome;
        };
        failed += 1;
        let total = context.retry.total(request.timeouts.call(), hint.is_some());
        let left = total.saturating_sub(progress.spent());
        let wait = pause(context, failed, hint);
        if failed >= attempts || wait >= left || !context.budget.take(cost) {
            return outcome;
        }
        taken = Some(cost);
        trace::retry(request, &outcome, failed, wait);
        // The discarded response must not block its connection during the pause.
        drop(outcome);
        tokio::time::sleep(wait).await;
    }
}

/// Returns a pause with full jitter, but never less than the vendor requested.
fn pause(context: &CallContext, failed: u32, hint: Option<Duration>) -> Duration {
    let backoff = context
        .retry
        .bound(failed)
        .mul_f64(fraction(&*context.randomness));
    hint.map_or(backoff, |hint| hint.max(backoff))
}
