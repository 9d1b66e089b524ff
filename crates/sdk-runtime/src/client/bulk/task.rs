//! Sends one batch of a bulk request, in its own task.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde::de::DeserializeOwned;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument;

use crate::client::bulk::answer::{Done, run};
use crate::client::bulk::batch::Batch;
use crate::client::bulk::{BulkOutcome, BulkStatus};
use crate::client::core::ClientCore;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::request::departure::Departure;
use crate::table::operation::Operation;
use crate::table::paging::BulkFormat;

/// A request that makes progress even if nobody polls the stream.
pub(super) struct Task<S> {
    operation: &'static Operation,
    departure: Arc<Departure>,
    /// Positions of the request's items, for reporting on them if the task ends early.
    items: Vec<u64>,
    running: Option<JoinHandle<Done<S>>>,
    statuses: Option<Vec<BulkStatus<S>>>,
    /// Maximum size in bytes of further batches, if the vendor rejected this batch as too large.
    fitting: Option<usize>,
}

impl<S: DeserializeOwned + Send + 'static> Task<S> {
    pub(super) fn start(
        core: &ClientCore,
        mut call: Call,
        batch: Batch,
        format: BulkFormat,
    ) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|_| Error::outside_runtime())?;
        let operation = call.operation();
        let departure = Arc::new(Departure::default());
        call.departure = Some(Arc::clone(&departure));
        let items = batch.entries.iter().map(|(index, _)| *index).collect();
        let core = core.clone();
        let request = async move { run(&core, call, batch, format).await };
        Ok(Self {
            operation,
            departure,
            items,
            running: Some(runtime.spawn(request.in_current_span())),
            statuses: None,
            fitting: None,
        })
    }

    /// Records the outcome if the request has finished.
    ///
    /// Returns the error, if any, that every further request would also return.
    pub(super) fn poll_failure(&mut self, cx: &mut Context<'_>) -> Option<Error> {
        let Poll::Ready(outcome) = Pin::new(self.running.as_mut()?).poll(cx) else {
            return None;
        };
        self.running = None;
        match outcome {
            Ok(done) => {
                self.statuses = Some(done.statuses);
                self.fitting = done.fitting;
                done.failure
            }
            Err(error) => {
                self.statuses = Some(self.unknown(error));
                None
            }
        }
    }

    /// Takes the size limit for further batches, if the vendor rejected this batch as too large.
    pub(super) fn take_size_limit(&mut self) -> Option<usize> {
        self.fitting.take()
    }

    /// Takes the statuses of a finished request.
    pub(super) fn take(&mut self) -> Option<Vec<BulkStatus<S>>> {
        self.statuses.take()
    }

    fn unknown(&self, error: JoinError) -> Vec<BulkStatus<S>> {
        let text = "the task that was sending the request ended before it reported on this item";
        let error = Error::new(ErrorKind::Transport, text)
            .with_operation(self.operation)
            .with_source(error)
            .with_maybe_applied();
        let unknown = |index: &u64| BulkStatus {
            index: *index,
            outcome: BulkOutcome::Unknown(error.clone()),
        };
        self.items.iter().map(unknown).collect()
    }
}

impl<S> Drop for Task<S> {
    /// Cancels a request that has sent nothing yet. A request that has started continues.
    fn drop(&mut self) {
        if let Some(running) = &self.running
            && self.departure.withdraw()
        {
            running.abort();
        }
    }
}
