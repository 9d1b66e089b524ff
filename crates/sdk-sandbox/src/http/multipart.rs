//! Parses `multipart/form-data` bodies incrementally.
//!
//! `multer` parses the bodies. This file adds the limits that `multer` lacks: header size, text
//! size, number of parts, and total size of files. The parser passes one frame at a time to
//! `multer`, because `multer` buffers everything that its input stream has ready.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use multer::{Field, Multipart};

use crate::http::body_error::BodyError;
use crate::http::uploaded_file::File;

/// Maximum number of bytes that are buffered until a boundary or the headers of a part are
/// complete.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Maximum content length of a part that isn't a file, in bytes.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// Maximum number of parts per body.
const MAX_PARTS: usize = 1000;

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// File name, if the part is a file.
    pub(crate) file_name: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) content: Bytes,
    /// Length of the content in bytes, even if the content is not kept.
    pub(crate) length: u64,
}

impl Part {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// Returns the part as an uploaded file, or `None` if the part isn't a file.
    pub(crate) fn file(&self) -> Option<File> {
        Some(File {
            name: self.file_name.clone()?,
            media: self.media.clone(),
            content: self.content.clone(),
            length: self.length,
        })
    }
}

/// Incremental parser that receives one frame at a time.
pub(crate) struct Parser {
    multipart: Multipart<'static>,
    frames: Frames,
    /// The part that is being received.
    field: Option<Field<'static>>,
    content: Vec<u8>,
    parts: Vec<Part>,
    done: bool,
    /// Number of bytes received since `multer` last returned content or the headers of a part.
    unread: usize,
    /// Number of file bytes that can still be kept.
    keep: usize,
    discard: bool,
}

impl Parser {
    /// Creates a parser, or returns `None` if the content type has no boundary. `keep` is the
    /// maximum number of file bytes to keep. With `discard`, the parser counts the bytes of files
    /// but doesn't keep them.
    pub(crate) fn new(content_type: &str, keep: usize, discard: bool) -> Option<Self> {
        let boundary = multer::parse_boundary(content_type).ok()?;
        let frames = Frames::default();
        Some(Self {
            multipart: Multipart::new(frames.clone(), boundary),
            frames,
            field: None,
            content: Vec::new(),
            parts: Vec::new(),
            done: false,
            unread: 0,
            keep,
            discard,
        })
    }

    pub(crate) fn push(&mut self, bytes: &Bytes) -> Result<(), BodyError> {
        if self.done {
            return Ok(());
        }
        self.unread += bytes.len();
        self.frames.push(bytes.clone());
        self.advance()?;
        if self.unread > MAX_HEADER_BYTES {
            return Err(BodyError::TooLarge);
        }
        Ok(())
    }

    /// Parses all bytes received so far.
    fn advance(&mut self) -> Result<(), BodyError> {
        // No waker is needed, because `push` and `finish` poll again.
        let mut cx = Context::from_waker(Waker::noop());
        while !self.done {
            if let Some(field) = &mut self.field {
                match Pin::new(field).poll_next(&mut cx) {
                    Poll::Ready(Some(Ok(content))) => {
                        self.unread = 0;
                        self.keep(&content)?;
                    }
                    Poll::Ready(None) => self.end_part(),
                    Poll::Ready(Some(Err(_))) => return Err(BodyError::Malformed),
                    Poll::Pending => return Ok(()),
                }
            } else {
                match self.multipart.poll_next_field(&mut cx) {
                    Poll::Ready(Ok(Some(field))) => self.begin_part(field)?,
                    Poll::Ready(Ok(None)) => {
                        self.unread = 0;
                        self.done = true;
                    }
                    Poll::Ready(Err(_)) => return Err(BodyError::Malformed),
                    Poll::Pending => return Ok(()),
                }
            }
        }
        Ok(())
    }

    fn begin_part(&mut self, field: Field<'static>) -> Result<(), BodyError> {
        self.unread = 0;
        if self.parts.len() >= MAX_PARTS {
            return Err(BodyError::TooLarge);
        }
        // Browsers and reqwest encode a quotation mark as `%22` (WHATWG HTML, multipart/form-data).
        let text = |text: &str| text.replace("%22", "\"");
        let media = field.headers().get(http::header::CONTENT_TYPE);
        self.parts.push(Part {
            name: field.name().map(text).ok_or(BodyError::Malformed)?,
            file_name: field.file_name().map(text),
            media: media.and_then(|media| Some(media.to_str().ok()?.to_owned())),
            content: Bytes::new(),
            length: 0,
        });
        self.field = Some(field);
        Ok(())
    }

