//! Sends the items of one request and reports the outcome of each.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use memchr::memchr;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};

use crate::client::bulk::batch::Batch;
use crate::client::bulk::{BulkOutcome, BulkStatus};
use crate::client::core::ClientCore;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::convert;
use crate::json::pluck::{Plucked, pluck};
use crate::request::call::Call;
use crate::response::decode::json::unreadable;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::paging::BulkFormat;

/// Outcome of a batch.
pub(super) struct Done<S> {
    pub(super) statuses: Vec<BulkStatus<S>>,
    /// Error that every further request would also return.
    pub(super) failure: Option<Error>,
    /// Maximum size in bytes of further batches, if the vendor rejected a batch as too large.
    pub(super) fitting: Option<usize>,
}

/// Sends a batch. If the vendor rejects it as too large, sends it in two halves.
///
/// The rejection has the status 413 (RFC 9110, section 15.5.14). Halves that are still too large
/// are split again.
pub(super) async fn run<S: DeserializeOwned>(
    core: &ClientCore,
    call: Call,
    batch: Batch,
    format: BulkFormat,
) -> Done<S> {
    let mut done = Done {
        statuses: Vec::with_capacity(batch.entries.len()),
        failure: None,
        fitting: None,
    };
    // A stack: the last batch is sent next.
    let mut batches = vec![batch];
    while let Some(batch) = batches.pop() {
        if let Some(failure) = &done.failure {
            done.statuses.extend(unsent(batch, failure));
            continue;
        }
        match send(core, call.clone(), batch, format).await {
            Outcome::Reported(statuses, failure) => {
                done.statuses.extend(statuses);
                done.failure = failure;
            }
            Outcome::TooLarge([first, second]) => {
                let half = first.length(format).max(second.length(format));
                done.fitting = Some(done.fitting.map_or(half, |fitting| fitting.min(half)));
                batches.extend([second, first]);
            }
        }
    }
    done
}

/// Returns the outcomes of the items in a batch that is not sent because of an earlier error.
fn unsent<S>(batch: Batch, failure: &Error) -> impl Iterator<Item = BulkStatus<S>> {
    let entries = batch.entries.into_iter();
    entries.map(|(index, refused)| BulkStatus {
        index,
        outcome: BulkOutcome::Refused(refused.unwrap_or_else(|| failure.clone())),
    })
}

/// Outcome of one request.
enum Outcome<S> {
    /// Statuses of the items, and the error, if any, that every further request would also return.
    Reported(Vec<BulkStatus<S>>, Option<Error>),
    /// The vendor rejected the request as too large, so none of its items was processed. Contains
    /// the two halves of the batch.
    TooLarge([Batch; 2]),
}

