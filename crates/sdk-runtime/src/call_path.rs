//! The one way of every call: deadline, retry, token, permit, send, and what to make of the answer.
//!
//! Each link is a file that knows none of the others; this one puts them in order.

pub(crate) mod budget;
mod check_answer;
pub(crate) mod context;
mod credential;
mod deadline;
mod idempotency;
mod prepare;
mod progress;
pub(crate) mod rate_limiter;
mod redirect;
mod renew_token;
mod repeat_rules;
mod retry;
mod send;
pub(crate) mod token_provider;
mod trace;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use crate::call_path::context::CallContext;
use crate::call_path::deadline::Deadline;
use crate::call_path::prepare::Prepared;
use crate::call_path::progress::Progress;
use crate::call_path::rate_limiter::{Limiter, Permit};
use crate::call_path::repeat_rules::{Verdict, classify, leaves_open};
use crate::call_path::token_provider::TokenProvider;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::request::credential::Credential;
use crate::request::handover::Handover;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::retry_after::wait_hint;
use crate::table::operation::Repeat;
use crate::token::cached_token::CachedToken;

/// Sends a call of a client.
pub(crate) async fn execute(
    context: &CallContext,
    provider: &impl TokenProvider,
    call: Call,
    reading: Reading,
) -> Result<RawResponse, Error> {
    let request = &Prepared::new(context, call, reading)?;
    let progress = &Progress::new(request.is_patient);
    let time = Deadline::of(progress.started(), request.timeouts.call());
    let look_up = move || credential::look_up(context, provider, request);
    let admit = move || async move {
        if request.rules.token || context.limiter.is_open() {
            return Ok(Limiter::exempt());
        }
        let until = time.end(Duration::ZERO).filter(|_| !request.is_patient);
        let lease = request.attempt_limit(context).unwrap_or(Duration::MAX);
        let lease = lease.min(request.timeouts.call());
        let permit = progress.wait(context.limiter.admit(until, lease)).await;
        permit.map_err(|late| {
            Error::new(ErrorKind::RateLimited, late.to_string())
                .with_operation(request.operation)
                .with_retry_after(Some(late.wait))
        })
    };
    let must_renew =
        move |outcome: &Result<RawResponse, Error>, rejected: &CachedToken| match classify(
            request.nature(),
            outcome,
            || context.clock.now(),
        ) {
            Verdict::Renew => provider.is_worth_renewing(rejected, request.operation.id),
            Verdict::Forget => {
                if provider.is_worth_renewing(rejected, request.operation.id) {
                    rejected.refusals().reject(request.operation.id);
                    provider.forget(rejected);
                }
                false
            }
            Verdict::Return | Verdict::Repeat { .. } => false,
        };
    let attempt = move || {
        renew_token::with_credential(
            request.operation,
            progress,
            look_up,
            admit,
            must_renew,
            move |rejected| async move { provider.renew(&rejected).await },
            move |credential, permit| send_once(context, request, progress, credential, permit),
        )
    };
    logical_call(context, request, progress, attempt).await
}

/// Sends a call of a token operation, without a token of its own and without a permit.
///
/// `handover` learns when a connection takes the request.
pub(crate) async fn exchange(
    context: &CallContext,
    call: Call,
    reading: Reading,
    repeat: Repeat,
    handover: &Arc<Handover>,
) -> Result<RawResponse, Error> {
    let mut prepared = Prepared::new(context, call, reading)?;
    prepared.repeat = repeat;
    if !handover.hold() {
        let text = "another caller took the token exchange over, and nothing was sent";
        return Err(Error::request(prepared.operation, text));
    }
    prepared.body = prepared.body.reported_to(handover);
    let request = &prepared;
    let progress = &Progress::new(request.is_patient);
    let credential = &credential::without_token(context, request)?;
    let attempt = move || {
        send_once(
            context,
            request,
            progress,
            credential.clone(),
            Limiter::exempt(),
        )
    };
    logical_call(context, request, progress, attempt).await
}

/// All attempts of a call, within its time.
///
/// Futures are pinned where they are made: to hand one on by value would copy it, and keep room for both.
async fn logical_call<Attempt>(
    context: &CallContext,
    request: &Prepared,
    progress: &Progress,
    attempt: impl Fn() -> Attempt,
) -> Result<RawResponse, Error>
where
    Attempt: Future<Output = Result<RawResponse, Error>>,
{
    let span = trace::operation(context, request);
    let work = pin!(retry::with_retries(
        context,
        request.nature(),
        request.bounds(context),
        || progress.spent(),
        attempt
    ));
    let time = Deadline::of(progress.started(), request.timeouts.call());
    let outcome = deadline::within(time, || progress.granted(), request.operation, work)
        .instrument(span.clone())
        .await;
    let outcome = finish(context, request, progress, outcome);
    trace::record(&span, &outcome);
    outcome
}

/// One attempt. The permit ends with it.
async fn send_once(
    context: &CallContext,
    request: &Prepared,
    progress: &Progress,
    credential: Credential,
    _permit: Permit,
) -> Result<RawResponse, Error> {
    if request
        .departure
        .as_ref()
        .is_some_and(|departure| !departure.set_out())
    {
        let text = "nobody waits for its outcome any more, and nothing was sent";
        return Err(Error::request(request.operation, text));
    }
    let span = trace::attempt(context, request, progress.sent());
    progress.set_out();
    let limit = request.attempt_limit(context);
    let time = limit.map(|limit| Deadline::of(Instant::now(), limit));
    let until = deadline::earlier(
        Deadline::of(progress.started(), request.timeouts.call()).end(progress.granted()),
        time.and_then(|time| time.end(Duration::ZERO)),
    );
    let work = pin!(send::send(context, request, credential, until));
    let outcome = deadline::within(time, || Duration::ZERO, request.operation, work)
        .instrument(span.clone())
        .await;
    progress.end(leaves_open(request.nature(), &outcome));
    trace::record(&span, &outcome);
    outcome
}

fn finish(
    context: &CallContext,
    request: &Prepared,
    progress: &Progress,
    outcome: Result<RawResponse, Error>,
) -> Result<RawResponse, Error> {
    let error = match outcome {
        Ok(mut raw) => {
            raw.set_attempts(progress.sent());
            if request.reading == Reading::Untouched {
                return Ok(raw);
            }
            let status = raw.status();
            let hint = if status.is_success() {
                None
            } else {
                wait_hint(status, raw.headers(), || context.clock.now())
            };
            match check_answer::check(raw) {
                Ok(raw) => return Ok(raw),
                Err(error) => error.with_retry_after(hint),
            }
        }
        Err(_) if progress.is_waiting() && progress.sent() == 0 => unsent(request),
        // An error of the exchange that this call waited for counts its own attempts.
        Err(error) if error.attempts() > 0 => error,
        Err(error) => error.with_attempts(progress.sent()),
    };
    let broken_off = progress.is_underway() && request.rules.is_write();
    if progress.maybe_applied() || broken_off {
        return Err(error.with_maybe_applied());
    }
    Err(error)
}

/// What is said of a call whose time was over before its turn came.
fn unsent(request: &Prepared) -> Error {
    let text = format!(
        "its turn under the client's limits did not come within {:?}; nothing was sent: give the call more time, or send \
         less at once",
        request.timeouts.call()
    );
    Error::new(ErrorKind::Timeout, text).with_operation(request.operation)
}
