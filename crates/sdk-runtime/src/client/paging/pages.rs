//! Pages of a list.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::paging::PagedOperation;
use crate::client::paging::cursor::PageCursor;
use crate::client::paging::pager::{Pager, pager};
use crate::client::paging::salvage::{Unreadable, without_unreadable};
use crate::client::vendor_client::SdkClient;
use crate::error::Error;
use crate::request::call::Call;
use crate::response::decode::Decode;
use crate::response::raw_response::RawResponse;
use crate::response::typed::Response;

/// Decoded response of an operation.
type Output<Op> = <<Op as crate::response::decode::TypedOperation>::Answer as Decode>::Output;

/// A page that was read.
pub(super) struct Read<Op: PagedOperation> {
    pub(super) page: Response<Output<Op>>,
    /// Unreadable items, in order.
    pub(super) unreadable: VecDeque<(u64, Error)>,
}

/// Pages of a list, one by one. Nothing is sent before the first page is requested.
///
/// A list that is kept without being polled doesn't block other calls of the client. If the client
/// has limits, each page is fetched in its own task. Dropping the list ends its request.
///
/// After an error, the next call requests the failed page again. Unreadable items are an exception:
/// each of them causes one error, and then the page with the other items follows.
#[must_use = "pages are fetched only on demand"]
pub struct Pages<Op: PagedOperation> {
    pub(super) pager: Pager,
    /// A page that is returned after the errors for its unreadable items.
    held: Option<Read<Op>>,
    operation: PhantomData<fn() -> Op>,
}

impl<Op: PagedOperation> Pages<Op> {
    /// Creates a stream that starts at the page that the call requests.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self {
            pager: pager(client, call),
            held: None,
            operation: PhantomData,
        }
    }

    /// Fetches the next page while the caller works on the current one.
    pub fn prefetch(mut self) -> Self {
        self.pager.prefetch();
        self
    }

    /// Continues an earlier run over the same list, at the start of the cursor's page.
    pub fn resume(mut self, cursor: PageCursor) -> Self {
        self.pager.resume(&cursor);
        self.held = None;
        self
    }

    /// Returns the position of the next page, or `None` after the last one.
    pub fn cursor(&self) -> Option<PageCursor> {
        match self.held {
            Some(_) => self.pager.cursor_within(0),
            None => self.pager.cursor(),
        }
    }

    /// Fetches and decodes the next page.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Read<Op>, Error>>> {
        let mut raw = match ready!(self.pager.poll_page(cx)) {
            Some(Ok(raw)) => raw,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        Poll::Ready(Some(self.read(&mut raw).map(|(answer, unreadable)| Read {
            page: Response::new(answer, raw),
            unreadable: unreadable.into(),
        })))
    }

    fn read(&mut self, raw: &mut RawResponse) -> Result<(Output<Op>, Unreadable), Error> {
        let (mut answer, unreadable) = match Op::Answer::decode(raw) {
            Ok(answer) => (answer, Vec::new()),
            Err(error) => match self.pager.items_pointer() {
                Some(pointer) => without_unreadable::<Op>(raw, pointer, error)?,
                None => return Err(error),
            },
        };
        let count = match Op::count_items(&mut answer) {
            Some(count) => count + unreadable.len(),
            None => match self.pager.missing_list_error(raw) {
                Some(error) => return Err(error),
                None => 0,
            },
        };
        let count = self.pager.count(raw, count);
        self.pager.advance(raw, count);
        Ok((answer, unreadable))
    }

    /// Returns the next page, or `None` after the last one.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready doesn't lose a page: the list keeps the request, and
    /// the next call uses its response.
    ///
    /// # Errors
    /// Returns the errors of the operation itself. Also returns an error in the following cases:
    /// - An item can't be read. Each unreadable item causes one error, before the page with the
    ///   other items. [`json_path`](Error::json_path) returns the position of the item.
    /// - A page has more than 10,000 unreadable items. They cause a single error, and the next call
    ///   requests that page again.
    /// - A response has no list, or the cursor is from a different list.
    /// - The list ends before the vendor's total number of items is reached.
    /// - A link leads to another origin, or a link or the vendor's cursor leads back to an earlier
    ///   page.
    /// - 100 consecutive pages are empty, but the list has not ended. The next call continues with
    ///   the page after them.
    pub async fn try_next(&mut self) -> Result<Option<Response<Output<Op>>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<Op: PagedOperation> Stream for Pages<Op> {
    type Item = Result<Response<Output<Op>>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(mut read) = self.held.take() {
                return Poll::Ready(Some(match read.unreadable.pop_front() {
                    Some((_, error)) => {
                        self.held = Some(read);
                        Err(error)
                    }
                    None => Ok(read.page),
                }));
            }
            match ready!(self.poll_read(cx)) {
                Some(Ok(read)) => self.held = Some(read),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Decoded pages are moved out and never pinned in place, so they don't have to be `Unpin`.
impl<Op: PagedOperation> Unpin for Pages<Op> {}

impl<Op: PagedOperation> fmt::Debug for Pages<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &Op::OPERATION.id)
            .finish_non_exhaustive()
    }
}
