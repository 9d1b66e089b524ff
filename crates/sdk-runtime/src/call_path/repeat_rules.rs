//! All rules about repeating a request, and about whether it may have been applied.
//!
//! [`AttemptOutcome`] describes how an attempt ended. [`AttemptOutcome::rule`] is the table of consequences. The
//! operation's `x-sdk-repeat` also decides whether a write may be sent again: by default, POST and
//! PATCH are `Never`, and all other methods are `Safe`. A call that lacks the JSON body for its
//! idempotency key counts as `Never`. A write to a path without an operation also counts as
//! `Never`, unless `repeatable` declares it `Safe`. A token exchange is `Safe` only if its grant may
//! be sent twice. Other files call the functions of this module and don't make these decisions
//! themselves.
//!
//! Only writes count as "applied". A call may have been applied if any of its attempts may have
//! been applied: a clear failure proves nothing about earlier attempts.

use std::time::Duration;

use crate::call_path::budget::{RETRY_COST, TIMEOUT_COST};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;
use crate::response::retry_after::{Wait, wait};
use crate::system::wall_clock::WallClock;
use crate::table::operation::{Effect, Operation, Repeat};

/// Next step after an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Return the outcome to the caller.
    Return,
    /// The token was rejected before anything was done. Renew it and send again.
    Renew,
    /// The token was rejected, and the body can't be opened again. No other call may use the token.
    Forget,
    /// Send again, after the delay that the vendor requested, if any, and at this cost to the
    /// budget.
    Repeat { hint: Option<Duration>, cost: u32 },
}

/// Properties of a call that the rules depend on.
#[derive(Clone, Copy)]
pub(super) struct RetryProperties {
    /// Operation whose rules apply.
    pub(super) operation: &'static Operation,
    pub(super) repeat: Repeat,
    /// Whether the path is not in the operation table.
    pub(super) has_unknown_path: bool,
    /// Whether the body can be opened a second time.
    pub(super) is_replayable: bool,
}

/// Outcome of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AttemptOutcome {
    /// No connection was made, so nothing was sent.
    NotSent,
    /// Another attempt would end in the same way, for example because the arguments, the
    /// credentials or the certificate are invalid. Usually, nothing was sent. If the request may
    /// have taken effect, the error is marked accordingly.
    Unsendable,
    /// The server reports that it didn't process the request (HTTP/2: RFC 9113, sections 6.8 and
    /// 8.7).
    NotProcessed,
    /// The token exchange failed. It was already repeated according to its own rules.
    Exchange,
    /// No response came in time.
    Silence,
    /// The connection broke before the response was complete.
    Broken,
    /// The vendor rejected the token (401).
    TokenRejected,
    /// Request Timeout (408).
    SlowRequest,
    /// Too Many Requests (429).
    TooMany,
    /// Server failure (500, 502, 503, 504).
    ServerFailed,
    /// A clear response: 2xx and 304; 4xx, which rejects the request; 307 and 308, which report
    /// that the request was not processed at this URL.
    Told,
    /// Any other status, or an unreadable response.
    Untold,
}

/// Whether to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RepeatRule {
    Never,
    /// Send again with a new token, once per call.
    Renewed,
    /// Send again if a second request is harmless even if the first one took effect.
    IfSafe,
    /// Like `IfSafe`, and also if the vendor specifies a delay and the response proves that nothing
    /// was done.
    IfSafeOrUndone,
    /// Send again, regardless of the operation.
    Always,
}

/// Whether the request may have taken effect without the caller knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MayBeApplied {
    No,
    /// Yes, unless the response proves that nothing was done.
    UnlessUndone,
    Yes,
}

impl AttemptOutcome {
    /// Returns whether to send again, the cost to the budget, and whether the request may have been
    /// applied.
    ///
    /// A request whose body can't be opened again is never repeated.
    #[rustfmt::skip]
    const fn rule(self) -> (RepeatRule, u32, MayBeApplied) {
        match self {
            //                        send again             budget        may have been applied
            Self::NotSent        => (RepeatRule::Always,         RETRY_COST,         MayBeApplied::No),
            Self::Unsendable     => (RepeatRule::Never,          0,            MayBeApplied::No),
            Self::NotProcessed   => (RepeatRule::Always,         RETRY_COST,         MayBeApplied::No),
            Self::Exchange       => (RepeatRule::Never,          0,            MayBeApplied::No),
            Self::Silence        => (RepeatRule::IfSafe,         TIMEOUT_COST, MayBeApplied::Yes),
            Self::Broken         => (RepeatRule::IfSafe,         RETRY_COST,         MayBeApplied::Yes),
            Self::TokenRejected  => (RepeatRule::Renewed,        0,            MayBeApplied::No),
            Self::SlowRequest    => (RepeatRule::IfSafe,         TIMEOUT_COST, MayBeApplied::Yes),
            Self::TooMany        => (RepeatRule::IfSafeOrUndone, RETRY_COST,         MayBeApplied::UnlessUndone),
            Self::ServerFailed   => (RepeatRule::IfSafe,         RETRY_COST,         MayBeApplied::Yes),
            Self::Told           => (RepeatRule::Never,          0,            MayBeApplied::No),
            Self::Untold         => (RepeatRule::Never,          0,            MayBeApplied::Yes),
        }
    }

    fn of(nature: RetryProperties, outcome: &Result<RawResponse, Error>) -> Self {
        match outcome {
            Ok(raw) => Self::of_response(nature, raw),
            Err(error) => Self::of_error(error),
        }
    }

