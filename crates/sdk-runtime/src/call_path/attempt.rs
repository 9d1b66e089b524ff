//! One attempt, which is counted, traced, and limited in time.

pub(super) mod check_answer;
pub(super) mod credential;
pub(super) mod permit;
pub(super) mod redirect;
mod send;
mod upload_silence;

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use crate::call_path::deadline::{Deadline, earlier, within_attempt};
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::repeat_rules::{is_possibly_applied, is_silent};
use crate::call_path::trace;
use crate::error::Error;
use crate::request::credential::Credential;
use crate::response::raw_response::RawResponse;

/// Makes one attempt of a call, including everything that happens before its request is sent.
pub(super) trait Attempt: Sync {
    /// Makes the attempt.
    fn make(&self) -> impl Future<Output = Result<RawResponse, Error>> + Send;
}

/// Sends the request once.
pub(super) async fn send_once(
    call: LogicalCall<'_>,
    credential: &Credential,
) -> Result<RawResponse, Error> {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
    if request
        .departure
        .as_ref()
        .is_some_and(|departure| !departure.set_out())
    {
        let text = format!(
            "the caller no longer waits for the outcome; {}",
            progress.not_sent()
        );
        return Err(Error::request(request.operation, text));
    }
    let span = trace::attempt(context, request, progress.sent());
    progress.set_out();
    let limit = request.attempt_limit(context);
    let now = Instant::now();
    let time = limit.map(|limit| Deadline::of(now, limit));
    let until = earlier(
        call.deadline().end(progress.granted()),
        time.and_then(|time| time.end(Duration::ZERO)),
    );
    let work = pin!(send::send(call, credential, now, until));
    let mut work = pin!(within_attempt(time, request.operation, work).instrument(span));
    let outcome = work.as_mut().await;
    progress.end(
        is_possibly_applied(request.nature(), &outcome),
        is_silent(&outcome),
    );
    trace::record(work.span(), &outcome);
    outcome
}
