//! Pieces of a body, sent one after another in constant memory.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use crate::request::body::unreadable::Unreadable;
use crate::transport::failure::BoxError;
use crate::transport::request::TransportBody;

/// Maximum number of bytes to read from a file in one step.
const READ_BUFFER_SIZE: usize = 128 * 1024;

/// A stream of bytes that are sent as they arrive.
pub(super) type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A piece of a body, with its length if known.
pub(super) enum Piece {
    Bytes(Bytes),
    File(tokio::fs::File, Option<u64>),
    Stream(ByteStream, Option<u64>),
}

impl Piece {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(_, length) | Self::Stream(_, length) => *length,
        }
    }
}

/// Pieces to send.
#[derive(Default)]
pub(super) struct Chain {
    pieces: VecDeque<Piece>,
    buffer: Vec<u8>,
}

impl Chain {
    pub(super) fn push(&mut self, piece: Piece) {
        self.pieces.push_back(piece);
    }

    /// Returns the remaining number of bytes, if the length of every piece is known.
    fn length(&self) -> Option<u64> {
        self.pieces
            .iter()
            .try_fold(0u64, |sum, piece| sum.checked_add(piece.length()?))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Unreadable>>> {
        loop {
            let Some(piece) = self.pieces.front_mut() else {
                return Poll::Ready(None);
            };
            let next = match piece {
                Piece::Bytes(bytes) => {
                    let bytes = std::mem::take(bytes);
                    self.pieces.pop_front();
                    if bytes.is_empty() {
                        continue;
                    }
                    return Poll::Ready(Some(Ok(bytes)));
                }
                Piece::File(file, _) => ready!(read(file, &mut self.buffer, cx)),
                Piece::Stream(stream, _) => match ready!(stream.as_mut().poll_next(cx)) {
                    Some(Ok(bytes)) => Ok(Some(bytes)),
                    Some(Err(error)) => {
                        Err(Unreadable(format!("the stream of a file failed: {error}")))
                    }
                    None => Ok(None),
                },
            };
            let (Piece::File(_, left) | Piece::Stream(_, left)) = piece else {
                continue;
            };
            match (next, left) {
                (Err(error), _) => {
                    self.pieces.clear();
                    return Poll::Ready(Some(Err(error)));
                }
                (Ok(None), Some(missing)) if *missing > 0 => {
                    let text = format!("a file ended {missing} bytes before its declared length");
                    self.pieces.clear();
                    return Poll::Ready(Some(Err(Unreadable(text))));
                }
                (Ok(None), _) => {
                    self.pieces.pop_front();
                }
                (Ok(Some(bytes)), left) => {
                    if let Some(left) = left {
                        let Some(rest) = left.checked_sub(bytes.len() as u64) else {
                            self.pieces.clear();
                            let text = "a file is longer than its declared length".to_owned();
                            return Poll::Ready(Some(Err(Unreadable(text))));
                        };
                        *left = rest;
                    }
                    if !bytes.is_empty() {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
            }
        }
    }
}

fn read(
    file: &mut tokio::fs::File,
    buffer: &mut Vec<u8>,
    cx: &mut Context<'_>,
) -> Poll<Result<Option<Bytes>, Unreadable>> {
    buffer.resize(READ_BUFFER_SIZE, 0);
    let mut space = ReadBuf::new(buffer);
    if let Err(error) = ready!(Pin::new(file).poll_read(cx, &mut space)) {
        let text = format!("a file cannot be read: {error}");
        return Poll::Ready(Err(Unreadable(text)));
    }
    let filled = space.filled();
    Poll::Ready(Ok(
        (!filled.is_empty()).then(|| Bytes::copy_from_slice(filled))
    ))
}

impl From<Chain> for TransportBody {
    fn from(chain: Chain) -> Self {
        Self::streamed(ChainBody(Mutex::new(chain)))
    }
}

/// Adapts a chain to the interface that a transport requires.
///
/// The lock is never contended. It exists because a stream might not be `Sync`.
struct ChainBody(Mutex<Chain>);

impl Body for ChainBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let chain = match self.0.get_mut() {
            Ok(chain) => chain,
            Err(poisoned) => poisoned.into_inner(),
        };
        chain
            .poll_next(cx)
            .map(|next| next.map(|piece| piece.map(Frame::data).map_err(BoxError::from)))
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.0.lock().ok().and_then(|chain| chain.length());
        length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
