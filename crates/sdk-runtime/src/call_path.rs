//! The path of every call, as a list of stages in the order in which a call passes through them.
//!
//! 1. [`prepare`] builds the URL, headers and body once, so that every attempt sends the same
//!    request. It is the first stage, so that invalid arguments fail before anything else happens.
//!    [`idempotency`] adds its key here, because all attempts must use the same key.
//! 2. [`trace`] opens the span of the operation, which covers all later stages.
//! 3. [`deadline`] limits the time of the whole call, including all attempts and pauses. The
//!    default limit excludes the wait for a permit.
//! 4. [`retry`] makes attempts, as far as [`repeat_rules`] and the [`budget`] allow. It wraps the
//!    token and permit stages, so that no attempt sends a stale token and no permit is held during
//!    a pause.
//! 5. [`credential`](attempt::credential) selects the caller's credential. It runs before the
//!    permit stage, because a call that waits for a token must not block other calls.
//! 6. [`permit`](attempt::permit) waits for a permit from the [`rate_limiter`]. It runs directly
//!    before sending, so that a permit is held only for the duration of one request.
//! 7. [`attempt`] counts and traces one attempt, and limits its time. If the caller canceled the
//!    call, the call ends here.
//! 8. [`send`](attempt::send) hands the request to the transport and follows
//!    [redirects](attempt::redirect). Redirects belong to the attempt: they share its time limit
//!    and permit, and don't count as attempts. [`upload_silence`](attempt::upload_silence) stops an
//!    upload that stalls.
//! 9. [`check_answer`](attempt::check_answer)`::read` reads as much of the response as requested.
//!    It is part of the attempt, because a broken body is a reason to retry.
//! 10. [`authorized`] renews a token that the vendor rejected, and repeats steps 6 to 9 once. Only
//!     the response shows that a token was rejected.
//! 11. [`finish`] turns the last outcome into the result for the caller. It distinguishes success
//!     from failure with [`check_answer`](attempt::check_answer)`::check`, counts the attempts, and
//!     marks requests that may have been applied.
//!
//! A token exchange follows the same path, without steps 5, 6 and 10. The stages share the
//! [`logical_call`].

mod attempt;
mod authorized;
pub(crate) mod budget;
pub(crate) mod context;
mod deadline;
mod finish;
mod idempotency;
mod logical_call;
mod prepare;
mod progress;
pub(crate) mod rate_limiter;
mod repeat_rules;
mod retry;
pub(crate) mod token_provider;
mod trace;

use std::pin::pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tracing::Instrument;

use crate::call_path::attempt::Attempt;
use crate::call_path::attempt::credential;
use crate::call_path::authorized::{Authorized, Exchange};
use crate::call_path::context::CallContext;
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::prepare::Prepared;
use crate::call_path::progress::Progress;
use crate::call_path::token_provider::TokenProvider;
use crate::error::Error;
use crate::request::call::Call;
use crate::request::handover::Handover;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::operation::Repeat;

/// Runs a client's call.
///
/// Prepares the request before creating the future. Otherwise, the future would reserve space for
/// the preparation.
pub(crate) fn execute<'c>(
    context: &'c CallContext,
    provider: &'c impl TokenProvider,
    call: Call,
    reading: Reading,
) -> impl Future<Output = Result<RawResponse, Error>> + Send + 'c {
    let request = Prepared::new(context, call, reading).map(Box::new);
    async move {
        // Outside a runtime, timers and connections would panic.
        Handle::try_current().map_err(|_| Error::outside_runtime())?;
        let request = &*request?;
        let progress = &Progress::new(request.is_patient);
        let call = LogicalCall {
            context,
            request,
            progress,
        };
        run(call, &Authorized { call, provider }).await
    }
}

/// Runs a call to a token operation, without a token and without a permit.
///
/// `handover` records when a connection takes the request.
pub(crate) async fn exchange(
    context: &CallContext,
    call: Call,
    reading: Reading,
    repeat: Repeat,
    handover: &Arc<Handover>,
) -> Result<RawResponse, Error> {
    let request = &Prepared::for_exchange(context, call, reading, repeat, handover)?;
    let progress = &Progress::new(request.is_patient);
    let call = LogicalCall {
        context,
        request,
        progress,
    };
    let credential = credential::without_token(call)?;
    run(call, &Exchange { call, credential }).await
}

/// Makes all attempts of a call within its time limit.
///
/// Futures are pinned where they are created: passing one by value would copy it and reserve space
/// twice.
async fn run(call: LogicalCall<'_>, attempt: &impl Attempt) -> Result<RawResponse, Error> {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
    let span = trace::operation(context, request);
    let work = pin!(retry::with_retries(call, attempt));
    let work = deadline::within(call.deadline(), progress, request.operation, work);
    let mut work = pin!(work.instrument(span));
    let outcome = finish::finish(call, work.as_mut().await);
    trace::record(work.span(), &outcome);
    outcome
}
