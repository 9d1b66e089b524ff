//! Items of a list, across all pages.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, vec};

use futures_core::Stream;

use crate::client::paging::PagedOperation;
use crate::client::paging::cursor::PageCursor;
use crate::client::paging::pages::{Pages, Read};
use crate::client::vendor_client::SdkClient;
use crate::error::Error;
use crate::request::call::Call;

/// Items of a list, one by one. Pages are fetched on demand, one at a time, unless `.prefetch()` is
/// used.
///
/// A list that is kept without being polled doesn't block other calls of the client. If the client
/// has limits, each page is fetched in its own task. Dropping the list ends its request.
///
/// After an error, the next call requests the failed page again, so no item is lost or repeated. An
/// unreadable item is returned as an error, and the next call continues with the item after it.
#[must_use = "items are fetched only on demand"]
pub struct Items<Op: PagedOperation> {
    pages: Pages<Op>,
    page: vec::IntoIter<Op::Item>,
    /// Unreadable items on the page, by position.
    unreadable: VecDeque<(u64, Error)>,
    /// Number of items on the page that this run or an earlier run returned, including unreadable
    /// items.
    done: u64,
    /// Number of items on the next page that an earlier run already returned.
    skip: u64,
}

impl<Op: PagedOperation> Items<Op> {
    /// Creates a stream that starts at the page that the call requests.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self {
            pages: Pages::new(client, call),
            page: Vec::new().into_iter(),
            unreadable: VecDeque::new(),
            done: 0,
            skip: 0,
        }
    }

    /// Fetches the next page while the caller works on the current items.
    pub fn prefetch(mut self) -> Self {
        self.pages = self.pages.prefetch();
        self
    }

    /// Continues an earlier run over the same list.
    pub fn resume(mut self, cursor: PageCursor) -> Self {
        self.skip = cursor.skip;
        self.page = Vec::new().into_iter();
        self.unreadable.clear();
        self.pages = self.pages.resume(cursor);
        self
    }

    /// Returns the position of the next item, or `None` at the end of the list.
    ///
    /// If you continue from this position, no item is repeated or skipped, as long as the list
    /// itself doesn't change.
    pub fn cursor(&self) -> Option<PageCursor> {
        if self.page.len() > 0 || !self.unreadable.is_empty() {
            return self.pages.pager.cursor_within(self.done);
        }
        let mut cursor = self.pages.cursor()?;
        cursor.skip = cursor.skip.saturating_add(self.skip);
        Some(cursor)
    }

    /// Returns the error for the next item, if the item is unreadable.
    fn next_unreadable(&mut self) -> Option<(u64, Error)> {
        let (at, _) = self.unreadable.front()?;
        if *at != self.done {
            return None;
        }
        self.unreadable.pop_front()
    }

    /// Makes a received page the current one, and skips the items that an earlier run returned.
    fn take(&mut self, mut read: Read<Op>) {
        let items = Op::take_items(&mut read.page);
        let skip = std::mem::take(&mut self.skip);
        self.page = items.into_iter();
        self.unreadable = read.unreadable;
        let before = self.unreadable.partition_point(|(at, _)| *at < skip);
        self.unreadable.drain(..before);
        let readable = usize::try_from(skip - before as u64).unwrap_or(usize::MAX);
        if readable > 0 {
            // If the page has become shorter since the earlier run, this may skip all of its items.
            self.page.nth(readable - 1);
        }
        self.done = skip;
    }

    /// Collects the remaining items of all pages.
    ///
    /// A `Vec` keeps all items in memory. To export a long list, call [`try_next`](Self::try_next)
    /// in a loop instead.
    ///
    /// ```no_run
    /// # async fn example<Op: sdk_runtime::PagedOperation>(items: sdk_runtime::Items<Op>) -> Result<(), sdk_runtime::Error> {
    /// let all: Vec<_> = items.try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the first error of [`try_next`](Self::try_next). The items before it are dropped.
    pub async fn try_collect<C: Default + Extend<Op::Item>>(mut self) -> Result<C, Error> {
        let mut all = C::default();
        while let Some(item) = self.try_next().await? {
            all.extend([item]);
        }
        Ok(all)
    }

    /// Returns the next item, or `None` at the end of the list.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready doesn't lose an item: the list keeps the request, and
    /// the next call uses its response. Therefore, you can use the future in `tokio::select!` and
    /// `tokio::time::timeout`.
    ///
    /// # Errors
    /// Returns the errors of the operation itself. Also returns an error in the following cases:
    /// - An item can't be read. [`json_path`](Error::json_path) returns its position, and the next
    ///   call returns the following item.
    /// - A page has more than 10,000 unreadable items. They cause a single error, and the next call
    ///   requests that page again.
    /// - A response has no list, or the cursor is from a different list.
    /// - The list ends before the vendor's total number of items is reached.
    /// - A link leads to another origin, or a link or the vendor's cursor leads back to an earlier
    ///   page.
    /// - 100 consecutive pages are empty, but the list has not ended. The next call continues with
    ///   the page after them.
    pub async fn try_next(&mut self) -> Result<Option<Op::Item>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

/// `Op::Item` values are moved out and never pinned in place, so `Op::Item` doesn't have to be
/// `Unpin`.
impl<Op: PagedOperation> Unpin for Items<Op> {}

impl<Op: PagedOperation> Stream for Items<Op> {
    type Item = Result<Op::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some((_, error)) = self.next_unreadable() {
                self.done += 1;
                return Poll::Ready(Some(Err(error)));
            }
            if let Some(item) = self.page.next() {
                self.done += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_read(cx)) {
                Some(Ok(read)) => self.take(read),
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
