//! The time that a call, or one attempt of it, may take.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::operation::Operation;

/// When the time of something is over.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    limit: Duration,
    /// None if it lies beyond all time.
    end: Option<Instant>,
}

impl Deadline {
    pub(super) fn of(started: Instant, limit: Duration) -> Self {
        Self {
            limit,
            end: started.checked_add(limit),
        }
    }

    /// When it is over, with what was granted on top.
    pub(super) fn end(self, granted: Duration) -> Option<Instant> {
        self.end?.checked_add(granted)
    }
}

/// The earlier one of two ends.
pub(super) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    [one, other].into_iter().flatten().min()
}

/// Breaks the work off when its time, and what it is granted on top meanwhile, is over.
pub(super) async fn within<T>(
    deadline: impl Into<Option<Deadline>>,
    granted: impl Fn() -> Duration,
    operation: &'static Operation,
    mut work: Pin<&mut impl Future<Output = Result<T, Error>>>,
) -> Result<T, Error> {
    let Some(deadline) = deadline.into() else {
        return work.await;
    };
    loop {
        let Some(end) = deadline.end(granted()) else {
            return work.await;
        };
        match timeout_at(end, work.as_mut()).await {
            Ok(outcome) => return outcome,
            Err(_) if deadline.end(granted()) > Some(end) => {}
            Err(elapsed) => {
                let text = format!("no complete answer within {:?}", deadline.limit);
                return Err(Error::new(ErrorKind::Timeout, text)
                    .with_operation(operation)
                    .with_source(elapsed));
            }
        }
    }
}
