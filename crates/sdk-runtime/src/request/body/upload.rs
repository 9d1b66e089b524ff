//! A body that consists of one file, string or byte sequence.

use bytes::Bytes;

use crate::request::body::file::File;
use crate::request::body::source::Source;

/// A body that is sent unmodified: bytes, a string or a [`File`].
#[derive(Clone)]
pub struct UploadBody {
    pub(super) source: Source,
    media_type: Option<String>,
}

impl UploadBody {
    fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            source: Source::Bytes(bytes.into()),
            media_type: None,
        }
    }

    /// Returns the body, and the media type that was set for its file, if any.
    pub(crate) fn into_body(self) -> (crate::request::body::Body, Option<String>) {
        let body = match self.source {
            Source::Bytes(bytes) => crate::request::body::Body::Bytes(bytes),
            source => crate::request::body::Body::Source(source),
        };
        (body, self.media_type)
    }
}

impl From<Bytes> for UploadBody {
    fn from(bytes: Bytes) -> Self {
        Self::new(bytes)
    }
}

impl From<Vec<u8>> for UploadBody {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<&'static [u8]> for UploadBody {
    fn from(bytes: &'static [u8]) -> Self {
        Self::new(bytes)
    }
}

impl From<String> for UploadBody {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&'static str> for UploadBody {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<File> for UploadBody {
    fn from(file: File) -> Self {
        Self {
            media_type: file.given_media_type().map(str::to_owned),
            source: file.source,
        }
    }
}

impl std::fmt::Debug for UploadBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadBody").finish_non_exhaustive()
    }
}
