//! Failure modes, and their expected results for each kind of call.

use std::ops::RangeInclusive;
use std::time::Duration;

use sdk_runtime::Error;

use super::kind::{Kind, RetryProperties};
use crate::fitting::Token;
use sdk_sandbox::Fault;

/// A failure mode that occurs once or every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureMode {
    /// The server rejects the call with this status.
    Refused(u16),
    /// The server fails with this status, and may have applied the call.
    Failed { status: u16, applied: bool },
    /// The server responds with 429, with or without a retry delay.
    Limited(Option<Duration>),
    /// The token is rejected, once or always.
    Unauthorized { forever: bool },
    /// The token has expired.
    Expired,
    /// The token and all refresh tokens are revoked.
    Revoked,
    /// The connection is cut before the response, and the call may have been applied.
    Cut { applied: bool },
    /// The connection is cut before the request body is read.
    CutEarly,
    /// The response does not arrive in time.
    Slow,
    /// Half of the body arrives, and then nothing more.
    Stalled,
    /// Half of the body arrives, and then the connection ends.
    Truncated,
    /// The response is an HTML page.
    Html,
    /// The response has no body.
    Empty,
    /// The body is followed by a mebibyte of whitespace.
    Oversized,
    /// The server redirects to another origin.
    Redirected,
}

/// Predicate of an error.
pub(super) type Question = fn(&Error) -> bool;

/// Expected result of a call.
pub(super) struct Expected {
    /// Name of the error and its predicate, or `None` for success.
    pub(super) error: Option<(&'static str, Question)>,
    /// Whether a decode error is also accepted, because the target of a redirect returns only an
    /// empty object.
    pub(super) or_decode: bool,
    /// Whether the error must report that the call may have been applied.
    pub(super) maybe: bool,
    /// Number of requests.
    pub(super) requests: usize,
    /// Number of times that the vendor applies the call.
    pub(super) writes: RangeInclusive<usize>,
}

/// Attempt timeout and idle timeout for failures that the client can detect only by a timeout.
pub(super) const SHORT_TIMEOUT: Duration = Duration::from_millis(300);

impl FailureMode {
    pub(super) const ALL: [(&'static str, Self); 25] = [
        ("400", Self::Refused(400)),
        ("403", Self::Refused(403)),
        ("404", Self::Refused(404)),
        ("409", Self::Refused(409)),
        ("422", Self::Refused(422)),
        ("401 once", Self::Unauthorized { forever: false }),
        ("401 always", Self::Unauthorized { forever: true }),
        ("token expired", Self::Expired),
        ("token revoked", Self::Revoked),
        ("429", Self::Limited(None)),
        ("429, retry now", Self::Limited(Some(Duration::ZERO))),
        ("429, retry in 1 h", Self::Limited(Some(HOUR))),
        ("408", Self::failed(408)),
        ("500", Self::failed(500)),
        ("503", Self::failed(503)),
        (
            "502, applied",
            Self::Failed {
                status: 502,
                applied: true,
            },
        ),
        ("cut before the body", Self::CutEarly),
        ("cut, not applied", Self::Cut { applied: false }),
        ("cut, applied", Self::Cut { applied: true }),
        ("no response", Self::Slow),
        ("body stalls", Self::Stalled),
        ("body truncated", Self::Truncated),
        ("HTML", Self::Html),
        ("empty body", Self::Empty),
        ("1 MiB too long", Self::Oversized),
    ];

    /// A redirect to another origin.
    pub(super) const CROSS_ORIGIN_REDIRECT: (&'static str, Self) =
        ("cross-origin redirect", Self::Redirected);

    const fn failed(status: u16) -> Self {
        Self::Failed {
            status,
            applied: false,
        }
    }

    /// Returns the fault to add to the sandbox.
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::Refused(status) => Fault::status(status),
            Self::Failed { status, applied } => applied_if(applied, Fault::status(status)),
            Self::Limited(None) => Fault::status(429),
            Self::Limited(Some(hint)) => Fault::status(429).retry_after(hint),
            Self::Unauthorized { forever: false } => Fault::status(401),
            Self::Unauthorized { forever: true } => Fault::status(401).always(),
            Self::Expired => Fault::expired_token(),
            Self::Revoked => Fault::revoked_token(),
            Self::CutEarly => Fault::reset_before(),
            Self::Cut { applied } => applied_if(applied, Fault::reset()),
            Self::Slow => Fault::delay(HOUR),
            Self::Stalled => Fault::stall(),
            Self::Truncated => Fault::truncated(),
            Self::Html => Fault::html(),
            Self::Empty => Fault::empty(),
            Self::Oversized => Fault::oversized(1 << 20),
            Self::Redirected => Fault::redirect(),
        }
    }

