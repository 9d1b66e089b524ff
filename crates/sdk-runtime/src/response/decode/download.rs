//! A response that is a file, read in chunks.

mod save;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error::facts::is_error_in_success;
use crate::error::kind::ErrorKind;
use crate::response::decode::{Decode, file_name, json};
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;

/// Body of a response that is a file. The body is read on demand. A `Download` is a `Stream` of the
/// body's chunks.
///
/// If the vendor returns an HTML page instead of a file of another type, the call returns an error,
/// unless the response declares the page as the file with `Content-Disposition: attachment`.
pub struct Download {
    raw: RawResponse,
    length: Option<u64>,
    received: u64,
    /// Whether the end or an error was returned, after which there are no more chunks.
    is_over: bool,
}

impl Download {
    pub(crate) fn new(raw: &mut RawResponse) -> Self {
        Self {
            length: raw.announced(),
            raw: raw.take_body(),
            received: 0,
            is_over: false,
        }
    }

    /// Returns the `Content-Type`, or an empty string.
    pub fn content_type(&self) -> &str {
        self.raw.content_type()
    }

    /// Returns the length in bytes, if the response declares one.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns the vendor's file name, sanitized: without folders, and with `_` in place of
    /// characters that are unsafe in a file name.
    pub fn file_name(&self) -> Option<String> {
        let header = self.raw.headers().get(http::header::CONTENT_DISPOSITION)?;
        // Headers are bytes. They are decoded as UTF-8 if valid, and otherwise as Latin-1, which
        // accepts every byte sequence.
        match std::str::from_utf8(header.as_bytes()) {
            Ok(text) => file_name::file_name(text),
            Err(_) => {
                let text: String = header.as_bytes().iter().copied().map(char::from).collect();
                file_name::file_name(&text)
            }
        }
    }

    /// Returns the next chunk, or `None` at the end and after an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection breaks or stalls before the end, or if the file's length
    /// differs from the declared one.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// Reads the rest of the file into memory.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`chunk`](Self::chunk). Also returns an error if the rest exceeds
    /// the call's limit for responses in memory (default 64 MiB).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        self.rest().await
    }

    /// Reads the rest of the file as a UTF-8 string.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`bytes`](Self::bytes). Also returns an error if the rest isn't
    /// UTF-8.
    pub async fn text(mut self) -> Result<String, Error> {
        let bytes = self.rest().await?;
        String::from_utf8(bytes.into()).map_err(|_| {
            self.raw
                .error(ErrorKind::Decode, "the response is not valid UTF-8")
        })
    }

    /// Reads the rest of the body as JSON, for a response that may be a file or JSON.
    ///
    /// Check [`content_type`](Self::content_type) first.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`bytes`](Self::bytes). Also returns an error if the response is
    /// a vendor error or can't be decoded as `T`.
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<T, Error> {
        let bytes = self.rest().await?;
        self.raw.set_whole(bytes);
        if is_error_in_success(&self.raw.vendor().error, &self.raw.whole()) {
            let text = "the success response contains an error";
            return Err(self.raw.error(ErrorKind::Status, text));
        }
        json::decode(&mut self.raw)
    }

    async fn rest(&mut self) -> Result<Bytes, Error> {
        let most = self.raw.most();
        let fits = |length: usize, download: &Self| {
            if length > most {
                let instead = ", or write the file to disk with .save_to(…)";
                return Err(download.raw.too_large(instead));
            }
            Ok(())
        };
        let mut whole = match self.chunk().await? {
            None => return Ok(Bytes::new()),
            // A single chunk is not copied.
            Some(first) if self.is_complete() && first.len() <= most => return Ok(first),
            Some(first) => BytesMut::from(first),
        };
        fits(whole.len(), self)?;
        while let Some(chunk) = self.chunk().await? {
            fits(whole.len() + chunk.len(), self)?;
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    fn is_complete(&self) -> bool {
        self.length == Some(self.received)
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = match ready!(self.raw.poll_chunk(cx)) {
            Some(Ok(chunk)) => {
                self.received += chunk.len() as u64;
                match self.length {
                    Some(length) if self.received > length => Some(Err(self.wrong_length(length))),
                    _ => Some(Ok(chunk)),
                }
            }
            Some(Err(error)) => Some(Err(error)),
            None => match self.length {
                Some(length) if self.received < length => Some(Err(self.wrong_length(length))),
                _ => None,
            },
        };
        self.is_over = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }

    fn wrong_length(&self, length: u64) -> Error {
        let text = format!(
            "the file has {} bytes instead of the declared {length}",
            self.received
        );
        Error::new(ErrorKind::Transport, text).with_operation(self.raw.operation())
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(cx)
    }
}

impl Decode for Download {
    type Output = Self;
    const READING: Reading = Reading::Stream;

    fn decode(raw: &mut RawResponse) -> Result<Self, Error> {
        Ok(Self::new(raw))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.raw.operation().id)
            .field("content_type", &self.content_type())
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
