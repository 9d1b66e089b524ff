//! Reads request bodies with bounded memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;

use crate::http::body_error::BodyError;
use crate::http::multipart::{Parser, Part};
use crate::http::ndjson::{LineSplitter, NdjsonLine};
use crate::openapi::operation::Bulk;

/// Maximum size in bytes of a body that is neither multipart nor NDJSON.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Maximum total number of buffered bytes of all bodies that are being read. The parts of multipart
/// bodies don't count toward the limit.
const MAX_TOTAL_BYTES: usize = 512 * 1024 * 1024;
/// Maximum number of bytes of a multipart or NDJSON body that are kept for the log.
const MAX_LOGGED_BYTES: usize = 1024 * 1024;

/// A request body that has been read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReceivedBody {
    /// Bytes as sent. For a multipart or NDJSON body, only the first MiB.
    pub(crate) bytes: Bytes,
    pub(crate) length: u64,
    pub(crate) parts: Option<Vec<Part>>,
    pub(crate) lines: Option<Vec<NdjsonLine>>,
    pub(crate) body_error: Option<BodyError>,
}

/// Format of a body.
#[derive(Debug)]
pub(crate) enum BodyFormat {
    Whole,
    Parts(Option<Box<Parser>>),
    Lines(Bulk),
}

/// Total number of buffered bytes of all bodies that are being read.
#[derive(Debug, Default)]
pub(crate) struct BodyBudget(AtomicUsize);

/// Number of bytes of the budget that one body uses. Dropping the reservation releases them.
struct Reservation<'h> {
    budget: &'h BodyBudget,
    bytes: usize,
}

impl Reservation<'_> {
    fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.budget.0.fetch_add(bytes, Ordering::Relaxed) + bytes <= MAX_TOTAL_BYTES
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reads a body. A malformed or oversized body sets `body_error`. Returns `Err` if the connection
/// fails, for example because the client aborts the request.
pub(crate) async fn read_body<B>(
    mut body: B,
    mut format: BodyFormat,
    budget: &BodyBudget,
) -> Result<ReceivedBody, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut share = Reservation { budget, bytes: 0 };
    let mut received = ReceivedBody::default();
    let mut held = BytesMut::new();
    let mut lines = LineSplitter::default();
    let bound = match &format {
        BodyFormat::Whole => MAX_BODY_BYTES,
        BodyFormat::Parts(_) => MAX_LOGGED_BYTES,
        BodyFormat::Lines(bulk) => bulk.most.saturating_mul(bulk.longest).max(MAX_BODY_BYTES),
    };
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else {
            continue;
        };
        received.length += bytes.len() as u64;
        let room = bound.saturating_sub(held.len());
        let body_error = match &mut format {
            BodyFormat::Whole if bytes.len() > room || !share.grow(bytes.len()) => {
                Err(BodyError::TooLarge)
            }
            BodyFormat::Whole => {
                held.extend_from_slice(&bytes);
                Ok(())
            }
            BodyFormat::Parts(parser) => {
                let shown = bytes.len().min(room);
                held.extend_from_slice(&bytes[..shown]);
                match parser {
                    _ if !share.grow(shown) => Err(BodyError::TooLarge),
                    Some(parser) => parser.push(&bytes),
                    None => Ok(()),
                }
            }
            BodyFormat::Lines(bulk) => {
                let before = lines.held;
                let pushed = lines.push(&bytes, *bulk);
                let shown = bytes.len().min(MAX_LOGGED_BYTES.saturating_sub(held.len()));
                held.extend_from_slice(&bytes[..shown]);
                if share.grow(lines.held.saturating_sub(before) + shown) {
                    pushed
                } else {
                    Err(BodyError::TooLarge)
                }
            }
        };
        if let Err(body_error) = body_error {
            received.body_error = Some(body_error);
            break;
        }
    }
    received.bytes = held.freeze();
    if received.body_error.is_none() {
        match format {
            BodyFormat::Parts(Some(parser)) => match parser.finish() {
                Ok(parts) => received.parts = Some(parts),
                Err(body_error) => received.body_error = Some(body_error),
            },
            BodyFormat::Lines(bulk) => match lines.finish(bulk) {
                Ok(lines) => received.lines = Some(lines),
                Err(body_error) => received.body_error = Some(body_error),
            },
            _ => {}
        }
    }
    Ok(received)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_total_size_of_all_bodies_is_limited() {
        let budget = BodyBudget::default();
        budget.0.store(MAX_TOTAL_BYTES - 2, Ordering::Relaxed);
        let body = || http_body_util::Full::new(Bytes::from_static(b"abc"));
        let received = read_body(body(), BodyFormat::Whole, &budget).await.unwrap();
        assert_eq!(received.body_error, Some(BodyError::TooLarge));
        budget.0.store(0, Ordering::Relaxed);
        let received = read_body(body(), BodyFormat::Whole, &budget).await.unwrap();
        assert_eq!(
            (received.body_error, received.bytes.as_ref()),
            (None, &b"abc"[..])
        );
        assert_eq!(budget.0.load(Ordering::Relaxed), 0);
    }
}
