//! The body of an answer as it comes in, which may not fall silent.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use tokio::time::{Sleep, sleep};

use crate::{Error, ErrorKind, Operation};

/// A body that is being received.
pub(crate) struct Incoming {
    body: reqwest::Body,
    operation: &'static Operation,
    idle: Duration,
    /// Runs while nothing comes.
    silence: Option<Pin<Box<Sleep>>>,
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
            silence: None,
        }
    }

    /// The next piece of the body; none at its end.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
                let idle = self.idle;
                let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(idle)));
                ready!(silence.as_mut().poll(cx));
                return Poll::Ready(Some(Err(self.silent())));
            };
            self.silence = None;
            return Poll::Ready(match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) if !chunk.is_empty() => Some(Ok(chunk)),
                    // Trailers say nothing to us.
                    _ => continue,
                },
                Some(Err(error)) => Some(Err(self.cut(error))),
                None => None,
            });
        }
    }

    fn cut(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let kind = if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Transport
        };
        let text = "the connection broke while the answer was read";
        self.broken(Error::new(kind, text).with_source(error))
    }

    fn silent(&self) -> Error {
        let text = format!("the answer broke off: nothing came for {:?}", self.idle);
        self.broken(Error::new(ErrorKind::Timeout, text))
    }

    fn broken(&self, error: Error) -> Error {
        let error = error.with_operation(self.operation);
        if self.operation.is_write() {
            return error.with_maybe_applied();
        }
        error
    }
}
