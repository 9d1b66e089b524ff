//! Stream of the responses to all successful polls of a job.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::BoxFuture;
use crate::client::wait::WaitOperation;
use crate::client::wait::poller::{Observed, Poller};
use crate::error::Error;
use crate::response::decode::Decode;
use crate::response::typed::Response;

/// Streams the responses to all successful polls of a job, including the last one.
///
/// The stream ends after the last response, or after an error. A response that contains the job's
/// state but doesn't match its documented type is also an error, but the stream continues after it.
#[must_use = "a job is polled only when its states are requested"]
pub struct JobStates<Op> {
    next: Next,
    operation: PhantomData<fn() -> Op>,
}

enum Next {
    Poll(Box<Poller>),
    Polling(BoxFuture<'static, (Box<Poller>, Result<Observed, Error>)>),
    Failed(Error),
    End,
}

impl<Op: WaitOperation> JobStates<Op> {
    pub(crate) fn new(poller: Result<Poller, Error>) -> Self {
        Self {
            next: match poller {
                Ok(poller) => Next::Poll(Box::new(poller)),
                Err(error) => Next::Failed(error),
            },
            operation: PhantomData,
        }
    }

    /// Returns the response to the next successful poll, or `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Waiting`](crate::Waiting).
    pub async fn try_next(
        &mut self,
    ) -> Result<Option<Response<<Op::Answer as Decode>::Output>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<Op: WaitOperation> Stream for JobStates<Op> {
    type Item = Result<Response<<Op::Answer as Decode>::Output>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Next::Poll(_) = self.next
            && let Next::Poll(mut poller) = std::mem::replace(&mut self.next, Next::End)
        {
            self.next = Next::Polling(Box::pin(async move {
                let observed = poller.next().await;
                (poller, observed)
            }));
        }
        let (poller, observed) = match &mut self.next {
            Next::Polling(polling) => ready!(polling.as_mut().poll(cx)),
            Next::Poll(_) | Next::End => return Poll::Ready(None),
            Next::Failed(error) => {
                let error = error.clone();
                self.next = Next::End;
                return Poll::Ready(Some(Err(error)));
            }
        };
        self.next = Next::End;
        let Observed { mut raw, is_final } = match observed {
            Ok(observed) => observed,
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        if !is_final {
            self.next = Next::Poll(poller);
        }
        let value = Op::Answer::decode(&mut raw);
        Poll::Ready(Some(value.map(|value| Response::new(value, raw))))
    }
}

impl<Op> fmt::Debug for JobStates<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobStates").finish_non_exhaustive()
    }
}
