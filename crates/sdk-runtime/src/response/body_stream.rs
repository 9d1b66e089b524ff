//! The body of an answer as it comes in, which may not fall silent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::operation::Operation;

/// A body that is being received.
pub(crate) struct Incoming {
    body: reqwest::Body,
    operation: &'static Operation,
    idle: Duration,
    /// Ends the silence that is now, if there is one; kept for the next.
    alarm: Option<Pin<Box<Sleep>>>,
    is_silent: bool,
}

impl Incoming {
    pub(crate) fn new(
        response: reqwest::Response,
        operation: &'static Operation,
        idle: Duration,
    ) -> Self {
        Self {
            body: response.into(),
            operation,
            idle,
            alarm: None,
            is_silent: false,
        }
    }

    /// The next piece of the body; none at its end. Only the time in which somebody waits for it counts as silence.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(frame) => frame,
                Poll::Pending => return self.poll_silence(cx),
            };
            self.is_silent = false;
            return Poll::Ready(match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) if !chunk.is_empty() => Some(Ok(chunk)),
                    // Trailers say nothing to us.
                    _ => continue,
                },
                Some(Err(error)) => {
                    let kind = if error.is_timeout() {
                        ErrorKind::Timeout
                    } else {
                        ErrorKind::Transport
                    };
                    let text = "the connection broke while the answer was read";
                    Some(Err(self.broken(
                        Error::new(kind, text).with_source(error.without_url()),
                    )))
                }
                None => None,
            });
        }
    }

    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        // What no clock can tell is no limit.
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
        let text = format!("the answer broke off: nothing came for {:?}", self.idle);
        Poll::Ready(Some(Err(self.broken(Error::new(ErrorKind::Timeout, text)))))
    }

    fn broken(&self, error: Error) -> Error {
        let error = error.with_operation(self.operation);
        if self.operation.is_write() {
            return error.with_maybe_applied();
        }
        error
    }
}
