//! Time limits of a call and of its attempts.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use crate::call_path::progress::Progress;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::operation::Operation;

/// The end of a time limit.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    limit: Duration,
    /// `None` if it is beyond the clock's range.
    end: Option<Instant>,
}

impl Deadline {
    pub(super) fn of(started: Instant, limit: Duration) -> Self {
        Self {
            limit,
            end: started.checked_add(limit),
        }
    }

    /// Returns the end of the limit, extended by the granted time.
    pub(super) fn end(self, granted: Duration) -> Option<Instant> {
        self.end?.checked_add(granted)
    }

    fn timeout_error(self, operation: &'static Operation, elapsed: Elapsed) -> Error {
        let text = format!("no complete response within {:?}", self.limit);
        Error::new(ErrorKind::Timeout, text)
            .with_operation(operation)
            .with_source(elapsed)
    }
}

/// Returns the earlier of two points in time.
pub(super) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    [one, other].into_iter().flatten().min()
}

/// Stops a call when its time limit, extended by any time granted during the call, has passed.
pub(super) async fn within<T>(
    deadline: Deadline,
    progress: &Progress,
    operation: &'static Operation,
    mut work: Pin<&mut impl Future<Output = Result<T, Error>>>,
) -> Result<T, Error> {
    loop {
        let Some(end) = deadline.end(progress.granted()) else {
            return work.await;
        };
        match timeout_at(end, work.as_mut()).await {
            Ok(outcome) => return outcome,
            Err(_) if deadline.end(progress.granted()) > Some(end) => {}
            Err(elapsed) => return Err(deadline.timeout_error(operation, elapsed)),
        }
    }
}

/// Stops an attempt when its own time limit, if it has one, has passed.
pub(super) async fn within_attempt<T>(
    deadline: Option<Deadline>,
    operation: &'static Operation,
    work: Pin<&mut impl Future<Output = Result<T, Error>>>,
) -> Result<T, Error> {
    match deadline.and_then(|deadline| Some((deadline, deadline.end?))) {
        Some((deadline, end)) => timeout_at(end, work)
            .await
            .unwrap_or_else(|elapsed| Err(deadline.timeout_error(operation, elapsed))),
        None => work.await,
    }
}