    /// Returns whether the client can detect the failure only by a timeout.
    pub(super) fn hangs(self) -> bool {
        matches!(self, Self::Slow | Self::Stalled)
    }

    /// Returns the expected result for a kind of call.
    pub(super) fn expected(self, nature: RetryProperties) -> Expected {
        let once = |end: Expected| Expected { requests: 1, ..end };
        match self {
            Self::Refused(status) => rejected(nature, status),
            // An API key does not expire.
            Self::Expired | Self::Revoked if nature.token == Token::None => {
                once(repeated(nature, false))
            }
            Self::Unauthorized { .. } | Self::Expired | Self::Revoked
                if nature.token != Token::Obtained =>
            {
                once(fails(nature, "auth", Error::is_auth).not_applied())
            }
            Self::Unauthorized { forever: true } => Expected {
                requests: 2,
                ..fails(nature, "auth", Error::is_auth).not_applied()
            },
            Self::Unauthorized { .. } | Self::Expired | Self::Revoked => repeated(nature, false),
            Self::Limited(Some(HOUR)) => fails(nature, "rate limited", |error| {
                error.is_rate_limited() && error.retry_after() == Some(HOUR)
            })
            .limited(nature),
            // The window is at least as long as the default timeout of 60 s.
            Self::Limited(None) if nature.window >= Some(CALL_TIMEOUT) => {
                fails(nature, "rate limited", |error| {
                    error.is_rate_limited() && error.retry_after() >= Some(CALL_TIMEOUT)
                })
                .limited(nature)
            }
            Self::Limited(hint) => {
                if nature.repeats || (hint.is_some() && nature.follows_hints) {
                    repeated(nature, false)
                } else {
                    fails(nature, "rate limited", Error::is_rate_limited).limited(nature)
                }
            }
            Self::Failed { applied, status } => {
                if nature.repeats {
                    repeated(nature, applied)
                } else if status == 408 {
                    fails(nature, "timeout", Error::is_timeout).applied(nature, applied)
                } else {
                    fails(nature, "server", Error::is_server).applied(nature, applied)
                }
            }
            Self::Cut { applied } if nature.repeats => repeated(nature, applied),
            Self::CutEarly if nature.repeats => repeated(nature, false),
            Self::Cut { applied } => {
                fails(nature, "transport", Error::is_transport).applied(nature, applied)
            }
            Self::CutEarly => {
                fails(nature, "transport", Error::is_transport).applied(nature, false)
            }
            Self::Slow if nature.repeats => repeated(nature, true),
            Self::Slow => fails(nature, "timeout", Error::is_timeout),
            Self::Stalled | Self::Truncated if !nature.answers => once(repeated(nature, false)),
            // The status of the only item arrives before the interruption.
            Self::Stalled | Self::Truncated if nature.kind == Kind::Bulk => {
                once(repeated(nature, false))
            }
            Self::Stalled | Self::Truncated if nature.repeats && !nature.streams => {
                repeated(nature, true)
            }
            Self::Stalled => fails(nature, "timeout", Error::is_timeout),
            Self::Truncated => fails(nature, "transport", Error::is_transport),
            Self::Html if nature.streams && nature.may_be_page => once(repeated(nature, false)),
            Self::Html if nature.answers => fails(nature, "decode", Error::is_decode),
            Self::Empty if nature.answers && !nature.streams => {
                fails(nature, "decode", Error::is_decode)
            }
            Self::Html | Self::Empty | Self::Oversized => once(repeated(nature, false)),
            // The client follows redirects only for reads.
            Self::Redirected if nature.writes => fails(nature, "redirect", |error| {
                error.status().is_some_and(|status| status == 307)
            })
            .not_applied(),
            Self::Redirected => Expected {
                or_decode: true,
                ..once(repeated(nature, false))
            },
        }
    }
}

/// Default time limit of a call, including retries.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn applied_if(applied: bool, fault: Fault) -> Fault {
    if applied { fault.applied() } else { fault }
}

/// Expects two requests. The second one succeeds unless the first one deleted the record. If the
/// first request was applied, the second can also be applied, unless the requests have an
/// idempotency key.
fn repeated(nature: RetryProperties, was_applied: bool) -> Expected {
    let most = if was_applied && !nature.keyed { 2 } else { 1 };
    let done = Expected {
        error: None,
        or_decode: false,
        maybe: false,
        requests: 2,
        writes: if nature.writes { 1..=most } else { 0..=0 },
    };
    match nature.kind {
        // A second deletion doesn't find the record.
        Kind::Delete if was_applied => Expected {
            error: Some(("not found", Error::is_not_found)),
            maybe: true,
            writes: 1..=1,
            ..done
        },
        _ => done,
    }
}

