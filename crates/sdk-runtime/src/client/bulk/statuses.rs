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

/// Statuses of a bulk request, in the order of its items.
///
/// A failed item is reported as a status, not as an error. An error that every further request
/// would also return, such as rejected credentials, ends the stream. Before that error, the stream
/// reports the items of the requests in flight. Items after the last status were not sent.
///
/// Each request runs in its own task. A stream that is kept without being polled doesn't block
/// other calls of the client. Its started requests continue, and no new requests start.
///
/// After you drop the stream, nothing further is sent: requests that wait for a permit are
/// withdrawn, and no more items are taken. **A request that has started runs to completion**,
/// including its retries, and its statuses are lost. If it were aborted, you would not know what
/// was written. Only a shutdown of the tokio runtime aborts it.
#[must_use = "items are sent only when statuses are requested"]
pub struct BulkStatuses<'c, S> {
    core: &'c ClientCore,
    call: Call,
    batches: Batches<'c>,
    concurrency: usize,
    /// Requests in flight, in the order of their items.
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
    /// Returns the status of the next item, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Returns an error if all remaining requests would fail in the same way. The remaining items
    /// were not sent.
    pub async fn try_next(&mut self) -> Result<Option<BulkStatus<S>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Starts requests until the maximum number of concurrent requests is in flight.
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
            if let Some(bytes) = request.take_size_limit() {
                self.batches.shrink(bytes);
            }
        }
    }
}

/// Statuses are never pinned in place, so `S` doesn't have to be `Unpin`.
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
