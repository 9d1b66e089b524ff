//! The one way of every call: deadline, retry, token, permit, send, and what to make of the answer.
//!
//! Each link is a file that knows none of the others; this one puts them in order.

mod answer;
mod budget;
mod classify;
mod credential;
mod deadline;
mod departure;
mod idempotency;
mod origin;
mod prepare;
mod progress;
mod redirect;
mod retry;
mod send;
mod token;
mod trace;

pub(crate) use budget::Budget;
pub(crate) use credential::{Credential, Known};
pub(crate) use departure::Departure;

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use crate::answer::wait_hint;
use crate::limiter::{Limiter, Permit};
use crate::token::Held;
use crate::wire::Wire;
use crate::{Call, ClientCore, Error, ErrorKind, RawResponse, Reading, Repeat};
use classify::{Verdict, classify, leaves_open};
use deadline::Deadline;
use prepare::Prepared;
use progress::Progress;

/// Sends a call of a client.
pub(crate) async fn execute(
    core: &ClientCore,
    call: Call,
    reading: Reading,
) -> Result<RawResponse, Error> {
    let wire = core.wire();
    let request = &Prepared::new(wire, call, reading)?;
    let progress = &Progress::new(request.is_patient);
    let time = Deadline::of(progress.started(), request.timeouts.call());
    let look_up = move || credential::look_up(core, request);
    let admit = move || async move {
        if request.rules.token || wire.limiter.is_open() {
            return Ok(Limiter::exempt());
        }
        let until = time.end(Duration::ZERO).filter(|_| !request.is_patient);
        let lease = request.attempt_limit(wire).unwrap_or(Duration::MAX);
        let lease = lease.min(request.timeouts.call());
        let permit = progress.wait(wire.limiter.admit(until, lease)).await;
        permit.map_err(|late| {
            Error::new(ErrorKind::RateLimited, late.to_string())
                .with_operation(request.operation)
                .with_retry_after(Some(late.wait))
        })
    };
    let must_renew = move |outcome: &Result<RawResponse, Error>, refused: &Held| match classify(
        request.nature(),
        outcome,
        || wire.clock.now(),
    ) {
        Verdict::Renew => true,
        Verdict::Forget => {
            if let Ok(tokens) = core.tokens() {
                tokens.forget(refused);
            }
            false
        }
        Verdict::Return | Verdict::Repeat { .. } => false,
    };
    let attempt = move || {
        token::with_credential(
            request.operation,
            progress,
            look_up,
            admit,
            must_renew,
            move |refused| async move { core.tokens()?.renew(&refused).await },
            move |credential, permit| send_once(wire, request, progress, credential, permit),
        )
    };
    logical_call(wire, request, progress, attempt).await
}

/// Sends a call of a token operation, without a token of its own and without a permit.
///
/// To ask twice for a token does no harm, unless a refresh token goes with it: then it may be used up.
pub(crate) async fn exchange(
    wire: &Wire,
    call: Call,
    reading: Reading,
    uses_refresh_token: bool,
) -> Result<RawResponse, Error> {
    let mut prepared = Prepared::new(wire, call, reading)?;
    if !uses_refresh_token {
        prepared.repeat = Repeat::Safe;
    }
    let request = &prepared;
    let progress = &Progress::new(request.is_patient);
    let credential = &credential::without_token(wire, request)?;
    let attempt = move || {
        send_once(
            wire,
            request,
            progress,
            credential.clone(),
            Limiter::exempt(),
        )
    };
    logical_call(wire, request, progress, attempt).await
}

/// All attempts of a call, within its time.
///
/// Futures are pinned where they are made: to hand one on by value would copy it, and keep room for both.
async fn logical_call<Attempt>(
    wire: &Wire,
    request: &Prepared,
    progress: &Progress,
    attempt: impl Fn() -> Attempt,
) -> Result<RawResponse, Error>
where
    Attempt: Future<Output = Result<RawResponse, Error>>,
{
    let span = trace::operation(wire, request);
    let work = pin!(retry::with_retries(
        wire,
        request.nature(),
        request.bounds(wire),
        || progress.spent(),
        attempt
    ));
    let time = Deadline::of(progress.started(), request.timeouts.call());
    let outcome = deadline::within(time, || progress.granted(), request.operation, work)
        .instrument(span.clone())
        .await;
    let outcome = finish(wire, request, progress, outcome);
    trace::record(&span, &outcome);
    outcome
}

/// One attempt. The permit ends with it.
async fn send_once(
    wire: &Wire,
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
    let span = trace::attempt(wire, request, progress.sent());
    progress.set_out();
    let limit = request.attempt_limit(wire);
    let time = limit.map(|limit| Deadline::of(Instant::now(), limit));
    let until = deadline::earlier(
        Deadline::of(progress.started(), request.timeouts.call()).end(progress.granted()),
        time.and_then(|time| time.end(Duration::ZERO)),
    );
    let work = pin!(send::send(wire, request, credential, until));
    let outcome = deadline::within(time, || Duration::ZERO, request.operation, work)
        .instrument(span.clone())
        .await;
    progress.end(leaves_open(request.nature(), &outcome));
    trace::record(&span, &outcome);
    outcome
}

fn finish(
    wire: &Wire,
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
                wait_hint(status, raw.headers(), || wire.clock.now())
            };
            match answer::check(raw) {
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