fn fails(nature: RetryProperties, name: &'static str, is: Question) -> Expected {
    Expected {
        error: Some((name, is)),
        or_decode: false,
        maybe: nature.writes,
        requests: 1,
        writes: if nature.writes { 1..=1 } else { 0..=0 },
    }
}

fn rejected(nature: RetryProperties, status: u16) -> Expected {
    let (name, is): (_, Question) = match status {
        403 => ("permission", Error::is_permission),
        404 => ("not found", Error::is_not_found),
        409 => ("conflict", Error::is_conflict),
        _ => ("validation", Error::is_validation),
    };
    fails(nature, name, is).not_applied()
}

impl Expected {
    /// Expects that nothing was applied, and that the error reports this.
    fn not_applied(self) -> Self {
        Self {
            maybe: false,
            writes: 0..=0,
            ..self
        }
    }

    /// Expects that nothing was applied, and that the error reports this.
    ///
    /// If the call spends money or sends a message, the error must instead report that the call may
    /// have been applied, because some vendors reject the call only after they have started to
    /// process it.
    fn limited(self, nature: RetryProperties) -> Self {
        if nature.follows_hints {
            self.not_applied()
        } else {
            self.applied(nature, false)
        }
    }

    /// Sets the expected number of writes: one if the call is a write and was applied, otherwise
    /// zero.
    fn applied(self, nature: RetryProperties, applied: bool) -> Self {
        let times = usize::from(applied && nature.writes);
        Self {
            writes: times..=times,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use sdk_runtime::{AnswerSpec, Effect, KeyPlace, Method, Operation, Repeat};

    use super::*;

    fn expected(trouble: FailureMode, repeat: Repeat, effect: Effect) -> (bool, bool, usize) {
        let operation = Operation {
            method: Method::Post,
            repeat,
            effect: Some(effect),
            ..Operation::EMPTY
        };
        let expected = trouble.expected(RetryProperties::of(
            &operation,
            Kind::WithEffect,
            None,
            Token::Obtained,
        ));
        (
            expected.error.is_none(),
            expected.maybe,
            *expected.writes.end(),
        )
    }

    #[test]
    fn paid_calls_are_applied_once_or_left_to_the_caller() {
        let keyed = Repeat::Keyed(KeyPlace::Header("X-Key"));
        let at_once = FailureMode::Limited(Some(Duration::ZERO));
        let cut = FailureMode::Cut { applied: true };
        assert_eq!(
            expected(at_once, Repeat::Never, Effect::Money),
            (false, true, 0)
        );
        assert_eq!(
            expected(at_once, Repeat::Never, Effect::Signature),
            (true, false, 1)
        );
        assert_eq!(expected(at_once, keyed, Effect::Money), (true, false, 1));
        assert_eq!(
            expected(cut, Repeat::Never, Effect::Money),
            (false, true, 1)
        );
        assert_eq!(expected(cut, keyed, Effect::Money), (true, false, 1));
    }

    #[test]
    fn a_rejected_key_is_sent_once_and_a_rejected_token_is_renewed() {
        let ends = |trouble: FailureMode, token| {
            let nature = RetryProperties::of(&Operation::EMPTY, Kind::Read, None, token);
            let expected = trouble.expected(nature);
            (expected.error.is_none(), expected.requests)
        };
        let once = FailureMode::Unauthorized { forever: false };
        assert_eq!(ends(once, Token::Obtained), (true, 2));
        assert_eq!(ends(once, Token::Given), (false, 1));
        assert_eq!(ends(once, Token::None), (false, 1));
        assert_eq!(ends(FailureMode::Expired, Token::Obtained), (true, 2));
        assert_eq!(ends(FailureMode::Expired, Token::Given), (false, 1));
        assert_eq!(ends(FailureMode::Expired, Token::None), (true, 1));
    }

    #[test]
    fn an_html_page_is_not_a_file_unless_the_media_type_allows_it() {
        let fails = |media: &'static [&'static str]| {
            let answers = [AnswerSpec {
                status: "200",
                media,
                schema: "",
                headers: &[],
            }];
            let operation = Operation {
                answers: answers.to_vec().leak(),
                ..Operation::EMPTY
            };
            let expected = FailureMode::Html.expected(RetryProperties::of(
                &operation,
                Kind::Download,
                None,
                Token::Obtained,
            ));
            expected.error.is_some()
        };
        assert!(fails(&["application/pdf"]) && fails(&["application/octet-stream"]));
        assert!(!fails(&["*/*"]) && !fails(&["text/html"]));
    }
}
