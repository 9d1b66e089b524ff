//! The statuses of a bulk request, in the order of its items.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::BoxFuture;
use crate::client::bulk::BulkStatus;
use crate::client::bulk::answer::{Done, run};
use crate::client::bulk::batch::Batches;
use crate::client::core::ClientCore;
use crate::error::Error;
use crate::request::call::Call;

/// The statuses of a bulk request, in the order of its items.
///
/// An item that fails is a status, not an error. An error ends the stream: it is one that every further request would
/// meet, such as refused credentials. The items of requests that were under way are reported before it; those after
/// the last status were not sent.
#[must_use = "items are sent when statuses are asked for"]
pub struct BulkStatuses<'c, S> {
    core: &'c ClientCore,
    call: Call,
    batches: Batches<'c>,
    concurrency: usize,
    /// Requests under way, in the order of their items.
    requests: VecDeque<Request<'c, S>>,
    ready: VecDeque<BulkStatus<S>>,
    failure: Option<Error>,
    ended: bool,
}

enum Request<'c, S> {
    UnderWay(BoxFuture<'c, Done<S>>),
    Done(Done<S>),
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
                    let call = self.call.clone();
                    let format = self.batches.format();
                    let future = Box::pin(run(self.core, call, batch, format));
                    self.requests.push_back(Request::UnderWay(future));
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => return,
            }
        }
    }

    fn drive(&mut self, cx: &mut Context<'_>) {
        for request in &mut self.requests {
            if let Request::UnderWay(future) = request
                && let Poll::Ready(done) = future.as_mut().poll(cx)
            {
                if let Some(failure) = &done.failure {
                    self.failure.get_or_insert_with(|| failure.clone());
                    self.ended = true;
                }
                *request = Request::Done(done);
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
            match self.requests.pop_front() {
                Some(Request::Done(done)) => self.ready = done.statuses.into(),
                Some(under_way) => {
                    self.requests.push_front(under_way);
                    return Poll::Pending;
                }
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
