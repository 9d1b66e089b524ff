//! The items of a list, whatever page they are on.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, vec};

use futures_core::Stream;

use crate::client::paging::PagedOperation;
use crate::client::paging::cursor::PageCursor;
use crate::client::paging::pages::Pages;
use crate::client::vendor_client::SdkClient;
use crate::error::Error;
use crate::request::call::Call;

/// The items of a list, one after the other. Pages are fetched as they are needed; one is held at a time.
///
/// Each page is fetched in a task of its own, which dropping the list ends: a list that is kept and not polled, such as
/// after a `try_next` that was given up, keeps no other call of the client waiting, and the page is not lost.
///
/// After an error the page that failed is asked for again by the next call; no item is lost and none comes twice.
#[must_use = "items are fetched when they are asked for"]
pub struct Items<Op: PagedOperation> {
    pages: Pages<Op>,
    page: vec::IntoIter<Op::Item>,
    /// How many items of the page were handed out.
    done: u64,
    /// How many items of the next page were handed out by an earlier walk.
    skip: u64,
}

impl<Op: PagedOperation> Items<Op> {
    /// Starts at the page that the call asks for.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self {
            pages: Pages::new(client, call),
            page: Vec::new().into_iter(),
            done: 0,
            skip: 0,
        }
    }

    /// Fetches the next page while the caller works on the items that came.
    pub fn prefetch(mut self) -> Self {
        self.pages = self.pages.prefetch();
        self
    }

    /// Goes on where an earlier walk through the same list was.
    pub fn resume(mut self, cursor: PageCursor) -> Self {
        self.skip = cursor.skip;
        self.page = Vec::new().into_iter();
        self.pages = self.pages.resume(cursor);
        self
    }

    /// The place of the next item; none at the end of the list.
    ///
    /// Going on from it repeats no item and leaves none out, as long as the list itself stays as it is.
    pub fn cursor(&self) -> Option<PageCursor> {
        if self.page.len() > 0 {
            return self.pages.pager.cursor_within(self.done);
        }
        let mut cursor = self.pages.cursor()?;
        cursor.skip += self.skip;
        Some(cursor)
    }

    /// The next item; none at the end of the list.
    ///
    /// # Errors
    /// As the operation itself; and if the vendor links to another origin, or back to a page that came.
    pub async fn try_next(&mut self) -> Result<Option<Op::Item>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

/// Items are never pinned in place.
impl<Op: PagedOperation> Unpin for Items<Op> {}

impl<Op: PagedOperation> Stream for Items<Op> {
    type Item = Result<Op::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                self.done += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(mut page)) => {
                    let items = Op::items(&mut page).map(std::mem::take).unwrap_or_default();
                    self.page = items.into_iter();
                    self.done = std::mem::take(&mut self.skip);
                    for _ in 0..self.done {
                        self.page.next();
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<Op: PagedOperation> fmt::Debug for Items<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &Op::OPERATION.id)
            .finish_non_exhaustive()
    }
}
