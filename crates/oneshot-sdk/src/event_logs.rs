//! Reads the logs of an event over a block range of any size.
//!
//! A search returns a limited number of logs. If there are more, the service suggests a smaller
//! range instead. [`EventLogs`] then searches that range and continues with the rest, in block
//! order.

mod block_ranges;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::ops::{Bound, RangeBounds};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{fmt, vec};

use futures_core::Stream;
use sdk_runtime::BoxFuture;

use crate::event_logs::block_ranges::BlockRanges;
use crate::types::{ContractEventLog, ContractEventLogList, ContractEventLogQuery};
use crate::{Client, Error};

impl Client {
    /// Returns the logs of an event over a block range of any size, in block order.
    ///
    /// The logs are read when you request them, with calls to
    /// [`search_contract_event_logs`](Self::search_contract_event_logs). If a search has too many
    /// results, [`EventLogs`] searches the range that the service suggests, and continues with the
    /// block after it. Without a usable suggestion, [`EventLogs`] halves the range. The logs of
    /// each block are returned once, and only one response is in memory at a time.
    ///
    /// Ranges have the usual Rust meaning: `100..=200` and `100..201` both end with block 200.
    /// `100..` ends with the newest block at the time of the last search. Without a start, the
    /// range begins at block 0.
    ///
    /// ```no_run
    /// # async fn run(client: oneshot_sdk::Client) -> Result<(), oneshot_sdk::event_logs::EventLogError> {
    /// let mut logs = client.contract_event_logs("event-id", 21_000_000..=21_100_000); // also a Stream
    /// while let Some(log) = logs.try_next().await? {
    ///     println!("{:?} {:?}", log.block_number, log.topics);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn contract_event_logs(
        &self,
        contract_event_id: impl Into<String>,
        blocks: impl RangeBounds<i64>,
    ) -> EventLogs {
        let first = match blocks.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let last = match blocks.end_bound() {
            Bound::Included(last) => Some(*last),
            Bound::Excluded(after) => Some(after.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        EventLogs {
            client: self.clone(),
            contract_event_id: contract_event_id.into(),
            topics: None,
            ranges: BlockRanges::new(first, last),
            logs: Vec::new().into_iter(),
            search: None,
        }
    }
}

type Search = BoxFuture<'static, Result<ContractEventLogList, Error>>;

/// Logs of an event, from [`Client::contract_event_logs`]. Also implements `Stream`.
///
/// After an error, the next call to [`try_next`](Self::try_next) searches the same range again, so
/// no log is lost or repeated.
#[must_use = "logs are read only when they are requested"]
pub struct EventLogs {
    client: Client,
    contract_event_id: String,
    topics: Option<BTreeMap<String, String>>,
    ranges: BlockRanges,
    logs: vec::IntoIter<ContractEventLog>,
    /// The search that is in progress.
    search: Option<Search>,
}

impl EventLogs {
    /// Reads only logs with this value of an indexed parameter. If you set several topics, all of
    /// them must match.
    pub fn topic(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let topics = self.topics.get_or_insert_default();
        topics.insert(name.into(), value.into());
        self
    }

    /// Returns the next log, or `None` at the end of the range.
    ///
    /// # Cancel safety
    ///
    /// If you drop the future before it is ready, no log is lost, because the next call continues
    /// the same search.
    ///
    /// # Errors
    ///
    /// Returns the errors of the search, and [`EventLogError::GaveUp`].
    pub async fn try_next(&mut self) -> Result<Option<ContractEventLog>, EventLogError> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the first block of a new range that continues this one, or `None` at the end of this
    /// range.
    ///
    /// To continue later, start a new range at this block after you have processed all logs before
    /// it.
    ///
    /// All logs of a search arrive together. Until you have received all of them, this method
    /// returns the first block of that search, so a new range returns these logs again. After that,
    /// it returns the first block whose logs have not been read.
    pub fn next_block(&self) -> Option<i64> {
        if self.logs.len() > 0 {
            return Some(self.ranges.last_start());
        }
        self.ranges.wanted().map(|(first, _)| first)
    }

    // Inline, like `poll_next`, so that code for reading logs is generated only in crates that use
    // it.
    #[inline]
    fn start_search(&self, first: i64, last: Option<i64>) -> Search {
        let query = ContractEventLogQuery {
            start_block: Some(first),
            end_block: last,
            topics: self.topics.clone(),
        };
        let (client, id) = (self.client.clone(), self.contract_event_id.clone());
        Box::pin(async move {
            let search = client.search_contract_event_logs(&id).body(&query);
            Ok(search.send().await?.into_inner())
        })
    }

    /// Records the response to a search, or fails if the rejected range can't be reduced.
    fn take(
        &mut self,
        (first, last): (i64, Option<i64>),
        answer: ContractEventLogList,
    ) -> Result<(), EventLogError> {
        let Some(reason) = answer.error.filter(|reason| !reason.is_empty()) else {
            let logs = answer.logs.unwrap_or_default();
            self.ranges.read(logs.len());
            self.logs = logs.into_iter();
            return Ok(());
        };
        let most = answer
            .max_results
            .and_then(|most| usize::try_from(most).ok());
        if self
            .ranges
            .narrow(answer.start_block, answer.end_block, most)
        {
            return Ok(());
        }
        Err(EventLogError::GaveUp {
            first,
            last,
            reason,
        })
    }
}

impl Stream for EventLogs {
    type Item = Result<ContractEventLog, EventLogError>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(log) = self.logs.next() {
                return Poll::Ready(Some(Ok(log)));
            }
            let Some(range) = self.ranges.wanted() else {
                return Poll::Ready(None);
            };
            let mut search = match self.search.take() {
                Some(search) => search,
                None => self.start_search(range.0, range.1),
            };
            let Poll::Ready(answer) = search.as_mut().poll(cx) else {
                self.search = Some(search);
                return Poll::Pending;
            };
            let taken = answer
                .map_err(EventLogError::Call)
                .and_then(|answer| self.take(range, answer));
            if let Err(error) = taken {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl fmt::Debug for EventLogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLogs")
            .field("contract_event_id", &self.contract_event_id)
            .field("ranges", &self.ranges)
            .finish_non_exhaustive()
    }
}

/// Error that occurs while reading logs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventLogError {
    /// The search failed.
    Call(Error),
    /// The service rejected a range that cannot be reduced: a single block, or a range without a
    /// last block and without a usable suggestion. Filter by a topic, or set the last block.
    GaveUp {
        /// First block of the range.
        first: i64,
        /// Last block of the range, or `None` for the newest block.
        last: Option<i64>,
        /// Reason that the service returned.
        reason: String,
    },
}

impl fmt::Display for EventLogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => fmt::Display::fmt(error, f),
            Self::GaveUp {
                first,
                last,
                reason,
            } => {
                write!(f, "search_contract_event_logs: the service rejected ")?;
                match last {
                    Some(last) if last == first => write!(f, "block {first}")?,
                    Some(last) => write!(f, "blocks {first} to {last}")?,
                    None => write!(f, "the blocks from {first}")?,
                }
                write!(
                    f,
                    " without a usable smaller range: {reason:?}; filter by a topic, or set the last block"
                )
            }
        }
    }
}

impl std::error::Error for EventLogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => std::error::Error::source(error),
            Self::GaveUp { .. } => None,
        }
    }
}

impl From<Error> for EventLogError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}
