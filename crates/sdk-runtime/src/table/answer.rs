//! What the operation table says about one answer.

/// A documented answer of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerSpec {
    /// The status: `200`, a range as `4XX`, or `default`.
    pub status: &'static str,
    /// The media types of the body; empty where there is none.
    pub media: &'static [&'static str],
    /// The name of the body's schema, or an empty text.
    pub schema: &'static str,
    /// The documented headers.
    pub headers: &'static [&'static str],
}

impl AnswerSpec {
    /// Says whether this answer documents a status, other than by `default`.
    pub fn covers(&self, status: u16) -> bool {
        let text = self.status.as_bytes();
        match text {
            [class, b'X' | b'x', b'X' | b'x'] => {
                u16::from(class.wrapping_sub(b'0')) == status / 100
            }
            _ => self.status.parse() == Ok(status),
        }
    }

    /// Says whether this answer documents some success.
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}
