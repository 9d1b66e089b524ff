//! The body of a request, made anew for every attempt.

pub(crate) mod chain;
pub(crate) mod encode;
pub(crate) mod file;
pub(crate) mod form;
pub(crate) mod multipart;
pub(crate) mod pairs;
pub(crate) mod parts;
pub(crate) mod source;
pub(crate) mod unreadable;
pub(crate) mod upload;

use std::sync::Arc;

use bytes::Bytes;

use crate::request::body::chain::{Chain, Piece};
use crate::request::body::multipart::Multipart;
use crate::request::body::source::{NotOpened, Source};
use crate::request::handover::{Handover, Reporting};
use crate::transport::request::TransportBody;

/// The source of the body of every attempt.
///
/// The lines of a bulk request are `Bytes` too: one request of them is short, and how many there are is not.
#[derive(Clone)]
pub(crate) enum Body {
    /// No body.
    Empty,
    /// The same bytes each time.
    Bytes(Bytes),
    /// The same bytes each time, with a report when a connection takes them.
    Reported(Bytes, Arc<Handover>),
    /// One file, opened anew each time, or a stream that can be read once.
    Source(Source),
    /// Parts with a boundary between them; their files are opened anew each time.
    Parts(Multipart),
}

impl Body {
    /// Opens the body for one attempt.
    pub(crate) async fn open(&self) -> Result<TransportBody, NotOpened> {
        match self {
            Self::Empty => Ok(TransportBody::EMPTY),
            Self::Bytes(bytes) => Ok(bytes.clone().into()),
            // Apart, so that calls without files do not carry its room.
            _ => Box::pin(self.open_chain()).await,
        }
    }

    async fn open_chain(&self) -> Result<TransportBody, NotOpened> {
        let mut chain = Chain::default();
        match self {
            Self::Empty => {}
            Self::Bytes(bytes) => chain.push(Piece::Bytes(bytes.clone())),
            Self::Reported(bytes, handover) => {
                let length = bytes.len() as u64;
                let stream = Reporting {
                    bytes: Some(bytes.clone()),
                    handover: Arc::clone(handover),
                };
                chain.push(Piece::Stream(Box::pin(stream), Some(length)));
            }
            Self::Source(source) => chain.push(source.open().await?),
            Self::Parts(parts) => parts.open(&mut chain).await?,
        }
        Ok(chain.into())
    }

    /// Whether it is known to have no bytes.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Bytes(bytes) | Self::Reported(bytes, _) => bytes.is_empty(),
            Self::Source(_) | Self::Parts(_) => false,
        }
    }

    /// Reports when a connection takes the body. A body that is not in memory counts as taken at once.
    pub(crate) fn reported_to(self, handover: &Arc<Handover>) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Reported(bytes, Arc::clone(handover)),
            other => {
                handover.send();
                other
            }
        }
    }

    /// Whether the body is read while it is sent, and may be of any size.
    pub(crate) fn is_streamed(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) | Self::Reported(..) => false,
            Self::Source(_) => true,
            Self::Parts(parts) => parts.is_streamed(),
        }
    }

    /// Whether the body can be sent a second time.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) | Self::Reported(..) => true,
            Self::Source(source) => source.is_replayable(),
            Self::Parts(parts) => parts.is_replayable(),
        }
    }
}