    fn end_part(&mut self) {
        self.field = None;
        let content = std::mem::take(&mut self.content);
        if let Some(part) = self.parts.last_mut() {
            part.content = content.into();
        }
    }

    fn keep(&mut self, content: &[u8]) -> Result<(), BodyError> {
        let Some(part) = self.parts.last_mut() else {
            return Err(BodyError::Malformed);
        };
        part.length += content.len() as u64;
        if part.file_name.is_some() {
            if self.discard {
                return Ok(());
            }
            self.keep = self
                .keep
                .checked_sub(content.len())
                .ok_or(BodyError::TooLarge)?;
        } else if self.content.len() + content.len() > MAX_TEXT_BYTES {
            return Err(BodyError::TooLarge);
        }
        self.content.extend_from_slice(content);
        Ok(())
    }

    /// Returns all parts, or an error if the body ended early.
    pub(crate) fn finish(mut self) -> Result<Vec<Part>, BodyError> {
        self.frames.end();
        self.advance()?;
        if self.done {
            Ok(self.parts)
        } else {
            Err(BodyError::Malformed)
        }
    }
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser")
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

/// Frames that `multer` hasn't consumed yet. There is at most one, because each frame is parsed on
/// arrival.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    ended: bool,
}

impl Frames {
    fn push(&self, bytes: Bytes) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.frames.push_back(bytes);
    }

    fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
    }
}

impl Stream for Frames {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.frames.pop_front() {
            Some(bytes) => Poll::Ready(Some(Ok(bytes))),
            None if queue.ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--b1\r\nContent-Disposition: form-data; name=\"grant\"\r\n\r\nclient\r\n--b1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a;b.bin\"\r\nContent-Type: image/png\r\n\r\n\x00\r\n\xff\r\n--b1--\r\n";

    fn parts(content_type: &str, body: &[u8], piece: usize) -> Result<Vec<Part>, BodyError> {
        let mut parser = Parser::new(content_type, 100, false).ok_or(BodyError::Malformed)?;
        for piece in body.chunks(piece) {
            parser.push(&Bytes::copy_from_slice(piece))?;
        }
        parser.finish()
    }

    #[test]
    fn parts_are_parsed_identically_for_any_chunk_size() {
        for piece in [1, 2, 3, 7, 1000] {
            let found = parts("multipart/form-data; boundary=\"b1\"", BODY, piece).unwrap();
            assert_eq!(
                (found[0].name.as_str(), found[0].text().as_str()),
                ("grant", "client")
            );
            assert_eq!(found[0].file(), None);
            let file = found[1].file().unwrap();
            assert_eq!((file.name.as_str(), file.length), ("a;b.bin", 4));
            assert_eq!(file.content.as_ref(), b"\x00\r\n\xff");
            assert_eq!(file.media.as_deref(), Some("image/png"));
        }
    }

    #[test]
    fn discarded_files_are_counted_and_oversized_files_are_rejected() {
        let mut parser = Parser::new("multipart/form-data; boundary=b1", 0, true).unwrap();
        parser.push(&Bytes::from_static(BODY)).unwrap();
        let file = parser.finish().unwrap()[1].file().unwrap();
        assert_eq!((file.content.len(), file.length), (0, 4));
        let mut parser = Parser::new("multipart/form-data; boundary=b1", 3, false).unwrap();
        assert_eq!(
            parser.push(&Bytes::from_static(BODY)),
            Err(BodyError::TooLarge)
        );
    }

    #[test]
    fn truncated_and_malformed_multipart_bodies_are_rejected() {
        for body in [
            &b""[..],
            b"--b1",
            b"--b2--",
            b"--b1\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
            b"--b1\r\n\r\nx\r\n--b1--",
        ] {
            assert!(parts("multipart/form-data; boundary=b1", body, 5).is_err());
        }
        assert!(parts("multipart/form-data", b"--b1--", 5).is_err());
    }

    #[test]
    fn an_unterminated_part_header_is_rejected_at_the_size_limit() {
        for head in ["", "--b1\r\nx: "] {
            let mut parser = Parser::new("multipart/form-data; boundary=b1", 0, true).unwrap();
            parser.push(&Bytes::from(head)).unwrap();
            let mut sent = 0;
            let refused = loop {
                sent += 1000;
                if let Err(error) = parser.push(&Bytes::from_static(&[b'y'; 1000])) {
                    break error;
                }
                assert!(sent <= MAX_HEADER_BYTES, "{sent} bytes are buffered");
            };
            assert_eq!(refused, BodyError::TooLarge);
        }
    }
}
