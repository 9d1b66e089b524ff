//! The pages of a list.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::paging::PagedOperation;
use crate::client::paging::cursor::PageCursor;
use crate::client::paging::pager::{Pager, pager};
use crate::client::vendor_client::SdkClient;
use crate::decode::Decode;
use crate::error::Error;
use crate::request::call::Call;
use crate::response::typed::Response;

/// The answer of an operation.
type Output<Op> = <<Op as crate::decode::TypedOperation>::Answer as Decode>::Output;

/// The pages of a list, one after the other. Nothing is sent before the first is asked for.
///
/// Each page is fetched in a task of its own, which dropping the list ends: a list that is kept and not polled, such as
/// after a `try_next` that was given up, keeps no other call of the client waiting, and the page is not lost.
///
/// After an error the page that failed is asked for again by the next call; whoever gives up simply stops asking.
#[must_use = "pages are fetched when they are asked for"]
pub struct Pages<Op: PagedOperation> {
    pub(super) pager: Pager,
    operation: PhantomData<fn() -> Op>,
}

impl<Op: PagedOperation> Pages<Op> {
    /// Starts at the page that the call asks for.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self {
            pager: pager(client, call),
            operation: PhantomData,
        }
    }

    /// Fetches the next page while the caller works on the one that came.
    pub fn prefetch(mut self) -> Self {
        self.pager.prefetch();
        self
    }

    /// Goes on where an earlier walk through the same list was, at the beginning of that page.
    pub fn resume(mut self, cursor: PageCursor) -> Self {
        self.pager.resume(&cursor);
        self
    }

    /// The place of the next page; none after the last.
    pub fn cursor(&self) -> Option<PageCursor> {
        self.pager.cursor()
    }

    /// The next page; none after the last.
    ///
    /// # Errors
    /// As the operation itself; and if the vendor links to another origin, or back to a page that came.
    pub async fn try_next(&mut self) -> Result<Option<Response<Output<Op>>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<Op: PagedOperation> Stream for Pages<Op> {
    type Item = Result<Response<Output<Op>>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut raw = match ready!(self.pager.poll_page(cx)) {
            Some(Ok(raw)) => raw,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        let mut answer = match Op::Answer::decode(&mut raw) {
            Ok(answer) => answer,
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        let count = match Op::items(&mut answer) {
            Some(items) => items.len(),
            None => match self.pager.without_items(&raw) {
                Some(error) => return Poll::Ready(Some(Err(error))),
                None => 0,
            },
        };
        self.pager.advance(&mut raw, count as u64);
        Poll::Ready(Some(Ok(Response::new(answer, raw))))
    }
}

impl<Op: PagedOperation> fmt::Debug for Pages<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &Op::OPERATION.id)
            .finish_non_exhaustive()
    }
}
