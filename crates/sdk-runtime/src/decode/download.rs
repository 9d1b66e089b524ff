//! An answer that is a file, read piece by piece.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use super::{Decode, Reading};
use crate::raw_response::{Payload, RawResponse};
use crate::{Error, ErrorKind, Operation};

/// The body of an answer that is a file. It is read as it is asked for.
pub struct Download {
    operation: &'static Operation,
    content_type: String,
    length: Option<u64>,
    payload: Payload,
}

impl Download {
    /// The `Content-Type`, or an empty text.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The length in bytes, if the vendor said it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// If the connection breaks before the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.payload {
            Payload::Whole(bytes) if bytes.is_empty() => Ok(None),
            Payload::Whole(bytes) => Ok(Some(std::mem::take(bytes))),
            Payload::Stream(incoming) => incoming.chunk().await,
        }
    }

    /// Reads all that is left into memory.
    ///
    /// # Errors
    /// If the connection breaks before the end.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.into())
    }

    /// Writes all that is left into a file, and returns how many bytes that were.
    ///
    /// # Errors
    /// If the connection breaks or the file cannot be written; the file then holds only a part.
    pub async fn save_to(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let operation = self.operation;
        let failed = |error: std::io::Error| {
            Error::new(
                ErrorKind::Output,
                format!("{} cannot be written", path.display()),
            )
            .with_operation(operation)
            .with_source(error)
        };
        let mut file = tokio::fs::File::create(path).await.map_err(failed)?;
        let mut written = 0;
        while let Some(chunk) = self.chunk().await? {
            file.write_all(&chunk).await.map_err(failed)?;
            written += chunk.len() as u64;
        }
        file.flush().await.map_err(failed)?;
        Ok(written)
    }
}

impl Decode for Download {
    type Output = Self;
    const READING: Reading = Reading::Stream;

    fn decode(raw: &mut RawResponse) -> Result<Self, Error> {
        let length = raw.headers().get(http::header::CONTENT_LENGTH);
        Ok(Self {
            operation: raw.operation(),
            content_type: raw.content_type().to_owned(),
            length: length.and_then(|length| length.to_str().ok()?.parse().ok()),
            payload: raw.take_payload(),
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.operation.id)
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