    fn of_response(nature: RetryProperties, raw: &RawResponse) -> Self {
        match raw.status().as_u16() {
            401 if raw.is_from_vendor() && !nature.operation.token => Self::TokenRejected,
            408 => Self::SlowRequest,
            429 => Self::TooMany,
            500 | 502 | 503 | 504 => Self::ServerFailed,
            200..=299 | 304 | 307 | 308 | 400..=499 => Self::Told,
            _ => Self::Untold,
        }
    }

    fn of_error(error: &Error) -> Self {
        if error.is_from_token_exchange() {
            return Self::Exchange;
        }
        match error.kind() {
            ErrorKind::Connect if !error.is_permanent() => Self::NotSent,
            ErrorKind::NotProcessed => Self::NotProcessed,
            ErrorKind::Timeout => Self::Silence,
            ErrorKind::Transport => Self::Broken,
            ErrorKind::Connect
            | ErrorKind::Configuration
            | ErrorKind::Credentials
            | ErrorKind::RateLimited
            | ErrorKind::Request
            | ErrorKind::Store => Self::Unsendable,
            ErrorKind::Status | ErrorKind::Decode | ErrorKind::Output => Self::Untold,
            // A complete response that reports a failed job. Only code that waits for jobs creates
            // this error. A call never does.
            ErrorKind::JobFailed => Self::Told,
        }
    }
}

impl RetryProperties {
    /// Returns whether a second request is possible, and harmless even if the first one took
    /// effect.
    pub(super) fn may_be_repeated(self) -> bool {
        self.is_replayable && self.repeat != Repeat::Never
    }

    /// Returns whether a 429 proves that nothing was done.
    ///
    /// Some vendors reject a request only after they have begun to process it. Therefore, a 429
    /// proves nothing for requests that cost money or send a message, or for writes that aren't in
    /// the table.
    fn is_undone_by_429(self) -> bool {
        let is_final = matches!(self.operation.effect, Some(Effect::Money | Effect::Message));
        let is_unknown_write = self.has_unknown_path && self.operation.is_write();
        !(is_final || is_unknown_write)
    }

    /// Returns whether a write may have been applied if its successful response is incomplete or
    /// unreadable.
    pub(super) fn is_possibly_applied_if_unread(self) -> bool {
        self.operation.is_write()
    }

    /// Returns whether a failed connection proves that nothing was sent.
    ///
    /// For a write, it proves nothing if the HTTP client follows redirects: the client may have
    /// failed to connect to the redirect target after the original server received the request.
    pub(super) fn proves_unsent(self, may_redirect: bool) -> bool {
        !(may_redirect && self.operation.is_write())
    }

    /// Marks the error of a write that the HTTP client redirected by itself.
    ///
    /// The write may have been applied at either URL.
    pub(super) fn redirected(self, error: Error) -> Error {
        if self.operation.is_write() {
            error.with_maybe_applied()
        } else {
            error
        }
    }
}

/// Decides the next step after an attempt.
pub(super) fn classify(
    nature: RetryProperties,
    outcome: &Result<RawResponse, Error>,
    clock: &dyn WallClock,
) -> Verdict {
    let wait = || {
        let raw = outcome.as_ref().ok()?;
        wait(raw.vendor(), raw.status(), raw.headers(), || clock.now())
    };
    let (again, cost, _) = AttemptOutcome::of(nature, outcome).rule();
    let is_repeated = match again {
        RepeatRule::Never => false,
        RepeatRule::Renewed if nature.is_replayable => return Verdict::Renew,
        RepeatRule::Renewed => return Verdict::Forget,
        RepeatRule::Always => nature.is_replayable,
        RepeatRule::IfSafe => nature.may_be_repeated(),
        // The window of the rate limit determines the delay, but doesn't prove that nothing was
        // done.
        RepeatRule::IfSafeOrUndone => {
            nature.may_be_repeated()
                || (nature.is_replayable
                    && nature.is_undone_by_429()
                    && matches!(wait(), Some(Wait::Asked(_))))
        }
    };
    if is_repeated {
        let hint = wait().map(Wait::duration);
        Verdict::Repeat { hint, cost }
    } else {
        Verdict::Return
    }
}

/// Returns whether a request with this outcome may have taken effect without the caller knowing.
pub(super) fn is_possibly_applied(
    nature: RetryProperties,
    outcome: &Result<RawResponse, Error>,
) -> bool {
    let is_open = match AttemptOutcome::of(nature, outcome).rule() {
        (_, _, MayBeApplied::No) => false,
        (_, _, MayBeApplied::UnlessUndone) => !nature.is_undone_by_429(),
        (_, _, MayBeApplied::Yes) => true,
    };
    // An error may be marked for a reason that its kind doesn't show, such as a redirect that the
    // HTTP client followed.
    let is_marked = outcome.as_ref().is_err_and(Error::is_maybe_applied);
    nature.operation.is_write() && (is_open || is_marked)
}

/// Returns whether the attempt timed out, in which case the next attempt should use another
/// connection.
pub(super) fn is_silent(outcome: &Result<RawResponse, Error>) -> bool {
    outcome
        .as_ref()
        .is_err_and(|error| AttemptOutcome::of_error(error) == AttemptOutcome::Silence)
}

/// Returns whether a failed call may have taken effect in any of its attempts, including one that
/// the deadline interrupted.
pub(super) fn is_call_possibly_applied(
    nature: RetryProperties,
    by_an_attempt: bool,
    is_broken_off: bool,
) -> bool {
    by_an_attempt || (is_broken_off && nature.operation.is_write())
}
