//! Polls an operation until the job that it reads has finished.

use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use crate::client::core::ClientCore;
use crate::client::wait::options::WaitOptions;
use crate::client::wait::progress::JobProgress;
use crate::client::wait::state::{state_of, text};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::retry_after::{Wait, wait};
use crate::system::randomness::fraction;
use crate::table::paging::Paging;
use crate::table::wait::{Phase, WaitRule};

/// Maximum number of consecutive polls that may fail with a transient error.
///
/// A poll fails only after all attempts of its call have failed.
const MAX_FAILURES: u32 = 5;

/// Default time limit of a poll.
const DEFAULT_POLL_TIMEOUT: Duration = Duration::from_secs(60);

/// Maximum time limit of a wait: a hundred years, so that adding it to the current time can't
/// overflow.
const MAX_DEADLINE: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Maximum fraction of a delay that jitter may subtract.
const JITTER: f64 = 0.2;

/// Polls one job.
pub(crate) struct Poller {
    core: ClientCore,
    call: Call,
    /// For a list of jobs, the call for the first page.
    first_page: Call,
    /// For a list of jobs, the number of items on earlier pages.
    items_before: u64,
    rule: &'static WaitRule,
    options: WaitOptions,
    /// Start and end of the wait, set by the first call to [`next`](Self::next).
    time: Option<(Instant, Instant)>,
    /// Delay before the next poll, without jitter.
    delay: Duration,
    /// Delay that the vendor requested, which replaces the computed one.
    hint: Option<Duration>,
    /// Whether to send the next poll without a delay.
    at_once: bool,
    polls: u32,
    failures: u32,
    /// Error to return at the deadline, with the last response.
    overdue: Option<Error>,
}

/// Result of a poll.
pub(crate) struct Observed {
    pub(crate) raw: RawResponse,
    pub(crate) is_final: bool,
}

impl Poller {
    /// Creates a poller for a job that was just started or is already running.
    pub(crate) fn new(
        core: ClientCore,
        call: Call,
        options: WaitOptions,
        is_new: bool,
    ) -> Result<Self, Error> {
        let operation = call.operation();
        let rule = operation.wait.as_ref().ok_or_else(|| {
            Error::request(operation, "the operation does not read the state of a job")
        })?;
        Ok(Self {
            at_once: !is_new && options.first_delay.is_none(),
            delay: options.first_delay(rule),
            core,
            first_page: call.clone(),
            items_before: 0,
            call,
            rule,
            options,
            time: None,
            hint: None,
            polls: 0,
            failures: 0,
            overdue: None,
        })
    }

    /// Polls until the job is done, and returns the last response. A failed job is an error.
    pub(crate) async fn finish(&mut self) -> Result<RawResponse, Error> {
        loop {
            let observed = self.next().await?;
            if observed.is_final {
                return Ok(observed.raw);
            }
        }
    }

