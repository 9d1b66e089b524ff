//! What an operation does to records.

use serde::Deserialize;

/// What an operation does to its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    List,
    Create,
    Read,
    Update,
    Delete,
    /// Creates or changes many.
    Bulk,
    /// Answers with the file of a record.
    Download,
    /// Something else, on one record or on none.
    Act,
    /// Nothing that has to do with records.
    None,
}
