//! Items of one request, collected up to the vendor's limits.

use std::ops::Range;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};

use crate::client::bulk::lines::{Encoded, Lines};
use crate::error::Error;
use crate::table::operation::Operation;
use crate::table::paging::{Bulk, BulkFormat};
use crate::value::secret::Secret;

/// Limits of one request.
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
            max_lines: bound(bulk.and_then(|bulk| bulk.max_lines)).min(MAX_LINES),
            max_line_length: bound(bulk.and_then(|bulk| bulk.max_line_length)),
            max_bytes,
        }
    }
}

/// Maximum number of items per request, even if the vendor allows more, because statuses are
/// buffered.
const MAX_LINES: usize = 1000;

/// Items of one request, including those that are not sent.
#[derive(Default)]
pub(super) struct Batch {
    /// Position of each item in the input, and its error if it is not sent.
    pub(super) entries: Vec<(u64, Option<Error>)>,
    /// Ranges of the sent items in the body.
    lines: Vec<Range<usize>>,
    body: BytesMut,
    /// Secrets in the body. They must not appear in errors.
    secrets: Vec<Secret>,
}

impl Batch {
    /// Returns the number of items that are sent.
    pub(super) fn sent(&self) -> usize {
        self.lines.len()
    }

    /// Completes the body and takes it out of the batch.
    pub(super) fn body(&mut self, format: BulkFormat) -> Bytes {
        if format == BulkFormat::Array {
            self.body.put_u8(b']');
        }
        std::mem::take(&mut self.body).freeze()
    }

    /// Returns the secrets in the body.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// Splits a batch into two halves, after its body was taken out of the batch.
    pub(super) fn halves(self, body: &[u8], format: BulkFormat) -> [Self; 2] {
        let mut halves = [(); 2].map(|()| Self {
            secrets: self.secrets.clone(),
            ..Self::default()
        });
        let first = self.lines.len().div_ceil(2);
        let mut lines = self.lines.into_iter().enumerate();
        let mut half = 0;
        for (index, refused) in self.entries {
            if refused.is_none()
                && let Some((at, line)) = lines.next()
            {
                half = usize::from(at >= first);
                halves[half].push(body.get(line).unwrap_or_default(), format);
            }
            halves[half].entries.push((index, refused));
        }
        halves
    }

    fn push(&mut self, line: &[u8], format: BulkFormat) {
        match (format, self.sent()) {
            (BulkFormat::Array, 0) => self.body.put_u8(b'['),
            (BulkFormat::Array, _) => self.body.put_u8(b','),
            (BulkFormat::Ndjson, 0) => {}
            (BulkFormat::Ndjson, _) => self.body.put_u8(b'\n'),
        }
        let start = self.body.len();
        self.body.extend_from_slice(line);
        self.lines.push(start..self.body.len());
    }

    fn has_room(&self, line: &[u8], bounds: &Bounds) -> bool {
        self.sent() == 0 || self.length(bounds.format) + 1 + line.len() <= bounds.max_bytes
    }

    /// Returns the length of the completed body. The batch must not be empty.
    pub(super) fn length(&self, format: BulkFormat) -> usize {
        match format {
            BulkFormat::Ndjson => self.body.len(),
            BulkFormat::Array => self.body.len() + 1,
        }
    }
}

/// Groups lines into batches.
pub(super) struct Batches<'a> {
    operation: &'static Operation,
    lines: Lines<'a>,
    bounds: Bounds,
    batch: Batch,
    /// A line that didn't fit into the last batch.
    left: Option<Encoded>,
    /// Number of items taken so far.
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

    /// Limits the size of further batches, after the vendor rejected a larger one.
    pub(super) fn shrink(&mut self, bytes: usize) {
        self.bounds.max_bytes = self.bounds.max_bytes.min(bytes);
    }

    /// Returns the next batch, which is full unless it is the last one.
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
                Ok(line) if line.json.len() > self.bounds.max_line_length => Some(format!(
                    "the item is {} bytes long and was not sent: the vendor accepts at most {}",
                    line.json.len(),
                    self.bounds.max_line_length
                )),
                Ok(line) if !self.batch.has_room(&line.json, &self.bounds) => {
                    self.left = Some(Ok(line.clone()));
                    break;
                }
                Ok(line) => {
                    self.batch.push(&line.json, self.bounds.format);
                    self.batch.secrets.extend_from_slice(&line.secrets);
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