    /// Waits, polls until a poll succeeds, and reports its response.
    ///
    /// Repeats polls that fail with transient errors, but at most [`MAX_FAILURES`] in a row.
    pub(crate) async fn next(&mut self) -> Result<Observed, Error> {
        // The first poll may follow a delay, and timers need a runtime.
        Handle::try_current().map_err(|_| Error::outside_runtime())?;
        let now = Instant::now();
        let limit = self.options.deadline(self.rule).min(MAX_DEADLINE);
        let (since, until) = *self.time.get_or_insert((now, now + limit));
        loop {
            self.pause(until).await?;
            let left = until.saturating_duration_since(Instant::now());
            let mut call = self.call.clone();
            let given = call.time_limit(&self.core.context().timeouts);
            if left < given.unwrap_or(DEFAULT_POLL_TIMEOUT) {
                call.timeout(left);
            }
            match self.core.call(call, Reading::Whole).await {
                Ok(raw) => {
                    self.failures = 0;
                    self.polls = self.polls.saturating_add(1);
                    return self.observe(raw, since);
                }
                Err(error) if Instant::now() >= until => {
                    return Err(self.overdue.clone().unwrap_or(error));
                }
                Err(error) if is_transient(&error) && self.failures < MAX_FAILURES => {
                    self.failures += 1;
                    self.hint = error.retry_after();
                    if self.hint.is_some_and(|hint| Instant::now() + hint >= until) {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Continues with the next page of a list of jobs, after all jobs on this page are done.
    /// Returns false if there is no next page, or if the next page has the same cursor as this
    /// page.
    fn turn_page(&mut self, body: &Value) -> bool {
        let Some(Paging::Cursor { cursor, next, .. }) = self.call.operation().paging else {
            return false;
        };
        let next = body.pointer(next).and_then(text);
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return false;
        };
        // Without this check, a cursor that doesn't advance would be followed until the deadline.
        if self.call.text(cursor).as_deref() == Some(next.as_str()) {
            return false;
        }
        self.call.argument(cursor, next);
        self.items_before += items(self.rule, body);
        true
    }

    /// For the last page of a list of jobs, returns the number of items so far and the expected
    /// number.
    ///
    /// Returns `None` if the rule or the response doesn't specify the expected number.
    fn completeness(&self, body: &Value) -> Option<(u64, u64)> {
        let expected = body.pointer(self.rule.count?)?.as_u64()?;
        Some((self.items_before + items(self.rule, body), expected))
    }

    /// Waits until the next poll is due. Returns an error at the deadline, or immediately if the
    /// vendor requests a delay that ends after the deadline.
    async fn pause(&mut self, until: Instant) -> Result<(), Error> {
        if std::mem::take(&mut self.at_once) {
            return Ok(());
        }
        let left = until.saturating_duration_since(Instant::now());
        let (delay, is_asked_for) = match self.hint.take() {
            Some(hint) => (hint, true),
            None => {
                let taken = JITTER * fraction(self.core.context().randomness.as_ref());
                let delay = self.delay.mul_f64(1.0 - taken);
                let longest = self.options.longest_delay(self.rule);
                self.delay = self
                    .delay
                    .saturating_mul(3)
                    .checked_div(2)
                    .unwrap_or(longest);
                self.delay = self.delay.min(longest);
                (delay, false)
            }
        };
        if is_asked_for && delay >= left {
            return Err(self.overdue(Some(delay)));
        }
        sleep(delay.min(left)).await;
        if delay >= left {
            return Err(self.overdue(None));
        }
        Ok(())
    }

    /// Returns the error for a missed deadline, with the last state if there is one.
    fn overdue(&self, hint: Option<Duration>) -> Error {
        let error = self.overdue.clone().unwrap_or_else(|| {
            let text = "the deadline of the wait passed before the first poll got a response";
            Error::new(ErrorKind::Timeout, text).with_operation(self.call.operation())
        });
        error.with_retry_after(hint)
    }

    fn observe(&mut self, raw: RawResponse, since: Instant) -> Result<Observed, Error> {
        let whole = raw.whole();
        let body: Value =
            serde_json::from_slice(without_byte_order_mark(&whole)).map_err(|error| {
                raw.error(
                    ErrorKind::Decode,
                    "the response is not JSON, so it has no job state",
                )
                .with_source(error)
            })?;
        let (mut state, mut phase) =
            state_of(self.rule, &body).map_err(|why| raw.error(ErrorKind::Decode, why))?;
        if phase == Phase::Pending && self.items_before > 0 && items(self.rule, &body) == 0 {
            // An empty page after other pages means that the list has ended.
            phase = Phase::Done;
        }
        let goes_on = phase == Phase::Done && self.turn_page(&body);
        if let (false, Some((found, expected))) = (goes_on, self.completeness(&body)) {
            if expected == 0 {
                phase = Phase::Done;
            } else if phase == Phase::Done && found < expected {
                state = format!("{found} of {expected} items");
                phase = Phase::Pending;
                // New items may appear anywhere in the list, so polling restarts at the first page.
                self.call = self.first_page.clone();
                self.items_before = 0;
            }
        }
        if let Some(progress) = &mut self.options.progress {
            progress(&JobProgress {
                state: state.clone(),
                is_final: phase != Phase::Pending && !goes_on,
                polls: self.polls,
                elapsed: since.elapsed(),
            });
        }
        match phase {
            Phase::Done if goes_on => {
                self.at_once = true;
                Ok(Observed {
                    raw,
                    is_final: false,
                })
            }
            Phase::Done => Ok(Observed {
                raw,
                is_final: true,
            }),
            Phase::Failed => {
                let reason = self.rule.reason.and_then(|at| text(body.pointer(at)?));
                let said = match reason {
                    Some(reason) => format!("the job failed with the state `{state}`: {reason}"),
                    None => format!("the job failed with the state `{state}`"),
                };
                Err(raw.error(ErrorKind::JobFailed, said).with_job_state(&state))
            }
            Phase::Pending => {
                let clock = &self.core.context().clock;
                self.hint = wait(raw.vendor(), raw.status(), raw.headers(), || clock.now())
                    .map(Wait::duration);
                let limit = self.options.deadline(self.rule).as_secs_f64();
                let text = format!(
                    "the job still has the state `{state}` after {limit} s; it continues at the vendor, so wait for it again"
                );
                let overdue = raw.error(ErrorKind::Timeout, text).with_job_state(&state);
                self.overdue = Some(overdue);
                Ok(Observed {
                    raw,
                    is_final: false,
                })
            }
        }
    }
}

/// Returns the number of items on a page of a list of jobs.
fn items(rule: &WaitRule, body: &Value) -> u64 {
    let list = rule.state.split_once("/*").map_or("", |(list, _)| list);
    let items = body.pointer(list).and_then(Value::as_array);
    items.map_or(0, |items| items.len() as u64)
}

/// Returns whether the error is transient.
fn is_transient(error: &Error) -> bool {
    error.is_server()
        || error.is_timeout()
        || error.is_connect()
        || error.is_not_processed()
        || error.is_transport()
        || error.is_rate_limited()
}
