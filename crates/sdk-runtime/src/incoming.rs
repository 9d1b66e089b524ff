//! The body of an answer as it comes in, which may not fall silent.

use std::time::Duration;

use bytes::Bytes;

use crate::{Error, ErrorKind, Operation};

/// A body that is being received.
pub(crate) struct Incoming {
    response: reqwest::Response,
    operation: &'static Operation,
    idle: Duration,
}

impl Incoming {
    pub(crate) fn new(
        response: reqwest::Response,
        operation: &'static Operation,
        idle: Duration,
    ) -> Self {
        Self {
            response,
            operation,
            idle,
        }
    }

    /// The next piece of the body; none at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match tokio::time::timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => {
                let kind = if error.is_timeout() {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Transport
                };
                let text = "the connection broke while the answer was read";
                Err(self.broken(Error::new(kind, text).with_source(error.without_url())))
            }
            Err(elapsed) => {
                let text = format!("the answer broke off: nothing came for {:?}", self.idle);
                Err(self.broken(Error::new(ErrorKind::Timeout, text).with_source(elapsed)))
            }
        }
    }

    fn broken(&self, error: Error) -> Error {
        let error = error.with_operation(self.operation);
        if self.operation.is_write() {
            return error.with_maybe_applied();
        }
        error
    }
}
