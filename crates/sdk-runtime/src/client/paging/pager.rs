//! Fetches the pages of a list in order, for every type of page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::task::{Context, Poll, ready};

use crate::client::core::ClientCore;
use crate::client::paging::cursor::{PageCursor, Position};
use crate::client::paging::fetch::{Fetch, PageRequest};
use crate::client::paging::fingerprint::Fingerprint;
use crate::client::paging::rule::ReceivedPage;
use crate::client::paging::salvage::entries_with_nulls;
use crate::client::paging::{link, rule};
use crate::client::vendor_client::SdkClient;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::paging::Paging;

/// Number of consecutive empty pages after which the list is considered stuck.
const MAX_EMPTY_PAGES: u32 = 100;

/// A list that is being iterated over.
pub(super) struct Pager {
    core: ClientCore,
    call: Call,
    /// Page size, which a cursor must match.
    size: Option<u64>,
    /// Hashes of the arguments and the body, which a cursor must match.
    fingerprint: Fingerprint,
    /// Parameter that selects the style of paging, if the pager set it because the caller didn't.
    chosen: Option<&'static str>,
    paging: Option<&'static Paging>,
    prefetch: bool,
    fetch: Option<Fetch>,
    next: Next,
    /// Hashes of the positions of the pages so far, if the vendor determines the next position.
    visited: HashSet<u64>,
    hasher: RandomState,
    /// Number of items before the next page, if known.
    seen: Option<u64>,
    /// Largest number of items in a page so far.
    largest: u64,
    /// Most recent page.
    current: Option<CurrentPage>,
    /// Number of empty pages in a row.
    empty: u32,
    /// Error to report once before iteration continues.
    interruption: Option<Error>,
}

/// The most recent page.
struct CurrentPage {
    at: Position,
    /// Number of items before this page, if known.
    before: Option<u64>,
    /// Number of items on this page.
    count: u64,
}

enum Next {
    At(Position),
    End,
    /// The list can't continue, because of this error.
    Refused(Error),
}

impl Pager {
    pub(super) fn new(core: ClientCore, mut call: Call) -> Self {
        let paging = call.operation().paging.as_ref();
        let mut chosen = None;
        if let Some(Paging::Link {
            choose: Some((name, value)),
            ..
        }) = paging
            && !call.has_argument(name)
        {
            call.argument(name, *value);
            chosen = Some(*name);
        }
        let start = paging.map(|paging| rule::start(paging, &call));
        let (at, seen) = start.map_or((Position::Start, Some(0)), |start| (start.at, start.before));
        let without = paging.map_or([None, None], rule::position_parameters);
        Self {
            size: paging.and_then(|paging| rule::size(paging, &call)),
            fingerprint: Fingerprint::of(&call, without),
            chosen,
            core,
            call,
            paging,
            prefetch: false,
            fetch: None,
            next: Next::At(at),
            visited: HashSet::new(),
            hasher: RandomState::new(),
            seen,
            largest: 0,
            current: None,
            empty: 0,
            interruption: None,
        }
    }

    pub(super) fn prefetch(&mut self) {
        self.prefetch = true;
    }

    /// Jumps to a position from an earlier run over the same list.
    pub(super) fn resume(&mut self, cursor: &PageCursor) {
        self.fetch = None;
        self.visited.clear();
        self.current = None;
        self.interruption = None;
        self.seen = cursor.seen;
        let operation = self.call.operation();
        self.next = match cursor.difference(operation.id, self.size, &self.fingerprint) {
            None => Next::At(cursor.at.clone()),
            Some(why) => Next::Refused(Error::request(operation, why)),
        };
    }

    /// Returns the position of the next page, or `None` at the end of the list. If the list can't
    /// continue, returns the end of the most recent page.
    pub(super) fn cursor(&self) -> Option<PageCursor> {
        match &self.next {
            Next::At(at) => Some(self.cursor_at(at, 0, self.seen)),
            Next::End => None,
            Next::Refused(_) => self.cursor_within(self.current.as_ref()?.count),
        }
    }

