//! Entry in the operation table for a response.

/// A documented response of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerSpec {
    /// Status: `200`, a range such as `4XX`, or `default`.
    pub status: &'static str,
    /// Media types of the body. Empty if the response doesn't have a body.
    pub media: &'static [&'static str],
    /// Name of the body's schema, or an empty string.
    pub schema: &'static str,
    /// Documented headers.
    pub headers: &'static [&'static str],
}

impl AnswerSpec {
    /// Returns whether this response documents a status explicitly, not just through `default`.
    pub fn covers(&self, status: u16) -> bool {
        let text = self.status.as_bytes();
        match text {
            [class, b'X' | b'x', b'X' | b'x'] => {
                u16::from(class.wrapping_sub(b'0')) == status / 100
            }
            _ => self.status.parse() == Ok(status),
        }
    }

    /// Returns whether this is a success response (2xx).
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}
