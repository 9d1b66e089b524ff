//! Response bodies. They are sent as a whole or line by line, and a fault can delay, extend or
//! truncate them.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

/// Produces the next chunk of a body on demand, or `None` at the end.
pub(crate) type Pieces = Box<dyn FnMut() -> Option<Bytes> + Send>;

/// One step of sending a body.
pub(crate) enum Step {
    Data(Bytes),
    Pieces(Pieces),
    /// Sends the given number of spaces.
    Spaces(usize),
    Wait(Duration),
    /// Stops sending, but keeps the connection open.
    Hang,
    /// Closes the connection early.
    Break,
}

/// Response body that consists of steps.
#[derive(Default)]
pub(crate) struct OutgoingBody {
    steps: VecDeque<Step>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// Whether the connection had a chance to send the written bytes.
    flushed: bool,
}

impl OutgoingBody {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let empty = |step: &Step| matches!(step, Step::Data(bytes) if bytes.is_empty());
        Self {
            steps: steps.into_iter().filter(|step| !empty(step)).collect(),
            ..Self::default()
        }
    }

    /// Alternates between returning `false` and `true`. After `false`, the task is polled again, so
    /// that the connection can send the written bytes first.
    fn flush(&mut self, cx: &mut Context<'_>) -> bool {
        if self.flushed {
            self.flushed = false;
            return true;
        }
        self.flushed = true;
        cx.waker().wake_by_ref();
        false
    }
}

const SPACES: &[u8] = &[b' '; 64 * 1024];

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let data = |bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        loop {
            match this.steps.front_mut() {
                None => return Poll::Ready(None),
                Some(Step::Data(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    this.steps.pop_front();
                    return data(bytes);
                }
                Some(Step::Spaces(0)) => {
                    this.steps.pop_front();
                }
                Some(Step::Spaces(left)) => {
                    let count = SPACES.len().min(*left);
                    *left -= count;
                    return data(Bytes::from_static(&SPACES[..count]));
                }
                Some(Step::Pieces(_)) => {
                    if !this.flush(cx) {
                        return Poll::Pending;
                    }
                    if let Some(Step::Pieces(pieces)) = this.steps.front_mut()
                        && let Some(bytes) = pieces()
                    {
                        return data(bytes);
                    }
                    this.steps.pop_front();
                }
                Some(Step::Wait(time)) => {
                    let time = *time;
                    let sleep = this
                        .sleep
                        .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
                    if sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    this.sleep = None;
                    this.steps.pop_front();
                }
                Some(Step::Hang) => return Poll::Pending,
                Some(Step::Break) => {
                    if !this.flush(cx) {
                        return Poll::Pending;
                    }
                    return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let mut size = 0;
        for step in &self.steps {
            match step {
                Step::Data(bytes) => size += bytes.len() as u64,
                Step::Spaces(count) => size += *count as u64,
                Step::Wait(_) => {}
                Step::Pieces(_) | Step::Hang | Step::Break => return SizeHint::default(),
            }
        }
        SizeHint::with_exact(size)
    }
}

impl fmt::Debug for OutgoingBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingBody")
            .field("steps", &self.steps.len())
            .finish()
    }
}
