//! Decodes the escapes that a server may use when it repeats a secret, and tracks the position of
//! each byte.

use std::ops::Range;

/// Maximum number of rounds of decoding.
///
/// Each level of JSON within JSON doubles the backslashes, so text of bounded length needs no more
/// rounds.
const MAX_ROUNDS: usize = 16;

/// URL escapes.
const PERCENT: u8 = 1;
/// A plus sign for a space, as in forms.
const PLUS: u8 = 2;
/// HTML character references.
const HTML: u8 = 4;
/// JSON escapes.
const JSON: u8 = 8;
const ALL: u8 = PERCENT | PLUS | HTML | JSON;
/// Kinds of escapes that a server may apply alone.
///
/// Decoding only one kind preserves a `%41` that belongs to a secret inside JSON.
const ALONE: [u8; 4] = [PERCENT, PERCENT | PLUS, HTML, JSON];

/// A string after some of its escapes were decoded.
#[derive(Debug, Clone)]
pub(super) struct View {
    bytes: Vec<u8>,
    /// For each byte, the start and end of the original text that it was decoded from.
    places: Vec<(usize, usize)>,
}

impl View {
    pub(super) fn new(text: &[u8]) -> Self {
        Self {
            bytes: text.to_vec(),
            places: (0..text.len()).map(|at| (at, at + 1)).collect(),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the range in the original text that corresponds to a range of the view.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let places = self.places.get(range).unwrap_or_default();
        match (places.first(), places.last()) {
            (Some((start, _)), Some((_, end))) => *start..*end,
            _ => 0..0,
        }
    }

    /// Decodes one round. Returns `None` if there was nothing to decode.
    pub(super) fn decoded(&self) -> Option<Self> {
        self.decode(ALL)
    }

    fn decode(&self, kinds: u8) -> Option<Self> {
        self.rewritten(|rest| piece(rest, kinds))
    }

    /// Returns the view without whitespace, `+` and `\`, because Base64 may be split into lines, and
    /// the spaces and line breaks may be encoded.
    ///
    /// Returns `None` if the view contains none of these characters.
    pub(super) fn squeezed(&self) -> Option<Self> {
        self.rewritten(|rest| {
            let first = *rest.first()?;
            let goes = first.is_ascii_whitespace() || matches!(first, b'+' | b'\\');
            goes.then_some((1, Piece::Nothing))
        })
    }

    fn rewritten(&self, piece: impl Fn(&[u8]) -> Option<(usize, Piece)>) -> Option<Self> {
        let mut view = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            places: Vec::with_capacity(self.places.len()),
        };
        let mut at = 0;
        let mut is_changed = false;
        while let Some(first) = self.bytes.get(at) {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let found = piece(rest);
            is_changed |= found.is_some();
            let (length, piece) = found.unwrap_or((1, Piece::Byte(*first)));
            match piece {
                Piece::Nothing => {}
                Piece::Byte(byte) => view.bytes.push(byte),
                Piece::Char(char) => view
                    .bytes
                    .extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            let place = self.origin(at..at + length);
            view.places
                .resize(view.bytes.len(), (place.start, place.end));
            at += length;
        }
        is_changed.then_some(view)
    }

    /// Calls a function with every view of a string.
    ///
    /// The views are the string itself, and the string after decoding each kind of escape alone, or
    /// all kinds round by round. Some views are also passed without whitespace, plus signs and
    /// backslashes. For these squeezed views, the second argument is `true`.
    pub(super) fn each(text: &[u8], mut seen: impl FnMut(&Self, bool)) {
        let raw = Self::new(text);
        let present = text.iter().fold(0, |kinds, byte| {
            kinds
                | match byte {
                    b'%' => PERCENT,
                    b'+' => PLUS,
                    b'&' => HTML,
                    b'\\' => JSON,
                    _ => 0,
                }
        });
        for kinds in ALONE {
            // If the text contains no other kinds, the rounds below start with this view.
            if kinds & present != present
                && kinds & present != 0
                && let Some(view) = raw.decode(kinds)
            {
                seen(&view, false);
            }
        }
        let mut view = raw;
        for round in 0..=MAX_ROUNDS {
            seen(&view, false);
            let next = view.decoded().filter(|_| round < MAX_ROUNDS);
            if (round < 2 || next.is_none())
                && let Some(squeezed) = view.squeezed()
            {
                seen(&squeezed, true);
            }
            match next {
                Some(next) => view = next,
                None => break,
            }
        }
    }
}

/// Decoded form of an escape.
enum Piece {
    Nothing,
    Byte(u8),
    Char(char),
}

/// Returns the length and the decoded form of the escape at the start of a string.
fn piece(rest: &[u8], kinds: u8) -> Option<(usize, Piece)> {
    match rest.first()? {
        b'%' if kinds & PERCENT != 0 => {
            let byte = u8::try_from(hex(rest.get(1..3)?)?).ok()?;
            Some((3, Piece::Byte(byte)))
        }
        b'+' if kinds & PLUS != 0 => Some((1, Piece::Byte(b' '))),
        b'&' if kinds & HTML != 0 => entity(rest),
        b'\\' if kinds & JSON != 0 => escaped(rest),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        Some(number * 16 + char::from(*digit).to_digit(16)?)
    })
}

fn entity(rest: &[u8]) -> Option<(usize, Piece)> {
    // The longest escape is `&#x10ffff;`.
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(rest.get(1..end)?).ok()?;
    let meant = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => hex(digits.as_bytes())?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return None,
        },
    };
    Some((end + 1, Piece::Char(meant)))
}

fn escaped(rest: &[u8]) -> Option<(usize, Piece)> {
    match rest.get(1)? {
        b'u' => match unicode(rest) {
            // This is half of a surrogate pair, or digits are missing, so only the backslash is
            // skipped.
            None => Some((1, Piece::Nothing)),
            found => found,
        },
        b'n' => Some((2, Piece::Byte(b'\n'))),
        b'r' => Some((2, Piece::Byte(b'\r'))),
        b't' => Some((2, Piece::Byte(b'\t'))),
        other if other.is_ascii() => Some((2, Piece::Byte(*other))),
        _ => Some((1, Piece::Nothing)),
    }
}

fn unicode(rest: &[u8]) -> Option<(usize, Piece)> {
    let high = hex(rest.get(2..6)?)?;
    if let Some(char) = char::from_u32(high) {
        return Some((6, Piece::Char(char)));
    }
    let low = hex(rest.get(6..12)?.strip_prefix(b"\\u")?)?;
    let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let char = char::decode_utf16(pair).next()?.ok()?;
    Some((12, Piece::Char(char)))
}
