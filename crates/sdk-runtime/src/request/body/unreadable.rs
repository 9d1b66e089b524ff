//! A failure of the caller's body, found among the causes of an HTTP error.

use std::{fmt, io};

/// An error that occurs while the caller's body is read for sending, for example because a file is
/// unreadable.
#[derive(Debug)]
pub(crate) struct Unreadable(pub(super) String);

impl Unreadable {
    /// Finds the failure among the causes of an error.
    pub(crate) fn caused<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            // The method `source` of an I/O error skips the wrapped error and returns that error's
            // source.
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
