//! A file to upload: from a path, from bytes, or from a stream.

use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{fmt, io};

use bytes::Bytes;
use futures_core::Stream;

use crate::request::body::source::Source;

/// A file to upload. A file from a path or a stream is read while it is sent, and is never
/// completely in memory.
///
/// A file from a path or from bytes can be sent again after a failure; a file from a stream can't.
///
/// In a multipart body, the file name and the media type are always sent. The media type is guessed
/// from the extension of the name unless you set it. If the file is the whole body, the request has
/// the operation's media type. If the operation's media type is a range such as `image/*`, the
/// media type that you set replaces it.
#[derive(Clone)]
pub struct File {
    pub(super) source: Source,
    name: String,
    media_type: Option<String>,
}

impl File {
    /// Creates an upload of a file on disk.
    ///
    /// The file is opened when the call is sent. The file name is the last component of the path,
    /// or `file` if the path has no file name.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map_or_else(|| "file".into(), |name| name.to_string_lossy().into_owned());
        Self::new(Source::Path(path), name)
    }

    /// Creates an upload of bytes.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into()), name.into())
    }

    /// Creates an upload of a stream, which can be sent only once. A call with such an upload is
    /// never retried.
    ///
    /// If you pass the stream's length, the call fails if the stream has a different length. If the
    /// lengths of all files in a request are known, the request declares its total length.
    pub fn stream<S, E>(name: impl Into<String>, stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let stream = Box::pin(AsIo(Box::pin(stream)));
        Self::new(Source::once(stream, length), name.into())
    }

    fn new(source: Source, name: String) -> Self {
        Self {
            source,
            name,
            media_type: None,
        }
    }

    /// Sets the file name.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the media type, which is otherwise guessed from the file name.
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Returns the file name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the media type.
    pub fn media_type(&self) -> &str {
        self.media_type
            .as_deref()
            .unwrap_or_else(|| guess_media_type(&self.name))
    }

    pub(super) fn given_media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }
}

/// Guesses the media type from a file name's extension. Covers the file types that vendors accept.
fn guess_media_type(name: &str) -> &'static str {
    let extension = name
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension)
        .to_ascii_lowercase();
    match extension.as_str() {
        "csv" => "text/csv",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "gif" => "image/gif",
        "htm" | "html" => "text/html",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "md" => "text/markdown",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "tmx" | "xlf" | "xliff" | "xml" => "application/xml",
        "txt" => "text/plain",
        "webp" => "image/webp",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "yaml" | "yml" => "application/yaml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

impl From<PathBuf> for File {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for File {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("media_type", &self.media_type())
            .finish_non_exhaustive()
    }
}

/// A stream whose errors are converted to I/O errors.
struct AsIo<S>(Pin<Box<S>>);

impl<S, E> Stream for AsIo<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .as_mut()
            .poll_next(cx)
            .map(|next| next.map(|piece| piece.map_err(io::Error::other)))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for File {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "File".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "binary" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_always_has_a_name_and_a_media_type() {
        let file = File::path("/tmp/Invoice 7.PDF");
        assert_eq!(
            (file.name(), file.media_type()),
            ("Invoice 7.PDF", "application/pdf")
        );
        let file = File::bytes("noextension", "x");
        assert_eq!(file.media_type(), "application/octet-stream");
        let file = file.with_name("a.png").with_media_type("image/x-own");
        assert_eq!((file.name(), file.media_type()), ("a.png", "image/x-own"));
        assert_eq!(File::path("/").name(), "file");
    }
}
