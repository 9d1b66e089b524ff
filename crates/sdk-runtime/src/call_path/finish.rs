//! Turns the outcome of the last attempt into the call's result.

use crate::call_path::attempt::check_answer;
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::prepare::Prepared;
use crate::call_path::repeat_rules::is_call_possibly_applied;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::retry_after::{Wait, wait};

pub(super) fn finish(
    call: LogicalCall<'_>,
    outcome: Result<RawResponse, Error>,
) -> Result<RawResponse, Error> {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
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
                wait(raw.vendor(), status, raw.headers(), || context.clock.now())
                    .map(Wait::duration)
            };
            match check_answer::check(raw) {
                Ok(raw) => return Ok(raw),
                Err(error) => error.with_retry_after(hint),
            }
        }
        Err(_) if progress.is_waiting() && progress.sent() == 0 => no_permit_error(request),
        // The error of a token exchange already contains the exchange's own number of attempts.
        Err(error) if error.attempts() > 0 => error,
        Err(error) => error.with_attempts(progress.sent()),
    };
    if is_call_possibly_applied(
        request.nature(),
        progress.maybe_applied(),
        progress.is_underway(),
    ) {
        return Err(error.with_maybe_applied());
    }
    Err(error)
}

/// Returns the error of a call whose time ran out before it got a permit.
fn no_permit_error(request: &Prepared) -> Error {
    let text = format!(
        "the client's limits left no slot for the call within {:?}; nothing was sent: allow the call more time, or send \
         fewer requests at the same time",
        request.timeouts.call()
    );
    Error::new(ErrorKind::Timeout, text).with_operation(request.operation)
}
