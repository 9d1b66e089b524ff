//! Where the bytes of a file come from.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;

use super::chain::Piece;

pub(super) type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Bytes that are read while they are sent.
#[derive(Clone)]
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    /// A stream, taken out by the first attempt, and its length if that is known.
    Once(Arc<Mutex<Option<ByteStream>>>, Option<u64>),
}

impl Source {
    pub(super) fn once(stream: ByteStream, length: Option<u64>) -> Self {
        Self::Once(Arc::new(Mutex::new(Some(stream))), length)
    }

    pub(super) async fn open(&self) -> Result<Piece, NotOpened> {
        match self {
            Self::Bytes(bytes) => Ok(Piece::Bytes(bytes.clone())),
            Self::Path(path) => open(path)
                .await
                .map_err(|error| NotOpened::File(path.clone(), error)),
            Self::Once(stream, length) => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                match stream {
                    Some(stream) => Ok(Piece::Stream(stream, *length)),
                    None => Err(NotOpened::Spent),
                }
            }
        }
    }

    pub(super) fn is_replayable(&self) -> bool {
        !matches!(self, Self::Once(..))
    }
}

async fn open(path: &PathBuf) -> io::Result<Piece> {
    let file = tokio::fs::File::open(path).await?;
    let about = file.metadata().await?;
    if about.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a directory",
        ));
    }
    // A pipe has no length to tell.
    let length = about.is_file().then_some(about.len());
    Ok(Piece::File(file, length))
}

/// Why a body could not be opened.
pub(crate) enum NotOpened {
    File(PathBuf, io::Error),
    /// The stream was read by an earlier attempt.
    Spent,
}

/// What went wrong with our own side of a body while it was sent.
#[derive(Debug)]
pub(crate) struct Unreadable(pub(super) String);

impl Unreadable {
    /// Looks for it among the causes of an error.
    pub(crate) fn caused<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            // An I/O error keeps what is in it from `source`.
            if let Some(found) = error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .and_then(|inner| inner.downcast_ref::<Self>())
            {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
