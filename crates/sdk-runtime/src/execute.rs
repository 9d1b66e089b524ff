//! The one way of every call: deadline, token, send, and what to make of the answer.
//!
//! Each link is a file that knows none of the others; this one puts them in order.

mod answer;
mod classify;
mod credential;
mod deadline;
mod origin;
mod prepare;
mod redirect;
mod send;
mod token;

use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) use credential::Credential;

use crate::wire::Wire;
use crate::{Call, ClientCore, Error, RawResponse, Reading};
use prepare::Prepared;

/// Sends a call of a client.
pub(crate) async fn execute(
    core: &ClientCore,
    call: Call,
    reading: Reading,
) -> Result<RawResponse, Error> {
    let request = Prepared::new(core.wire(), call, reading)?;
    let attempts = AtomicU32::new(0);
    let (sent, attempt) = (&attempts, &request);
    let work = token::with_credential(
        request.operation,
        credential::look_up(core, &request),
        |refused| async move { core.tokens()?.renew(&refused).await },
        |credential| {
            sent.fetch_add(1, Ordering::Relaxed);
            send::send(core.wire(), attempt, credential)
        },
    );
    let outcome = deadline::within(request.limit, request.operation, work).await;
    finish(outcome, reading, attempts.into_inner())
}

/// Sends a call of a token operation, without a token of its own.
pub(crate) async fn exchange(
    wire: &Wire,
    call: Call,
    reading: Reading,
) -> Result<RawResponse, Error> {
    let request = Prepared::new(wire, call, reading)?;
    let credential = credential::without_token(&request)?;
    let outcome = deadline::within(
        request.limit,
        request.operation,
        send::send(wire, &request, credential),
    )
    .await;
    finish(outcome, reading, 1)
}

fn finish(
    outcome: Result<RawResponse, Error>,
    reading: Reading,
    attempts: u32,
) -> Result<RawResponse, Error> {
    match outcome {
        Ok(mut raw) => {
            raw.set_attempts(attempts);
            if reading == Reading::Untouched {
                Ok(raw)
            } else {
                answer::check(raw)
            }
        }
        // An error of the exchange that this call waited for counts its own attempts.
        Err(error) if error.attempts() > 0 => Err(error),
        Err(error) => Err(error.with_attempts(attempts)),
    }
}
