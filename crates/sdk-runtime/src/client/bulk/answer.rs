//! Sends the items of one request and finds out what became of each.

use std::time::Duration;

use bytes::BytesMut;
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};

use crate::client::bulk::batch::Batch;
use crate::client::bulk::{BulkOutcome, BulkStatus};
use crate::client::core::ClientCore;
use crate::decode::json::unreadable;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::pluck::{Plucked, pluck};
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::paging::BulkFormat;

/// What became of a request.
pub(super) struct Done<S> {
    pub(super) statuses: Vec<BulkStatus<S>>,
    /// What every further request would meet as well.
    pub(super) failure: Option<Error>,
}

pub(super) async fn run<S: DeserializeOwned>(
    core: &ClientCore,
    mut call: Call,
    mut batch: Batch,
    format: BulkFormat,
) -> Done<S> {
    let mut report = Report::new(batch.sent);
    let mut failure = None;
    let mut rest = None;
    if batch.sent > 0 {
        let operation = call.operation();
        let limit = call.time_limit(&core.context().timeouts);
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        call.bytes_body(batch.body(format));
        match core.call(call, Reading::Stream).await {
            Ok(raw) => {
                let why = match format {
                    BulkFormat::Ndjson => lines(raw, &mut report, end, limit).await,
                    BulkFormat::Array => array(raw, &mut report, end, limit).await,
                };
                // The request was taken, so whatever was not heard of may have been done.
                let why = why.err().or_else(|| report.odd.take());
                rest = why.map(|error| BulkOutcome::Unknown(error.with_maybe_applied()));
            }
            Err(error) => {
                if error.is_auth() || error.is_configuration() || error.kind() == ErrorKind::Request
                {
                    failure = Some(error.clone());
                }
                rest = Some(if was_surely_not_done(&error) {
                    BulkOutcome::Refused(error)
                } else {
                    BulkOutcome::Unknown(error)
                });
            }
        }
        rest.get_or_insert_with(|| {
            let text = "the answer ended before it reported on this item";
            let error = Error::new(ErrorKind::Decode, text).with_operation(operation);
            BulkOutcome::Unknown(error.with_maybe_applied())
        });
    }
    let mut outcomes = report.outcomes.into_iter();
    let statuses = batch.entries.into_iter().filter_map(|(index, refused)| {
        let outcome = match refused {
            Some(error) => Some(BulkOutcome::Refused(error)),
            None => outcomes
                .next()
                .flatten()
                .or_else(|| rest.as_ref().and_then(without_status)),
        };
        outcome.map(|outcome| BulkStatus { index, outcome })
    });
    Done {
        statuses: statuses.collect(),
        failure,
    }
}

fn without_status<S>(outcome: &BulkOutcome<S>) -> Option<BulkOutcome<S>> {
    match outcome {
        BulkOutcome::Status(_) => None,
        BulkOutcome::Refused(error) => Some(BulkOutcome::Refused(error.clone())),
        BulkOutcome::Unknown(error) => Some(BulkOutcome::Unknown(error.clone())),
    }
}

/// Whether no item can have been worked off: nothing was sent, or the vendor refused the request as a whole.
fn was_surely_not_done(error: &Error) -> bool {
    let is_success = error.status().is_some_and(|status| status.is_success());
    !(error.is_maybe_applied() || is_success)
}

/// What was heard of the items that were sent.
struct Report<S> {
    outcomes: Vec<Option<BulkOutcome<S>>>,
    /// The item after the one that was heard of last.
    next: usize,
    /// Why a status could not be read that does not say of which item it is.
    odd: Option<Error>,
}

impl<S: DeserializeOwned> Report<S> {
    fn new(sent: usize) -> Self {
        Self {
            outcomes: std::iter::repeat_with(|| None).take(sent).collect(),
            next: 0,
            odd: None,
        }
    }