    /// Returns a position within the most recent page.
    pub(super) fn cursor_within(&self, skip: u64) -> Option<PageCursor> {
        let current = self.current.as_ref()?;
        Some(self.cursor_at(&current.at, skip, current.before))
    }

    fn cursor_at(&self, at: &Position, skip: u64, seen: Option<u64>) -> PageCursor {
        PageCursor {
            operation: self.call.operation().id.to_owned(),
            at: at.clone(),
            skip,
            seen,
            size: self.size,
            fingerprint: self.fingerprint.clone(),
        }
    }

    /// Returns the next page. After a failed request, requests the same page again.
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<RawResponse, Error>>> {
        if let Some(error) = self.interruption.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if self.fetch.is_none() {
            let fetching = match &self.next {
                Next::At(at) => self.request(&at.clone()),
                Next::End => return Poll::Ready(None),
                Next::Refused(error) => return Poll::Ready(Some(Err(error.clone()))),
            };
            match fetching.and_then(|request| self.begin(request)) {
                Ok(fetch) => self.fetch = Some(fetch),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let operation = self.call.operation();
        let outcome = match &mut self.fetch {
            Some(fetch) => ready!(fetch.poll(operation, cx)),
            None => return Poll::Ready(None),
        };
        self.fetch = None;
        Poll::Ready(Some(outcome.map(|raw| match self.paging {
            Some(paging) => raw.watched(paging.signs()),
            None => raw,
        })))
    }

    /// Begins to fetch a page, in its own task if the client has limits.
    ///
    /// Without limits, no other call has to wait for this request's permit. Therefore, the request
    /// may pause while the list isn't polled.
    fn begin(&self, request: PageRequest) -> Result<Fetch, Error> {
        if self.core.context().limiter.is_open() {
            return Ok(Fetch::here(request));
        }
        Fetch::start(request)
    }

    /// Returns the pointer to the items in a response.
    pub(super) fn items_pointer(&self) -> Option<&'static str> {
        self.paging.map(Paging::items)
    }

    /// Returns the number of entries in a response's list.
    ///
    /// For a list with page numbers or offsets, this includes nulls, because vendors count them.
    ///
    /// `count` is the number of entries that were read.
    pub(super) fn count(&self, raw: &RawResponse, count: usize) -> u64 {
        let numbered = matches!(
            self.paging,
            Some(Paging::Page { .. } | Paging::Offset { .. })
        );
        let pointer = self.items_pointer().filter(|_| numbered);
        let entries = pointer.and_then(|pointer| entries_with_nulls(&raw.whole(), pointer));
        entries.unwrap_or(count as u64)
    }

    /// Returns the error for a response without a list.
    ///
    /// Returns `None` if the list is null, which means that it is empty.
    pub(super) fn missing_list_error(&self, raw: &RawResponse) -> Option<Error> {
        let pointer = self.paging?.items();
        let is_there =
            serde_json::from_slice::<serde_json::Value>(without_byte_order_mark(&raw.whole()))
                .is_ok_and(|body| body.pointer(pointer).is_some());
        if is_there {
            return None;
        }
        let path = format!("${}", pointer.replace('/', "."));
        let text = format!("the response has no list at {path}");
        let path = raw.redactor().without_known(&path);
        Some(raw.error(ErrorKind::Decode, text).with_json_path(path))
    }

    /// Records a page that was read, and starts to fetch the next one if prefetching is enabled.
    pub(super) fn advance(&mut self, raw: &mut RawResponse, count: u64) {
        let Next::At(at) = std::mem::replace(&mut self.next, Next::End) else {
            return;
        };
        let before = self.seen;
        let next = self.next_position(raw, &at, count);
        let next = next.and_then(|next| self.reject_cycle(&at, next));
        self.largest = self.largest.max(count);
        self.seen = before.map(|before| before.saturating_add(count));
        self.current = Some(CurrentPage { at, before, count });
        self.next = match next {
            Ok(Some(next)) => Next::At(next),
            Ok(None) => Next::End,
            Err(why) => Next::Refused(raw.error(ErrorKind::Decode, why)),
        };
        self.interrupt_if_stuck(raw, count);
        if self.prefetch
            && self.interruption.is_none()
            && let Next::At(at) = &self.next
        {
            // If this fails, the same error occurs again when the page is requested.
            self.fetch = self.request(&at.clone()).and_then(Fetch::start).ok();
        }
    }

    /// Returns the position of the page after a received one, or `None` after the last page.
    fn next_position(
        &self,
        raw: &mut RawResponse,
        at: &Position,
        count: u64,
    ) -> Result<Option<Position>, String> {
        let Some(paging) = self.paging else {
            return Ok(None);
        };
        let least = || rule::min_items_before(paging, at, self.largest.max(count));
        let came = ReceivedPage {
            at,
            count,
            seen: self.seen.unwrap_or_else(least).saturating_add(count),
            is_certain: self.seen.is_some(),
            largest: self.largest,
            signs: raw.signs(),
        };
        match rule::next(paging, &self.call, &came)? {
            Some(Position::Link(link)) => self.follow(raw, &link).map(Some),
            next => Ok(next),
        }
    }

    /// Interrupts a list that is stuck: some vendors send empty pages between full ones, but not
    /// [`MAX_EMPTY_PAGES`] of them in a row.
    fn interrupt_if_stuck(&mut self, raw: &RawResponse, count: u64) {
        let Next::At(next) = &self.next else {
            return;
        };
        self.empty = if count > 0 { 0 } else { self.empty + 1 };
        if self.empty < MAX_EMPTY_PAGES {
            return;
        }
        let text = format!(
            "{MAX_EMPTY_PAGES} consecutive pages are empty, and none of them ends the list: stopped before {next}; \
             call again to continue from there"
        );
        self.interruption = Some(raw.error(ErrorKind::Decode, text));
        self.empty = 0;
    }

    /// Returns the path and query of the page that a link leads to.
    fn follow(&self, raw: &RawResponse, text: &str) -> Result<Position, String> {
        let context = self.core.context();
        let operation = self.call.operation();
        let base = context.base_url_for(operation)?;
        let rules = link::LinkRules {
            base: &base,
            operation_path: operation.path.split('?').next().unwrap_or_default(),
            may_leave_port: context.same_host_links,
        };
        let mut url = link::resolve(&rules, raw.url(), text)?;
        link::restore_arguments(&mut url, &self.call, self.chosen)?;
        Ok(Position::Link(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }))
    }

