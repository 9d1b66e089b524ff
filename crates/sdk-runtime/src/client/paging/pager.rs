//! Fetches one page after the other; what is the same for every type of page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::BoxFuture;
use crate::client::core::ClientCore;
use crate::client::paging::cursor::{PageCursor, Position};
use crate::client::paging::rule::Came;
use crate::client::paging::{link, rule};
use crate::client::vendor_client::SdkClient;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::paging::Paging;

/// A list that is being walked through.
pub(super) struct Pager {
    core: ClientCore,
    call: Call,
    paging: Option<&'static Paging>,
    prefetch: bool,
    fetch: Option<Fetch>,
    next: Next,
    /// The places of the pages that came, where the vendor says which one is next.
    visited: HashSet<u64>,
    hasher: RandomState,
    /// The items before the next page.
    seen: u64,
    /// The page that came last and the items before it.
    current: Option<(Position, u64)>,
}

enum Next {
    At(Position),
    End,
    /// There is more, but it cannot be asked for.
    Refused(Error),
}

/// A request for a page, in a task of its own: it makes progress, and gives its turn and slot back, even when nobody
/// polls the list. It ends with the list.
struct Fetch(JoinHandle<Result<RawResponse, Error>>);

impl Fetch {
    fn start(request: BoxFuture<'static, Result<RawResponse, Error>>) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|_| Error::outside_runtime())?;
        Ok(Self(runtime.spawn(request.in_current_span())))
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Pager {
    pub(super) fn new(core: ClientCore, mut call: Call) -> Self {
        let paging = call.operation().paging.as_ref();
        if let Some(Paging::Link {
            choose: Some((name, value)),
            ..
        }) = paging
            && !call.has_argument(name)
        {
            call.argument(name, *value);
        }
        let (at, seen) = paging.map_or((Position::Start, 0), |paging| rule::start(paging, &call));
        Self {
            core,
            call,
            paging,
            prefetch: false,
            fetch: None,
            next: Next::At(at),
            visited: HashSet::new(),
            hasher: RandomState::new(),
            seen,
            current: None,
        }
    }

    pub(super) fn prefetch(&mut self) {
        self.prefetch = true;
    }

    /// Goes to a place that an earlier walk through the same list gave.
    pub(super) fn resume(&mut self, cursor: &PageCursor) {
        self.fetch = None;
        self.visited.clear();
        self.seen = cursor.seen;
        self.next = if cursor.operation == self.call.operation().id {
            Next::At(cursor.at.clone())
        } else {
            let text = format!("the cursor belongs to {}", cursor.operation);
            Next::Refused(Error::request(self.call.operation(), text))
        };
    }

    /// The page to come; none at the end of the list.
    pub(super) fn cursor(&self) -> Option<PageCursor> {
        match (&self.next, &self.current) {
            (Next::At(at), _) => Some(self.cursor_at(at, 0, self.seen)),
            (Next::End, _) => None,
            (Next::Refused(_), current) => {
                let (at, seen) = current.as_ref()?;
                Some(self.cursor_at(at, self.seen - seen, *seen))
            }
        }
    }

    /// A place within the page that came last.
    pub(super) fn cursor_within(&self, skip: u64) -> Option<PageCursor> {
        let (at, seen) = self.current.as_ref()?;
        Some(self.cursor_at(at, skip, *seen))
    }

    fn cursor_at(&self, at: &Position, skip: u64, seen: u64) -> PageCursor {
        PageCursor {
            operation: self.call.operation().id.to_owned(),
            at: at.clone(),
            skip,
            seen,
        }
    }

    /// The next page. After an error the same one is asked for again.
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<RawResponse, Error>>> {
        if self.fetch.is_none() {
            let fetching = match &self.next {
                Next::At(at) => self.request(&at.clone()),
                Next::End => return Poll::Ready(None),
                Next::Refused(error) => return Poll::Ready(Some(Err(error.clone()))),
            };
            match fetching.and_then(Fetch::start) {
                Ok(fetch) => self.fetch = Some(fetch),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let outcome = match &mut self.fetch {
            Some(Fetch(task)) => match ready!(Pin::new(task).poll(cx)) {
                Ok(outcome) => outcome,
                Err(error) => Err(Error::new(
                    ErrorKind::Transport,
                    "the task that fetched the next page was ended",
                )
                .with_operation(self.call.operation())
                .with_source(error)),
            },
            None => return Poll::Ready(None),
        };
        self.fetch = None;
        Poll::Ready(Some(outcome.map(|raw| match self.paging {
            Some(paging) => raw.watched(paging.signs()),
            None => raw,
        })))
    }

    /// Why an answer without items is no page; none if it holds an empty list, written as null.
    pub(super) fn without_items(&self, raw: &RawResponse) -> Option<Error> {
        let pointer = self.paging?.items();
        let is_there =
            serde_json::from_slice::<serde_json::Value>(without_byte_order_mark(&raw.whole()))
                .is_ok_and(|body| body.pointer(pointer).is_some());
        if is_there {
            return None;
        }
        let path = format!("${}", pointer.replace('/', "."));
        let text = format!("the answer holds no list at {path}");
        Some(raw.error(ErrorKind::Decode, text).with_json_path(path))
    }

    /// Takes note of a page that was read, and begins to fetch the next one if it is wanted ahead.
    pub(super) fn advance(&mut self, raw: &mut RawResponse, count: u64) {
        let Next::At(at) = std::mem::replace(&mut self.next, Next::End) else {
            return;
        };
        let before = self.seen;
        self.seen = before.saturating_add(count);
        let came = Came {
            at: &at,
            count,
            seen: self.seen,
            signs: raw.signs(),
        };
        let next = self
            .paging
            .and_then(|paging| rule::next(paging, &self.call, &came));
        let next = match next {
            Some(Position::Link(link)) => self.follow(raw, &link).map(Some),
            next => Ok(next),
        };
        let next = next.and_then(|next| self.refuse_circle(&at, next));
        self.current = Some((at, before));
        self.next = match next {
            Ok(Some(next)) => Next::At(next),
            Ok(None) => Next::End,
            Err(why) => Next::Refused(raw.error(ErrorKind::Decode, why)),
        };
        if self.prefetch
            && let Next::At(at) = &self.next
        {
            // What goes wrong here is met again when the page is asked for.
            self.fetch = self.request(&at.clone()).and_then(Fetch::start).ok();
        }
    }

    /// The page that a link leads to, as path and query.
    fn follow(&self, raw: &RawResponse, text: &str) -> Result<Position, String> {
        let base = &self.core.context().base_url;
        let url = link::resolve(base, self.call.operation().path, raw.url(), text)?;
        Ok(Position::Link(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }))
    }

    /// A vendor that leads back to a page that came would be followed for ever. Of each page eight bytes are kept.
    fn refuse_circle(
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
                Err("the vendor names the same page as the next one again".to_owned())
            }
            next => Ok(next),
        }
    }

    fn request(
        &self,
        at: &Position,
    ) -> Result<BoxFuture<'static, Result<RawResponse, Error>>, Error> {
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
                let url = self.core.context().base_url.at(link);
                call.link(url.map_err(|why| Error::request(call.operation(), why))?);
            }
            (Position::Start, _) => {}
            _ => {
                let why = "the cursor does not fit the way in which the list is paged";
                return Err(Error::request(self.call.operation(), why));
            }
        }
        let core = self.core.clone();
        Ok(Box::pin(
            async move { core.call(call, Reading::Whole).await },
        ))
    }
}

/// Starts to walk through the list of a client's call.
pub(super) fn pager<C: SdkClient>(client: &C, call: Call) -> Pager {
    Pager::new(client.core().clone(), call)
}
