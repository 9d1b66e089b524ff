//! Faults that a test or a request adds: what goes wrong, for which calls, and how often.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::openapi::operation::Operation;
use crate::sample::prng::Prng;

/// A fault: what goes wrong, for which calls, and how often.
///
/// ```
/// use std::time::Duration;
///
/// use sdk_sandbox::Fault;
///
/// let busy = Fault::status(503).on("list_parcels").retry_after(Duration::from_secs(1)).times(2);
/// let flaky = Fault::reset().probability(0.1).seed(7).always();
/// // The first fault in text format, as used in the request header `X-Sandbox-Fault` and in the
/// // admin API.
/// let busy: Fault = "status=503; on=list_parcels; retry-after=1; times=2".parse()?;
/// # let _ = (busy, flaky);
/// # Ok::<(), sdk_sandbox::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until it is passed to `Sandbox::fault`"]
pub struct Fault {
    pub(crate) operation: Option<String>,
    /// Number of remaining calls that the fault applies to, or `None` for no limit.
    pub(crate) times: Option<usize>,
    pub(crate) skip: usize,
    pub(crate) probability: f64,
    pub(crate) seed: Option<Prng>,
    pub(crate) kind: FaultKind,
    pub(crate) applied: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) hints: Vec<RetryHint>,
    pub(crate) body: Option<(String, Bytes)>,
}

/// Kind of fault.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FaultKind {
    Status(u16),
    Delay(Duration),
    /// Sends half of the body. Sends the rest after the given time, or never for `None`.
    Stall(Option<Duration>),
    ResetBefore,
    Reset,
    Truncated,
    Oversized(usize),
    Html,
    Empty,
    ContentType(String),
    Field(Change, Option<String>),
    Expired,
    Revoked,
    Redirect(Option<String>),
    /// Sets the states of the job that the call starts.
    Job(Vec<String>),
}

/// Change of a field in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    WrongType,
    UnknownEnum,
    Extra,
    Null,
    Missing,
}

/// Kind of retry hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryHint {
    Seconds(Duration),
    Date(Duration),
    Reset(Duration),
}

impl Fault {
    pub(crate) fn new(kind: FaultKind) -> Self {
        Self {
            operation: None,
            times: Some(1),
            skip: 0,
            probability: 1.0,
            seed: None,
            kind,
            applied: false,
            headers: Vec::new(),
            hints: Vec::new(),
            body: None,
        }
    }

    /// Creates a fault that responds with a status.
    ///
    /// The body has the vendor's error format, unless [`body`](Self::body) replaces it. The call
    /// doesn't run, unless [`applied`](Self::applied) is set.
    pub fn status(status: u16) -> Self {
        Self::new(FaultKind::Status(status))
    }

    /// Creates a fault that delays the normal response.
    pub fn delay(time: Duration) -> Self {
        Self::new(FaultKind::Delay(time))
    }

    /// Creates a fault that sends half of the body, then stalls with the connection open.
    pub fn stall() -> Self {
        Self::new(FaultKind::Stall(None))
    }

    /// Creates a fault that sends half of the body, and the rest after the given time.
    pub fn stall_for(time: Duration) -> Self {
        Self::new(FaultKind::Stall(Some(time)))
    }

    /// Creates a fault that resets the connection (TCP RST) after the request has been read.
    ///
    /// The reset occurs before the call runs, or after it if [`applied`](Self::applied) is set.
    pub fn reset() -> Self {
        Self::new(FaultKind::Reset)
    }

    /// Creates a fault that resets the connection (TCP RST) before the request body is read.
    pub fn reset_before() -> Self {
        Self::new(FaultKind::ResetBefore)
    }

    /// Creates a fault that closes the connection in the middle of the response body.
    pub fn truncated() -> Self {
        Self::new(FaultKind::Truncated)
    }

    /// Creates a fault that adds `bytes` bytes of whitespace to the response body.
    pub fn oversized(bytes: usize) -> Self {
        Self::new(FaultKind::Oversized(bytes))
    }

    /// Creates a fault that responds with the normal status and an HTML page as the body.
    pub fn html() -> Self {
        Self::new(FaultKind::Html)
    }

    /// Creates a fault that responds with the normal status and without a body.
    pub fn empty() -> Self {
        Self::new(FaultKind::Empty)
    }

    /// Creates a fault that sends the normal response with a different `Content-Type`.
    pub fn content_type(media: impl Into<String>) -> Self {
        Self::new(FaultKind::ContentType(media.into()))
    }

    /// Creates a fault that changes the type of a field in the response.
    pub fn wrong_type() -> Self {
        Self::new(FaultKind::Field(Change::WrongType, None))
    }

    /// Creates a fault that replaces the value of an enum field in the response with an unknown
    /// value.
    ///
    /// Responses without an enum field stay unchanged.
    pub fn unknown_enum() -> Self {
        Self::new(FaultKind::Field(Change::UnknownEnum, None))
    }

    /// Creates a fault that adds an undocumented field to the response.
    pub fn extra_field() -> Self {
        Self::new(FaultKind::Field(Change::Extra, None))
    }

    /// Creates a fault that sets a field of the response to null.
    pub fn null_field() -> Self {
        Self::new(FaultKind::Field(Change::Null, None))
    }

    /// Creates a fault that removes a field from the response.
    pub fn missing_field() -> Self {
        Self::new(FaultKind::Field(Change::Missing, None))
    }

    /// Creates a fault that expires the request's access token and rejects the request.
    pub fn expired_token() -> Self {
        Self::new(FaultKind::Expired)
    }