    /// Detects a link or a vendor's cursor that leads back to an earlier page, which would cause an
    /// endless loop.
    ///
    /// Stores eight bytes per page.
    fn reject_cycle(
        &mut self,
        at: &Position,
        next: Option<Position>,
    ) -> Result<Option<Position>, String> {
        let (Position::Start | Position::Token(_) | Position::Link(_)) = at else {
            return Ok(next);
        };
        self.visited.insert(self.hasher.hash_one(at));
        match next {
            Some(next) if self.visited.contains(&self.hasher.hash_one(&next)) => {
                Err("the next page is the same as an earlier page".to_owned())
            }
            next => Ok(next),
        }
    }

    fn request(&self, at: &Position) -> Result<PageRequest, Error> {
        let mut call = self.call.clone();
        match (at, self.paging) {
            (Position::Number(number), Some(Paging::Page { page: name, .. }))
            | (Position::Number(number), Some(Paging::Offset { offset: name, .. })) => {
                call.argument(name, *number);
            }
            (Position::Token(token), Some(Paging::Cursor { cursor, .. })) => {
                call.argument(cursor, token.as_str());
            }
            (Position::Link(link), Some(Paging::Link { .. })) => {
                let operation = self.call.operation();
                let base = self.core.context().base_url_for(operation);
                let base = base.map_err(|why| Error::request(operation, why))?;
                call.link(base.at(link));
            }
            (Position::Start, _) => {}
            _ => {
                let why = "the cursor does not match the paging style of the list";
                return Err(Error::request(self.call.operation(), why));
            }
        }
        let core = self.core.clone();
        Ok(Box::pin(
            async move { core.call(call, Reading::Whole).await },
        ))
    }
}

/// Creates a pager for the list that a call requests.
pub(super) fn pager<C: SdkClient>(client: &C, call: Call) -> Pager {
    Pager::new(client.core().clone(), call)
}
