//! The body of a request, made anew for every attempt.

mod encode;
mod form;
mod multipart;
mod pairs;

use bytes::Bytes;

pub(crate) use encode::encode;

/// What makes the body of every attempt.
#[derive(Clone)]
pub(crate) enum Body {
    /// No body.
    Empty,
    /// The same bytes each time.
    Bytes(Bytes),
}

impl Body {
    /// Whether it can be opened more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) => true,
        }
    }

    /// Opens the body for one attempt.
    pub(crate) fn open(&self) -> Option<reqwest::Body> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) => Some(reqwest::Body::from(bytes.clone())),
        }
    }
}
