//! A failure on our own side of a body, found again among the causes of an HTTP error.

use std::{fmt, io};

/// An error of the caller's own body, such as a file that cannot be read, while it was sent.
#[derive(Debug)]
pub(crate) struct Unreadable(pub(super) String);

impl Unreadable {
    /// Looks for it among the causes of an error.
    pub(crate) fn caused<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            // An I/O error keeps what is in it from `source`.
            if let Some(found) = error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .and_then(|inner| inner.downcast_ref::<Self>())
            {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
