//! Body of a response as it arrives, with an idle timeout.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::operation::Operation;
use crate::transport::failure::{TransportError, TransportErrorKind};
use crate::transport::response::ResponseBody;

/// A body that is being received.
pub(crate) struct Incoming {
    body: ResponseBody,
    operation: &'static Operation,
    idle: Duration,
    /// Whether the call may have been applied if the response is cut off.
    is_possibly_applied_if_unread: bool,
    /// Timer for the current idle period. It is reused for the next period.
    alarm: Option<Pin<Box<Sleep>>>,
    is_silent: bool,
}

impl Incoming {
    pub(crate) fn new(
        body: ResponseBody,
        operation: &'static Operation,
        idle: Duration,
        is_possibly_applied_if_unread: bool,
    ) -> Self {
        Self {
            body,
            operation,
            idle,
            is_possibly_applied_if_unread,
            alarm: None,
            is_silent: false,
        }
    }

    /// Returns the next chunk of the body, or `None` at its end.
    ///
    /// The idle timeout runs only while a caller waits for a chunk.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        let chunk = match self.body.poll_chunk(cx) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => return self.poll_idle_timeout(cx),
        };
        self.is_silent = false;
        Poll::Ready(chunk.map(|chunk| chunk.map_err(|error| self.failed(error))))
    }

    fn failed(&self, error: TransportError) -> Error {
        let kind = match error.kind() {
            TransportErrorKind::TimedOut => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        let text = "the connection broke while the response was being read";
        self.broken(Error::new(kind, text).with_source(error))
    }

    fn poll_idle_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        // A time beyond the clock's range means no limit.
        let Some(end) = Instant::now().checked_add(self.idle) else {
            return Poll::Pending;
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if !self.is_silent {
            self.is_silent = true;
            alarm.as_mut().reset(end);
        }
        if alarm.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.is_silent = false;
        let text = format!("the response stalled: no data arrived for {:?}", self.idle);
        Poll::Ready(Some(Err(self.broken(Error::new(ErrorKind::Timeout, text)))))
    }

    fn broken(&self, error: Error) -> Error {
        let error = error.with_operation(self.operation);
        if self.is_possibly_applied_if_unread {
            return error.with_maybe_applied();
        }
        error
    }
}
