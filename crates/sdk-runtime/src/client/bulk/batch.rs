//! The items of one request, gathered up to the vendor's limits.

use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};

use crate::client::bulk::lines::{Encoded, Lines};
use crate::error::Error;
use crate::table::operation::Operation;
use crate::table::paging::{Bulk, BulkFormat};

/// What bounds one request.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) format: BulkFormat,
    pub(super) max_lines: usize,
    pub(super) max_line_length: usize,
    pub(super) max_bytes: usize,
}

impl Bounds {
    pub(super) fn new(bulk: Option<Bulk>, max_bytes: usize) -> Self {
        let bound = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit.max(1) as usize);
        Self {
            format: bulk.map_or(BulkFormat::Ndjson, |bulk| bulk.format),
            max_lines: bound(bulk.and_then(|bulk| bulk.max_lines)).min(LINES),
            max_line_length: bound(bulk.and_then(|bulk| bulk.max_line_length)),
            max_bytes,
        }
    }
}

/// The most items in one request, whatever the vendor takes: their statuses are held until they can be handed out.
const LINES: usize = 1000;

/// The items of one request, some of which are not sent.
#[derive(Default)]
pub(super) struct Batch {
    /// Each item's place in the input, and why it is not sent.
    pub(super) entries: Vec<(u64, Option<Error>)>,
    pub(super) sent: usize,
    body: BytesMut,
}

impl Batch {
    pub(super) fn body(&mut self, format: BulkFormat) -> Bytes {
        if format == BulkFormat::Array {
            self.body.put_u8(b']');
        }
        std::mem::take(&mut self.body).freeze()
    }

    fn push(&mut self, line: &[u8], bounds: &Bounds) {
        match (bounds.format, self.sent) {
            (BulkFormat::Array, 0) => self.body.put_u8(b'['),
            (BulkFormat::Array, _) => self.body.put_u8(b','),
            (BulkFormat::Ndjson, 0) => {}
            (BulkFormat::Ndjson, _) => self.body.put_u8(b'\n'),
        }
        self.body.extend_from_slice(line);
        self.sent += 1;
    }

    fn has_room(&self, line: &[u8], bounds: &Bounds) -> bool {
        self.sent == 0 || self.body.len() + line.len() + 2 <= bounds.max_bytes
    }
}

/// Makes batches of lines.
pub(super) struct Batches<'a> {
    operation: &'static Operation,
    lines: Lines<'a>,
    bounds: Bounds,
    batch: Batch,
    /// A line that had no room in the last batch.
    left: Option<Encoded>,
    /// How many items were taken.
    taken: u64,
    ended: bool,
}

impl<'a> Batches<'a> {
    pub(super) fn new(operation: &'static Operation, lines: Lines<'a>, bounds: Bounds) -> Self {
        Self {
            operation,
            lines,
            bounds,
            batch: Batch::default(),
            left: None,
            taken: 0,
            ended: false,
        }
    }

    pub(super) fn format(&self) -> BulkFormat {
        self.bounds.format
    }

    /// The next batch, full unless it is the last one.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        while !self.ended && self.batch.entries.len() < self.bounds.max_lines {
            let line = match self.left.take() {
                Some(line) => line,
                None => match self.lines.0.as_mut().poll_next(cx) {
                    Poll::Ready(Some(line)) => line,
                    Poll::Ready(None) => {
                        self.ended = true;
                        break;
                    }
                    Poll::Pending => return Poll::Pending,
                },
            };
            let refused = match &line {
                Err(why) => Some(why.clone()),
                Ok(line) if line.len() > self.bounds.max_line_length => Some(format!(
                    "the item is {} bytes long and was not sent: the vendor takes {}",
                    line.len(),
                    self.bounds.max_line_length
                )),
                Ok(line) if !self.batch.has_room(line, &self.bounds) => {
                    self.left = Some(Ok(line.clone()));
                    break;
                }
                Ok(line) => {
                    self.batch.push(line, &self.bounds);
                    None
                }
            };
            let refused = refused
                .map(|why| Error::request(self.operation, format!("item {}: {why}", self.taken)));
            self.batch.entries.push((self.taken, refused));
            self.taken += 1;
        }
        let batch = std::mem::take(&mut self.batch);
        Poll::Ready((!batch.entries.is_empty()).then_some(batch))
    }
}