    /// Takes note of one status; the first one of an item counts.
    fn note(&mut self, raw: &RawResponse, json: &[u8]) -> Result<(), Error> {
        let json = without_byte_order_mark(json);
        let place = match pluck(json, [Some("/line"), None]) {
            [Plucked::Text(line), _] => line
                .parse::<usize>()
                .ok()
                .and_then(|line| line.checked_sub(1)),
            _ => Some(self.next),
        };
        let outcome = match serde_json::from_slice(json) {
            Ok(status) => BulkOutcome::Status(status),
            Err(error) if error.is_data() => {
                let error = unreadable::<S>(raw, json, error);
                if place.is_none() {
                    self.odd.get_or_insert(error);
                    return Ok(());
                }
                BulkOutcome::Unknown(error)
            }
            Err(error) => {
                let text = format!("the answer broke off or is not JSON: {error}");
                return Err(raw.error(ErrorKind::Decode, text));
            }
        };
        if let Some(place) = place
            && let Some(slot) = self.outcomes.get_mut(place)
        {
            slot.get_or_insert(outcome);
            self.next = place + 1;
        }
        Ok(())
    }
}

async fn next_chunk(
    raw: &mut RawResponse,
    end: Option<Instant>,
    limit: Option<Duration>,
) -> Result<Option<bytes::Bytes>, Error> {
    let Some(end) = end else {
        return raw.chunk().await;
    };
    match timeout_at(end, raw.chunk()).await {
        Ok(chunk) => chunk,
        Err(elapsed) => {
            let text = format!("no complete answer within {:?}", limit.unwrap_or_default());
            Err(Error::new(ErrorKind::Timeout, text)
                .with_operation(raw.operation())
                .with_source(elapsed))
        }
    }
}

/// Reads one status a line, as they come.
async fn lines<S: DeserializeOwned>(
    mut raw: RawResponse,
    report: &mut Report<S>,
    end: Option<Instant>,
    limit: Option<Duration>,
) -> Result<(), Error> {
    let mut held = BytesMut::new();
    loop {
        let chunk = match next_chunk(&mut raw, end, limit).await {
            Ok(chunk) => chunk,
            Err(error) => {
                // A status that lacks nothing but the end of its line still counts.
                let _ = report.note(&raw, held.trim_ascii());
                return Err(error);
            }
        };
        let ended = chunk.is_none();
        held.extend_from_slice(&chunk.unwrap_or_default());
        while let Some(length) = held.iter().position(|byte| *byte == b'\n') {
            let line = held.split_to(length + 1);
            if !line.trim_ascii().is_empty() {
                report.note(&raw, line.trim_ascii())?;
            }
        }
        if ended {
            if !held.trim_ascii().is_empty() {
                report.note(&raw, held.trim_ascii())?;
            }
            return Ok(());
        }
    }
}

/// Reads an array of statuses; what stands before a cut counts.
async fn array<S: DeserializeOwned>(
    mut raw: RawResponse,
    report: &mut Report<S>,
    end: Option<Instant>,
    limit: Option<Duration>,
) -> Result<(), Error> {
    let mut whole = BytesMut::new();
    let broken = loop {
        match next_chunk(&mut raw, end, limit).await {
            Ok(Some(chunk)) => whole.extend_from_slice(&chunk),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let mut items = Vec::new();
    let read = serde_json::Deserializer::from_slice(without_byte_order_mark(&whole))
        .deserialize_seq(Items(&mut items));
    if read.is_ok() && items.len() != report.outcomes.len() {
        // The statuses name no place: one that is missing anywhere shifts all that follow.
        let text = format!(
            "the answer has {} statuses for {} items, so none can be told from another",
            items.len(),
            report.outcomes.len()
        );
        return Err(raw.error(ErrorKind::Decode, text));
    }
    for (place, item) in items.iter().enumerate() {
        report.next = place;
        report.note(&raw, item.get().as_bytes())?;
    }
    match (broken, read) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            let text = format!("the answer broke off or is no list: {error}");
            Err(raw.error(ErrorKind::Decode, text))
        }
    }
}

/// Collects the items of a list up to where it breaks off.
struct Items<'v>(&'v mut Vec<Box<RawValue>>);

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }
}
