//! Stops an upload that is silent for too long, because the server doesn't read or the stream
//! produces nothing.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::operation::Operation;
use crate::transport::failure::BoxError;
use crate::transport::request::TransportBody;

/// Records when the transport last took a chunk of a body.
#[derive(Clone, Default)]
pub(super) struct UploadSilence(Arc<Mutex<Upload>>);

#[derive(Clone, Copy, Default)]
enum Upload {
    /// The connection isn't established yet. Connecting has its own time limit.
    #[default]
    NotBegun,
    /// Time at which the transport last took a chunk, or first polled for one.
    Ongoing(Instant),
    /// The whole body was sent; only the response is missing.
    Done,
}

impl UploadSilence {
    /// Wraps a body to record when the transport takes its chunks.
    pub(super) fn watch(&self, body: TransportBody) -> TransportBody {
        TransportBody::streamed(Watched {
            body,
            upload: self.clone(),
        })
    }

    /// Aborts the request if the upload is silent for too long.
    pub(super) async fn limit<T>(
        &self,
        idle: Duration,
        operation: &'static Operation,
        mut work: impl Future<Output = T> + Unpin,
    ) -> Result<T, Error> {
        loop {
            let seen = self.get();
            let since = match seen {
                Upload::NotBegun => Instant::now(),
                Upload::Ongoing(since) => since,
                Upload::Done => return Ok(work.await),
            };
            // A time beyond the clock's range means no limit.
            let Some(end) = since.checked_add(idle) else {
                return Ok(work.await);
            };
            if let Ok(outcome) = timeout_at(end, &mut work).await {
                return Ok(outcome);
            }
            if let (Upload::Ongoing(before), Upload::Ongoing(now)) = (seen, self.get())
                && before == now
            {
                let text = format!("the upload stalled: no bytes were sent for {idle:?}");
                return Err(Error::new(ErrorKind::Timeout, text).with_operation(operation));
            }
        }
    }

    fn get(&self) -> Upload {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, upload: Upload) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = upload;
    }
}

struct Watched {
    body: TransportBody,
    upload: UploadSilence,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if matches!(self.upload.get(), Upload::NotBegun) {
            self.upload.set(Upload::Ongoing(Instant::now()));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.upload.set(match frame {
            Some(_) => Upload::Ongoing(Instant::now()),
            None => Upload::Done,
        });
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    /// Records the end of the upload: after sending the announced length, a transport may drop the
    /// body without polling for its end.
    fn drop(&mut self) {
        self.upload.set(Upload::Done);
    }
}
