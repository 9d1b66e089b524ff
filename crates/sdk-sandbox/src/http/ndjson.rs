//! Splits NDJSON bodies (one JSON document per line) while they arrive. The splitter is
//! handwritten, because no dependency both limits the length of a line in characters and continues
//! after a line that is too long.

use bytes::{Bytes, BytesMut};

use crate::http::body_error::BodyError;
use crate::openapi::operation::Bulk;

/// One line of an NDJSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NdjsonLine {
    Whole(Bytes),
    TooLong,
}

/// Splits a body at line ends, and discards the content of lines that are too long.
#[derive(Debug, Default)]
pub(super) struct LineSplitter {
    lines: Vec<NdjsonLine>,
    current: BytesMut,
    too_long: bool,
    pub(super) held: usize,
}

impl LineSplitter {
    pub(super) fn push(&mut self, bytes: &[u8], bulk: Bulk) -> Result<(), BodyError> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.append(&rest[..end], bulk);
            self.end(bulk)?;
            rest = &rest[end + 1..];
        }
        self.append(rest, bulk);
        Ok(())
    }

    fn append(&mut self, bytes: &[u8], bulk: Bulk) {
        // The limit is in characters, and a UTF-8 character has at most four bytes.
        if self.too_long || self.current.len() + bytes.len() > bulk.longest.saturating_mul(4) {
            self.too_long = true;
            self.current.clear();
        } else {
            self.current.extend_from_slice(bytes);
            self.held += bytes.len();
        }
    }

    fn end(&mut self, bulk: Bulk) -> Result<(), BodyError> {
        let line = self.current.split().freeze();
        let too_long = std::mem::take(&mut self.too_long) || characters(&line) > bulk.longest;
        if line.iter().all(u8::is_ascii_whitespace) && !too_long {
            return Ok(());
        }
        if self.lines.len() >= bulk.most {
            return Err(BodyError::TooLarge);
        }
        self.lines.push(if too_long {
            NdjsonLine::TooLong
        } else {
            NdjsonLine::Whole(line)
        });
        Ok(())
    }

    pub(super) fn finish(mut self, bulk: Bulk) -> Result<Vec<NdjsonLine>, BodyError> {
        self.end(bulk)?;
        Ok(self.lines)
    }
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BULK: Bulk = Bulk {
        lines: true,
        most: 3,
        longest: 5,
    };

    fn lines(body: &[u8], piece: usize) -> Result<Vec<NdjsonLine>, BodyError> {
        let mut lines = LineSplitter::default();
        for piece in body.chunks(piece) {
            lines.push(piece, BULK)?;
        }
        lines.finish(BULK)
    }

    #[test]
    fn lines_are_split_and_limited_in_length_and_number() {
        let whole = |text: &'static str| NdjsonLine::Whole(Bytes::from_static(text.as_bytes()));
        for piece in [1, 2, 100] {
            let found = lines("äöüäö\n\n123456\r\nab".as_bytes(), piece);
            assert_eq!(
                found,
                Ok(vec![whole("äöüäö"), NdjsonLine::TooLong, whole("ab")])
            );
            assert_eq!(lines(b"1\n2\n3\n4", piece), Err(BodyError::TooLarge));
            assert_eq!(lines(&[b'x'; 100], piece), Ok(vec![NdjsonLine::TooLong]));
        }
    }
}
