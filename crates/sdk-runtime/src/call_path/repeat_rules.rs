//! What to do about an outcome. All rules on repeating a request stand here.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::call_path::budget::{COST, TIMEOUT_COST};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;
use crate::response::retry_after::{Wait, wait};
use crate::table::operation::{Effect, Operation, Repeat};

/// What to do about an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Hand it to the caller.
    Return,
    /// The token was refused before anything was done: get another one and send again.
    Renew,
    /// The token was refused, and the body cannot be had again: no other call may use the token.
    Forget,
    /// Send again: after as long as the vendor asked for, if it did, and for so much of the budget.
    Repeat { hint: Option<Duration>, cost: u32 },
}

/// The properties of a call that the rules depend on.
#[derive(Clone, Copy)]
pub(super) struct Nature {
    /// The operation whose rules apply.
    pub(super) operation: &'static Operation,
    pub(super) repeat: Repeat,
    /// Whether the operation table does not have the path.
    pub(super) is_unknown: bool,
    /// Whether the body can be had a second time.
    pub(super) is_replayable: bool,
}

impl Nature {
    /// Whether a second time does no harm, even if the first took effect.
    pub(super) fn may_be_repeated(&self) -> bool {
        self.is_replayable && self.repeat != Repeat::Never
    }

    /// Whether a 429 proves that nothing was done: then the call may be sent again after the wait that the vendor asks
    /// for, and otherwise it is reported as possibly applied.
    ///
    /// Some vendors refuse only after they have begun, so for money and messages it proves nothing; and nothing is known
    /// of a write that the table does not have.
    fn is_undone_by_429(&self) -> bool {
        let is_final = matches!(self.operation.effect, Some(Effect::Money | Effect::Message));
        let is_unknown_write = self.is_unknown && self.operation.is_write();
        !(is_final || is_unknown_write)
    }
}

pub(super) fn classify(
    nature: Nature,
    outcome: &Result<RawResponse, Error>,
    now: impl Fn() -> SystemTime,
) -> Verdict {
    let is_refused = outcome.as_ref().is_ok_and(|raw| {
        raw.status() == StatusCode::UNAUTHORIZED && raw.is_of_vendor() && !nature.operation.token
    });
    match outcome {
        _ if is_refused && nature.is_replayable => Verdict::Renew,
        _ if is_refused => Verdict::Forget,
        _ if !nature.is_replayable => Verdict::Return,
        Ok(raw) => by_status(nature, raw, now),
        // The exchange has rules, and attempts, of its own.
        Err(error) if error.is_of_exchange() => Verdict::Return,
        Err(error) => by_error(nature, error.kind()),
    }
}

fn by_status(nature: Nature, raw: &RawResponse, now: impl Fn() -> SystemTime) -> Verdict {
    let status = raw.status();
    let wait = || wait(raw.vendor(), status, raw.headers(), now);
    match status.as_u16() {
        429 => {
            let wait = wait();
            // The window of the rate limit is how long to wait, but does not prove that nothing was done.
            let is_asked = matches!(wait, Some(Wait::Asked(_)));
            if nature.may_be_repeated() || (is_asked && nature.is_undone_by_429()) {
                Verdict::Repeat {
                    hint: wait.map(Wait::duration),
                    cost: COST,
                }
            } else {
                Verdict::Return
            }
        }
        408 | 500 | 502 | 503 | 504 if nature.may_be_repeated() => Verdict::Repeat {
            hint: wait().map(Wait::duration),
            cost: if status.as_u16() == 408 {
                TIMEOUT_COST
            } else {
                COST
            },
        },
        _ => Verdict::Return,
    }
}

fn by_error(nature: Nature, kind: ErrorKind) -> Verdict {
    let repeat = |cost| Verdict::Repeat { hint: None, cost };
    match kind {
        // Nothing was sent.
        ErrorKind::Connect => repeat(COST),
        ErrorKind::Timeout if nature.may_be_repeated() => repeat(TIMEOUT_COST),
        ErrorKind::Transport if nature.may_be_repeated() => repeat(COST),
        _ => Verdict::Return,
    }
}

/// Whether a request that came to this end may have taken effect without the caller being told so.
///
/// A success tells, and so does a refusal (4xx), but for a 429 that proves nothing; everything else leaves it open.
pub(super) fn leaves_open(nature: Nature, outcome: &Result<RawResponse, Error>) -> bool {
    nature.operation.is_write()
        && match outcome {
            Ok(raw) => match raw.status().as_u16() {
                408 => true,
                429 => !nature.is_undone_by_429(),
                // 307 and 308 say that it was not done here; the other redirects may say where to see it done.
                200..=299 | 304 | 307 | 308 | 400..=499 => false,
                _ => true,
            },
            Err(error) => {
                let is_unsent = matches!(
                    error.kind(),
                    ErrorKind::Connect
                        | ErrorKind::Configuration
                        | ErrorKind::Credentials
                        | ErrorKind::RateLimited
                        | ErrorKind::Request
                        | ErrorKind::Store
                );
                !is_unsent || error.is_maybe_applied()
            }
        }
}
