//! Request for the next page of a list.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::BoxFuture;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;
use crate::table::operation::Operation;

/// A request that isn't sent until it is polled.
pub(super) type PageRequest = BoxFuture<'static, Result<RawResponse, Error>>;

/// A request for a page. It is dropped together with the list.
pub(super) enum Fetch {
    /// Runs in its own task: it makes progress, and releases its permit, even if nobody polls the
    /// list.
    Task(JoinHandle<Result<RawResponse, Error>>),
    /// Polled together with the list, which avoids switching to a task and back. The lock is never
    /// contended. Its only purpose is to make lists `Sync`.
    Here(Mutex<PageRequest>),
}

impl Fetch {
    /// Creates a fetch that sends its request when the list is polled.
    pub(super) fn here(request: PageRequest) -> Self {
        Self::Here(Mutex::new(Box::pin(request.in_current_span())))
    }

    /// Starts a task that sends the request. Returns an error outside a tokio runtime.
    pub(super) fn start(request: PageRequest) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|_| Error::outside_runtime())?;
        Ok(Self::Task(runtime.spawn(request.in_current_span())))
    }

    /// Polls for the page.
    pub(super) fn poll(
        &mut self,
        operation: &'static Operation,
        cx: &mut Context<'_>,
    ) -> Poll<Result<RawResponse, Error>> {
        match self {
            Self::Here(request) => {
                let request = request.get_mut().unwrap_or_else(PoisonError::into_inner);
                request.as_mut().poll(cx)
            }
            Self::Task(task) => Pin::new(task).poll(cx).map(|outcome| {
                outcome.unwrap_or_else(|error| {
                    let text = "the task that was fetching the next page did not finish";
                    Err(Error::new(ErrorKind::Transport, text)
                        .with_operation(operation)
                        .with_source(error))
                })
            }),
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}
