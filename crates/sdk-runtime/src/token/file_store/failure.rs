//! File system failures as store errors.

use std::io;
use std::path::Path;

use crate::error::Error;

/// Returns the error for a failed action on a file or folder. `what` is a past participle, such as
/// `opened`.
pub(super) fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    Error::store(format!("{} cannot be {what}", path.display())).with_source(error)
}

/// Returns whether an error was caused by an I/O error of this kind.
pub(super) fn has_kind(error: &Error, kind: io::ErrorKind) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<io::Error>())
        .is_some_and(|source| source.kind() == kind)
}