    /// Creates a fault that revokes the request's access token and rejects the request.
    ///
    /// The fault also revokes all refresh tokens.
    pub fn revoked_token() -> Self {
        Self::new(FaultKind::Revoked)
    }

    /// Creates a fault that redirects to the same path at another origin.
    ///
    /// The origin is [`Sandbox::elsewhere`](crate::Sandbox::elsewhere).
    pub fn redirect() -> Self {
        Self::new(FaultKind::Redirect(None))
    }

    /// Creates a fault that redirects to a URL.
    pub fn redirect_to(url: impl Into<String>) -> Self {
        Self::new(FaultKind::Redirect(Some(url.into())))
    }

    /// Creates a fault that sets the states of the job that the call starts.
    ///
    /// With a single state, such as `Fault::job(["Failed"])`, the job goes through its usual first
    /// states and ends in the given state.
    pub fn job<S: Into<String>>(states: impl IntoIterator<Item = S>) -> Self {
        Self::new(FaultKind::Job(states.into_iter().map(Into::into).collect()))
    }

    /// Restricts the fault to an operation, by its operation id.
    ///
    /// By default, the fault applies to all operations except token exchanges.
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// Sets the number of calls that the fault applies to. Defaults to 1.
    pub fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// Removes the limit on the number of calls that the fault applies to.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Sets the number of calls to skip before the fault applies.
    pub fn skip(mut self, calls: usize) -> Self {
        self.skip = calls;
        self
    }

    /// Sets the probability that the fault applies to a call, from 0 to 1.
    ///
    /// The seed determines the affected calls.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    /// Sets the seed for the choice of calls and fields. Defaults to the sandbox's seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(Prng::new("fault", seed));
        self
    }

    /// Makes the call run before the fault occurs, so that only the response is lost.
    ///
    /// If the vendor rejects the call, the rejection is sent instead of the response of a
    /// [`status`](Self::status) fault.
    pub fn applied(mut self) -> Self {
        self.applied = true;
        self
    }

    /// Selects the field to change, as a JSON pointer into the response.
    ///
    /// By default, the seed determines the field.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        if let FaultKind::Field(_, place) = &mut self.kind {
            *place = Some(pointer.into());
        }
        self
    }

    /// Adds a header to the response.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a `Retry-After` header with a number of seconds.
    pub fn retry_after(mut self, time: Duration) -> Self {
        self.hints.push(RetryHint::Seconds(time));
        self
    }

    /// Adds a `Retry-After` header with the current time plus `time`, as a date.
    pub fn retry_after_date(mut self, time: Duration) -> Self {
        self.hints.push(RetryHint::Date(time));
        self
    }

    /// Adds an `X-Rate-Limit-Reset` header with the current time plus `time`, in Unix seconds.
    pub fn rate_limit_reset(mut self, time: Duration) -> Self {
        self.hints.push(RetryHint::Reset(time));
        self
    }

    /// Replaces the body of a [`status`](Self::status) response.
    pub fn body(mut self, content_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        self.body = Some((content_type.into(), body.into()));
        self
    }

    fn applies_to(&self, operation: &Operation) -> bool {
        self.operation
            .as_ref()
            .map_or(!operation.token, |id| *id == operation.id)
    }

    /// Returns whether the fault prevents the call from running.
    pub(crate) fn prevents(&self) -> bool {
        !self.applied
            && matches!(
                self.kind,
                FaultKind::Status(_) | FaultKind::Reset | FaultKind::Redirect(_)
            )
    }
}

/// Pending faults, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    fn list(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, mut fault: Fault, seed: u64) {
        let mut faults = self.list();
        let number = faults.len();
        fault
            .seed
            .get_or_insert_with(|| Prng::new(("fault", number), seed));
        faults.push(fault);
    }

    pub(crate) fn clear(&self) {
        self.list().clear();
    }

    pub(crate) fn len(&self) -> usize {
        let mut faults = self.list();
        faults.retain(|fault| fault.times != Some(0));
        faults.len()
    }

    /// Returns the fault for the next call to an operation.
    pub(crate) fn next(&self, operation: &Operation) -> Option<Fault> {
        let mut faults = self.list();
        faults.retain(|fault| fault.times != Some(0));
        for fault in faults
            .iter_mut()
            .filter(|fault| fault.applies_to(operation))
        {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            let drawn = fault.seed.as_mut().map_or(0, Prng::next) as f64 / u64::MAX as f64;
            if drawn >= fault.probability {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            return Some(fault.clone());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;

    fn hits(fault: Fault, calls: usize) -> Vec<usize> {
        let text = r#"{"paths":{"/a":{"get":{"operationId":"a","responses":{}}}}}"#;
        let document = Document::read(text).unwrap();
        let faults = Faults::default();
        faults.add(fault, 1);
        (0..calls)
            .filter(|_| faults.next(&document.operations[0]).is_some())
            .collect()
    }

    #[test]
    fn times_skip_and_operation_determine_the_affected_calls() {
        assert_eq!(hits(Fault::reset().times(2), 5), [0, 1]);
        assert_eq!(hits(Fault::reset().skip(3).times(2), 9), [3, 4]);
        assert_eq!(hits(Fault::reset().always(), 3), [0, 1, 2]);
        assert!(hits(Fault::reset().on("b"), 3).is_empty());
    }

    #[test]
    fn the_seed_makes_a_probabilistic_fault_reproducible() {
        let some = |seed| hits(Fault::reset().always().probability(0.3).seed(seed), 1000);
        assert_eq!(some(1), some(1));
        assert_ne!(some(1), some(2));
        assert!((200..400).contains(&some(3).len()));
        assert!(hits(Fault::reset().probability(0.0), 100).is_empty());
    }
}
