//! A request body, which is opened again for every attempt.

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

/// Source of the body for each attempt.
///
/// The NDJSON of a bulk request is also `Bytes`, because the size of each request is limited.
#[derive(Clone)]
pub(crate) enum Body {
    /// The request doesn't have a body.
    Empty,
    /// The same bytes for each attempt.
    Bytes(Bytes),
    /// The same bytes for each attempt, with a report when a connection starts to read them.
    Reported(Bytes, Arc<Handover>),
    /// A file, opened again for each attempt, or a stream that can be read once.
    Source(Source),
    /// Parts separated by a boundary. Their files are opened again for each attempt.
    Parts(Multipart),
}

impl Body {
    /// Opens the body for an attempt.
    pub(crate) async fn open(&self) -> Result<TransportBody, NotOpened> {
        match self {
            Self::Empty => Ok(TransportBody::EMPTY),
            Self::Bytes(bytes) => Ok(bytes.clone().into()),
            // Boxed, so that calls without files don't reserve space for this future.
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

    /// Returns whether the body is known to be empty.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Bytes(bytes) | Self::Reported(bytes, _) => bytes.is_empty(),
            Self::Source(_) | Self::Parts(_) => false,
        }
    }

    /// Makes the body report to `handover` when a connection starts to read it.
    ///
    /// A body that doesn't consist of bytes in memory counts as read immediately.
    pub(crate) fn reported_to(self, handover: &Arc<Handover>) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Reported(bytes, Arc::clone(handover)),
            other => {
                handover.send();
                other
            }
        }
    }

    /// Returns whether the body contains a file, which can have any size and may be read during
    /// sending.
    pub(crate) fn is_streamed(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) | Self::Reported(..) => false,
            Self::Source(_) => true,
            Self::Parts(parts) => parts.is_streamed(),
        }
    }

    /// Returns whether the body can be sent a second time.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) | Self::Reported(..) => true,
            Self::Source(source) => source.is_replayable(),
            Self::Parts(parts) => parts.is_replayable(),
        }
    }
}
