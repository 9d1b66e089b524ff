//! Opens the source of a file.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::request::body::chain::{ByteStream, Piece};

/// Origin of a file's bytes: a path, bytes in memory, or a stream.
#[derive(Clone)]
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    /// A stream, which the first attempt consumes, with its length if known.
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
    // A pipe doesn't have a length.
    let length = about.is_file().then_some(about.len());
    Ok(Piece::File(file, length))
}

/// Reason why a body could not be opened.
pub(crate) enum NotOpened {
    File(PathBuf, io::Error),
    /// An earlier attempt consumed the stream.
    Spent,
}