async fn send<S: DeserializeOwned>(
    core: &ClientCore,
    mut call: Call,
    mut batch: Batch,
    format: BulkFormat,
) -> Outcome<S> {
    let mut report = Report::new(batch.sent());
    let mut failure = None;
    let mut rest = None;
    if batch.sent() > 0 {
        let operation = call.operation();
        let limit = call.time_limit(&core.context().timeouts);
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        let body = batch.body(format);
        call.bytes_body(body.clone());
        call.note_secrets(batch.secrets().to_vec());
        match core.call(call, Reading::Stream).await {
            Ok(raw) => {
                let why = match format {
                    BulkFormat::Ndjson => lines(raw, &mut report, end, limit).await,
                    BulkFormat::Array => array(raw, &mut report, end, limit).await,
                };
                // The request was accepted, so items without a status may have been processed.
                let why = why.err().or_else(|| report.odd.take());
                rest = why.map(|error| BulkOutcome::Unknown(error.with_maybe_applied()));
            }
            Err(error) if is_too_large(&error) && batch.sent() > 1 => {
                return Outcome::TooLarge(batch.halves(&body, format));
            }
            Err(error) => {
                if error.is_auth() || error.is_configuration() || error.kind() == ErrorKind::Request
                {
                    failure = Some(error.clone());
                }
                rest = Some(if is_certainly_not_processed(&error) {
                    BulkOutcome::Refused(error)
                } else {
                    BulkOutcome::Unknown(error)
                });
            }
        }
        rest.get_or_insert_with(|| {
            let text = "the response ended without a status for this item";
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
    Outcome::Reported(statuses.collect(), failure)
}

fn without_status<S>(outcome: &BulkOutcome<S>) -> Option<BulkOutcome<S>> {
    match outcome {
        BulkOutcome::Status(_) => None,
        BulkOutcome::Refused(error) => Some(BulkOutcome::Refused(error.clone())),
        BulkOutcome::Unknown(error) => Some(BulkOutcome::Unknown(error.clone())),
    }
}

/// Returns whether it is certain that no item was processed.
///
/// This is the case if nothing was sent, or if the vendor rejected the whole request.
fn is_certainly_not_processed(error: &Error) -> bool {
    let is_success = error.status().is_some_and(|status| status.is_success());
    !(error.is_maybe_applied() || is_success)
}

/// Returns whether the vendor rejected a request as too large, and it is certain that no attempt
/// was applied.
fn is_too_large(error: &Error) -> bool {
    error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) && is_certainly_not_processed(error)
}

/// The vendor's statuses for the items of a request.
struct Report<S> {
    outcomes: Vec<Option<BulkOutcome<S>>>,
    /// Position after the item whose status arrived last.
    next: usize,
    /// Error for an unreadable status that doesn't identify its item.
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

    /// Stores a status. Only the first status of an item counts. Returns whether this status is the
    /// first.
    fn record(&mut self, raw: &RawResponse, json: &[u8]) -> Result<bool, Error> {
        let json = without_byte_order_mark(json);
        let place = match pluck(json, [Some("/line"), None]) {
            [Plucked::Text(line), _] => line
                .parse::<usize>()
                .ok()
                .and_then(|line| line.checked_sub(1)),
            _ => Some(self.next),
        };
        let outcome = match convert::from_slice(json) {
            Ok(status) => BulkOutcome::Status(status),
            Err(error) if error.is_data() => {
                let error = unreadable::<S>(raw, json, error);
                if place.is_none() {
                    self.odd.get_or_insert(error);
                    return Ok(false);
                }
                BulkOutcome::Unknown(error)
            }
            Err(error) => {
                let text = format!("the response is truncated or not JSON: {error}");
                return Err(raw.error(ErrorKind::Decode, text));
            }
        };
        if let Some(place) = place
            && let Some(slot) = self.outcomes.get_mut(place)
        {
            let is_first = slot.is_none();
            slot.get_or_insert(outcome);
            self.next = place + 1;
            return Ok(is_first);
        }
        Ok(false)
    }
}

/// Maximum length of a response line, in bytes.
const MAX_LINE_LENGTH: usize = 1024 * 1024;
/// Maximum time to wait for the status of another item.
const NEXT_STATUS_TIMEOUT: Duration = Duration::from_secs(60);

/// Time limits for reading a response.
struct Wait {
    /// The call's deadline and time limit, if a limit was set explicitly.
    end: Option<(Instant, Duration)>,
    /// Time by which the next status must arrive.
    next: Option<Instant>,
}

impl Wait {
    fn new(end: Option<Instant>, limit: Option<Duration>) -> Self {
        Self {
            end: end.zip(limit),
            next: None,
        }
    }

    fn restart_timeout(&mut self) {
        self.next = Some(Instant::now() + NEXT_STATUS_TIMEOUT);
    }

    async fn chunk(&self, raw: &mut RawResponse) -> Result<Option<Bytes>, Error> {
        let end = self.end.map(|(end, _)| end);
        let Some(until) = [end, self.next].into_iter().flatten().min() else {
            return raw.chunk().await;
        };
        match timeout_at(until, raw.chunk()).await {
            Ok(chunk) => chunk,
            Err(elapsed) => {
                let text = match self.end {
                    Some((end, limit)) if end == until => {
                        format!("no complete response within {limit:?}")
                    }
                    _ => {
                        format!("no status for another item arrived within {NEXT_STATUS_TIMEOUT:?}")
                    }
                };
                Err(Error::new(ErrorKind::Timeout, text)
                    .with_operation(raw.operation())
                    .with_source(elapsed))
            }
        }
    }
}

/// Reads statuses, one per line, as they arrive.
async fn lines<S: DeserializeOwned>(
    mut raw: RawResponse,
    report: &mut Report<S>,
    end: Option<Instant>,
    limit: Option<Duration>,
) -> Result<(), Error> {
    let mut wait = Wait::new(end, limit);
    wait.restart_timeout();
    let mut held = BytesMut::new();
    loop {
        let chunk = match wait.chunk(&mut raw).await {
            Ok(chunk) => chunk,
            Err(error) => {
                // A complete status without a line break still counts.
                let _ = report.record(&raw, held.trim_ascii());
                return Err(error);
            }
        };
        let Some(chunk) = chunk else {
            if !held.trim_ascii().is_empty() {
                report.record(&raw, held.trim_ascii())?;
            }
            return Ok(());
        };
        // The buffered bytes contain no line break, so only new bytes are searched.
        let mut searched = held.len();
        held.extend_from_slice(&chunk);
        while let Some(length) = held.get(searched..).and_then(|new| memchr(b'\n', new)) {
            let line = held.split_to(searched + length + 1);
            searched = 0;
            check_line_length(&raw, &line)?;
            if !line.trim_ascii().is_empty() && report.record(&raw, line.trim_ascii())? {
                wait.restart_timeout();
            }
        }
        check_line_length(&raw, &held)?;
    }
}

fn check_line_length(raw: &RawResponse, line: &[u8]) -> Result<(), Error> {
    if line.len() <= MAX_LINE_LENGTH {
        return Ok(());
    }
    let text =
        format!("a line of the response is longer than the limit of {MAX_LINE_LENGTH} bytes");
    Err(raw.error(ErrorKind::Decode, text))
}

/// Reads an array of statuses. If the array is truncated, the statuses that arrived completely
/// still count.
async fn array<S: DeserializeOwned>(
    mut raw: RawResponse,
    report: &mut Report<S>,
    end: Option<Instant>,
    limit: Option<Duration>,
) -> Result<(), Error> {
    let mut wait = Wait::new(end, limit);
    if end.is_none() {
        wait.restart_timeout();
    }
    let mut whole = BytesMut::new();
    let broken = loop {
        match wait.chunk(&mut raw).await {
            Ok(Some(chunk)) if whole.len() + chunk.len() > raw.most() => {
                break Some(raw.too_large(""));
            }
            Ok(Some(chunk)) => whole.extend_from_slice(&chunk),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let sent = report.outcomes.len();
    let mut items = Items {
        first: Vec::new(),
        most: sent,
        count: 0,
    };
    let read = serde_json::Deserializer::from_slice(without_byte_order_mark(&whole))
        .deserialize_seq(&mut items);
    if read.is_ok() && items.count != sent {
        // The statuses have no positions, so a missing one would shift all later ones.
        let text = format!(
            "the response has {} statuses for {sent} items, so they cannot be matched",
            items.count
        );
        return Err(raw.error(ErrorKind::Decode, text));
    }
    for (place, item) in items.first.iter().enumerate() {
        report.next = place;
        report.record(&raw, item.get().as_bytes())?;
    }
    match (broken, read) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            let text = format!("the response is truncated or not a list: {error}");
            Err(raw.error(ErrorKind::Decode, text))
        }
    }
}

/// Keeps the first `most` items of a list, which may be truncated, and counts all its items.
struct Items {
    first: Vec<Box<RawValue>>,
    most: usize,
    count: usize,
}

impl<'de> Visitor<'de> for &mut Items {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while self.count < self.most {
            match items.next_element()? {
                Some(item) => self.first.push(item),
                None => return Ok(()),
            }
            self.count += 1;
        }
        while items.next_element::<IgnoredAny>()?.is_some() {
            self.count += 1;
        }
        Ok(())
    }
}
