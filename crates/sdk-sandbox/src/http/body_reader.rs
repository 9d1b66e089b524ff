//! Request bodies as they come in, within bounds.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;

use crate::http::body_error::Trouble;
use crate::http::multipart::{Parser, Part};
use crate::http::ndjson::{Line, Lines};
use crate::openapi::operation::Bulk;

/// The largest body that is read, but for files and lines.
const LARGEST_BODY: usize = 32 * 1024 * 1024;
/// How much is held of all bodies that are coming in.
const LARGEST_SUM: usize = 512 * 1024 * 1024;
/// How much of a body with files is kept for the log.
const LOGGED: usize = 1024 * 1024;

/// A body that was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intake {
    /// As sent; only the beginning of a long body with files.
    pub(crate) bytes: Bytes,
    pub(crate) length: u64,
    pub(crate) parts: Option<Vec<Part>>,
    pub(crate) lines: Option<Vec<Line>>,
    pub(crate) trouble: Option<Trouble>,
}

/// What is to be made of a body.
#[derive(Debug)]
pub(crate) enum Sink {
    Whole,
    Parts(Option<Parser>),
    Lines(Bulk),
}

/// How much is held at the moment.
#[derive(Debug, Default)]
pub(crate) struct Holding(AtomicUsize);

/// Takes its share back when it is dropped.
struct Share<'h> {
    holding: &'h Holding,
    bytes: usize,
}

impl Share<'_> {
    fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.holding.0.fetch_add(bytes, Ordering::Relaxed) + bytes <= LARGEST_SUM
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.holding.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reads a body; `Err` where the client breaks it off.
pub(crate) async fn take<B>(
    mut body: B,
    mut sink: Sink,
    holding: &Holding,
) -> Result<Intake, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut share = Share { holding, bytes: 0 };
    let mut intake = Intake::default();
    let mut held = BytesMut::new();
    let mut lines = Lines::default();
    let bound = match &sink {
        Sink::Whole => LARGEST_BODY,
        Sink::Parts(_) => LOGGED,
        Sink::Lines(bulk) => bulk.most.saturating_mul(bulk.longest).max(LARGEST_BODY),
    };
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else {
            continue;
        };
        intake.length += bytes.len() as u64;
        let room = bound.saturating_sub(held.len());
        let trouble = match &mut sink {
            Sink::Whole if bytes.len() > room || !share.grow(bytes.len()) => Err(Trouble::TooLarge),
            Sink::Whole => {
                held.extend_from_slice(&bytes);
                Ok(())
            }
            Sink::Parts(parser) => {
                let shown = bytes.len().min(room);
                held.extend_from_slice(&bytes[..shown]);
                match parser {
                    _ if !share.grow(shown) => Err(Trouble::TooLarge),
                    Some(parser) => parser.push(&bytes),
                    None => Ok(()),
                }
            }
            Sink::Lines(bulk) => {
                let before = lines.held;
                let pushed = lines.push(&bytes, *bulk);
                let shown = bytes.len().min(LOGGED.saturating_sub(held.len()));
                held.extend_from_slice(&bytes[..shown]);
                if share.grow(lines.held.saturating_sub(before) + shown) {
                    pushed
                } else {
                    Err(Trouble::TooLarge)
                }
            }
        };
        if let Err(trouble) = trouble {
            intake.trouble = Some(trouble);
            break;
        }
    }
    intake.bytes = held.freeze();
    if intake.trouble.is_none() {
        match sink {
            Sink::Parts(Some(parser)) => match parser.finish() {
                Ok(parts) => intake.parts = Some(parts),
                Err(trouble) => intake.trouble = Some(trouble),
            },
            Sink::Lines(bulk) => match lines.finish(bulk) {
                Ok(lines) => intake.lines = Some(lines),
                Err(trouble) => intake.trouble = Some(trouble),
            },
            _ => {}
        }
    }
    Ok(intake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sum_of_all_bodies_is_bounded() {
        let holding = Holding::default();
        holding.0.store(LARGEST_SUM - 2, Ordering::Relaxed);
        let body = || http_body_util::Full::new(Bytes::from_static(b"abc"));
        let intake = take(body(), Sink::Whole, &holding).await.unwrap();
        assert_eq!(intake.trouble, Some(Trouble::TooLarge));
        holding.0.store(0, Ordering::Relaxed);
        let intake = take(body(), Sink::Whole, &holding).await.unwrap();
        assert_eq!((intake.trouble, intake.bytes.as_ref()), (None, &b"abc"[..]));
        assert_eq!(holding.0.load(Ordering::Relaxed), 0);
    }
}
