//! The statuses of a bulk request, in the order of its items.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::client::bulk::BulkStatus;
use crate::client::bulk::batch::Batches;
use crate::client::bulk::task::Task;
use crate::client::core::ClientCore;
use crate::error::Error;
use crate::request::call::Call;

/// The statuses of a bulk request, in the order of its items.
///
/// An item that fails is a status, not an error. An error ends the stream: every further request would meet it, such as
/// refused credentials. The items of requests that were under way are reported before it; those after the last status
/// were not sent.
///
/// Each request runs in a task of its own. A stream that is kept and not polled keeps no other call of the client
/// waiting: requests that have begun run on, and no new one begins.
///
/// Dropping the stream sends nothing further: requests that wait for a turn under the client's limits are withdrawn, and
/// items that were not asked for are not taken. **A request that has begun to be sent runs to its end**, repetitions
/// included, and its statuses are lost; breaking it off would leave you without knowing what was written. If the tokio
/// runtime shuts down first, it is broken off all the same.
#[must_use = "items are sent when statuses are asked for"]
pub struct BulkStatuses<'c, S> {
    core: &'c ClientCore,
    call: Call,
    batches: Batches<'c>,
    concurrency: usize,
    /// Requests under way, in the order of their items.
    requests: VecDeque<Task<S>>,
    ready: VecDeque<BulkStatus<S>>,
    failure: Option<Error>,
    ended: bool,
}

impl<'c, S> BulkStatuses<'c, S> {
    pub(super) fn new(
        core: &'c ClientCore,
        call: Call,
        batches: Batches<'c>,
        concurrency: usize,
    ) -> Self {
        Self {
            core,
            call,
            batches,
            concurrency,
            requests: VecDeque::new(),
            ready: VecDeque::new(),
            failure: None,
            ended: false,
        }
    }
}

impl<S: DeserializeOwned + Send + 'static> BulkStatuses<'_, S> {
    /// The status of the next item; none after the last.
    ///
    /// # Errors
    /// If every further request would fail in the same way: the rest of the items was not sent.
    pub async fn try_next(&mut self) -> Result<Option<BulkStatus<S>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Begins as many requests as may be under way.
    fn fill(&mut self, cx: &mut Context<'_>) {
        while !self.ended && self.requests.len() < self.concurrency {
            match self.batches.poll_next(cx) {
                Poll::Ready(Some(batch)) => {
                    let format = self.batches.format();
                    match Task::start(self.core, self.call.clone(), batch, format) {
                        Ok(task) => self.requests.push_back(task),
                        Err(error) => {
                            self.failure.get_or_insert(error);
                            self.ended = true;
                        }
                    }
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => return,
            }
        }
    }

    fn drive(&mut self, cx: &mut Context<'_>) {
        for request in &mut self.requests {
            if let Some(failure) = request.poll_failure(cx) {
                self.failure.get_or_insert(failure);
                self.ended = true;
            }
            if let Some(bytes) = request.take_fitting() {
                self.batches.shrink(bytes);
            }
        }
    }
}

/// Nothing in it is pinned in place.
impl<S> Unpin for BulkStatuses<'_, S> {}

impl<S: DeserializeOwned + Send + 'static> Stream for BulkStatuses<'_, S> {
    type Item = Result<BulkStatus<S>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(status) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(status)));
            }
            self.fill(cx);
            self.drive(cx);
            match self.requests.front_mut().map(Task::take) {
                Some(Some(statuses)) => {
                    self.requests.pop_front();
                    self.ready = statuses.into();
                }
                Some(None) => return Poll::Pending,
                None if self.ended => return Poll::Ready(self.failure.take().map(Err)),
                None => return Poll::Pending,
            }
        }
    }
}

impl<S> fmt::Debug for BulkStatuses<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkStatuses")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}
