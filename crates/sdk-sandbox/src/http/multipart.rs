//! The parts of a `multipart/form-data` body, found while the body comes in.

use bytes::Bytes;

use crate::http::body_error::BodyError;
use crate::http::uploaded_file::File;

/// The longest head of a part, and the longest boundary.
const LONGEST_HEAD: usize = 16 * 1024;
/// The longest content of a part that is no file.
const LONGEST_TEXT: usize = 1024 * 1024;
/// The most parts of a body.
const MOST_PARTS: usize = 1000;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// The name of the file, where the part is one.
    pub(crate) file_name: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) content: Bytes,
    /// How long the content was, kept or not.
    pub(crate) length: u64,
}

impl Part {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// The part as a file to keep.
    pub(crate) fn file(&self) -> Option<File> {
        Some(File {
            name: self.file_name.clone()?,
            media: self.media.clone(),
            content: self.content.clone(),
            length: self.length,
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Start,
    /// After a boundary: the end, or a part.
    Boundary,
    Head,
    Content,
    Done,
}

/// Takes a body apart, piece by piece as it comes in.
#[derive(Debug)]
pub(crate) struct Parser {
    delimiter: Vec<u8>,
    rest: Vec<u8>,
    state: State,
    parts: Vec<Part>,
    current: Vec<u8>,
    /// How many bytes of files are still to be kept.
    keep: usize,
    discard: bool,
}

impl Parser {
    /// `None` where the content type names no boundary. `keep` bounds the bytes of files; with `discard` they are
    /// only counted.
    pub(crate) fn new(content_type: &str, keep: usize, discard: bool) -> Option<Self> {
        let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty())?;
        Some(Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            rest: Vec::new(),
            state: State::Start,
            parts: Vec::new(),
            current: Vec::new(),
            keep,
            discard,
        })
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), BodyError> {
        self.rest.extend_from_slice(bytes);
        loop {
            let taken = self.step()?;
            if taken == 0 {
                return Ok(());
            }
            self.rest.drain(..taken);
        }
    }

    /// How many bytes could be worked off.
    fn step(&mut self) -> Result<usize, BodyError> {
        let rest = self.rest.as_slice();
        match self.state {
            State::Done => Ok(rest.len()),
            State::Start => {
                let first = &self.delimiter[2..];
                if rest.len() < first.len() {
                    return if first.starts_with(rest) {
                        Ok(0)
                    } else {
                        Err(BodyError::Malformed)
                    };
                }
                if !rest.starts_with(first) {
                    return Err(BodyError::Malformed);
                }
                self.state = State::Boundary;
                Ok(first.len())
            }
            State::Boundary if rest.len() < 2 => Ok(0),
            State::Boundary => {
                self.state = match &rest[..2] {
                    b"\r\n" => State::Head,
                    b"--" => State::Done,
                    _ => return Err(BodyError::Malformed),
                };
                Ok(2)
            }
            State::Head => {
                let Some(end) = memchr::memmem::find(rest, b"\r\n\r\n") else {
                    return if rest.len() > LONGEST_HEAD {
                        Err(BodyError::TooLarge)
                    } else {
                        Ok(0)
                    };
                };
                let part = head(&rest[..end]).ok_or(BodyError::Malformed)?;
                if self.parts.len() >= MOST_PARTS {
                    return Err(BodyError::TooLarge);
                }
                self.parts.push(part);
                self.current.clear();
                self.state = State::Content;
                Ok(end + 4)
            }
            State::Content => {
                let found = memchr::memmem::find(rest, &self.delimiter);
                // What could be the beginning of a boundary waits for more.
                let sure = found.unwrap_or_else(|| rest.len().saturating_sub(self.delimiter.len()));
                let content = rest[..sure].to_vec();
                self.keep(&content)?;
                match found {
                    Some(place) => {
                        let content = std::mem::take(&mut self.current);
                        if let Some(part) = self.parts.last_mut() {
                            part.content = content.into();
                        }
                        self.state = State::Boundary;
                        Ok(place + self.delimiter.len())
                    }
                    None => Ok(sure),
                }
            }
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
        } else if self.current.len() + content.len() > LONGEST_TEXT {
            return Err(BodyError::TooLarge);
        }
        self.current.extend_from_slice(content);
        Ok(())
    }

    /// All parts; an error where the body broke off.
    pub(crate) fn finish(self) -> Result<Vec<Part>, BodyError> {
        if self.state == State::Done {
            Ok(self.parts)
        } else {
            Err(BodyError::Malformed)
        }
    }
}

fn head(head: &[u8]) -> Option<Part> {
    let head = std::str::from_utf8(head).ok()?;
    let header = |wanted: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines
            .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        media: header("content-type").map(str::to_owned),
        content: Bytes::new(),
        length: 0,
    })
}

/// A parameter of a header value, quoted or not.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"')?;
                (
                    &quoted[..end],
                    quoted[end + 1..].split_once(';').map_or("", |(_, n)| n),
                )
            }
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.trim().replace("%22", "\""));
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--b1\r\nContent-Disposition: form-data; name=\"grant\"\r\n\r\nclient\r\n--b1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a;b.bin\"\r\nContent-Type: image/png\r\n\r\n\x00\r\n\xff\r\n--b1--\r\n";

    fn parts(content_type: &str, body: &[u8], piece: usize) -> Result<Vec<Part>, BodyError> {
        let mut parser = Parser::new(content_type, 100, false).ok_or(BodyError::Malformed)?;
        for piece in body.chunks(piece) {
            parser.push(piece)?;
        }
        parser.finish()
    }

    #[test]
    fn parts_are_found_by_name_and_kept_byte_for_byte_however_they_come() {
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
    fn files_can_be_counted_without_being_kept() {
        let mut parser = Parser::new("multipart/form-data; boundary=b1", 0, true).unwrap();
        parser.push(BODY).unwrap();
        let file = parser.finish().unwrap()[1].file().unwrap();
        assert_eq!((file.content.len(), file.length), (0, 4));
        let mut parser = Parser::new("multipart/form-data; boundary=b1", 3, false).unwrap();
        assert_eq!(parser.push(BODY), Err(BodyError::TooLarge));
    }

    #[test]
    fn a_body_that_breaks_off_is_an_error() {
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
}
