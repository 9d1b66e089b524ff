//! Roles of operations on records.

use serde::Deserialize;

/// Action of an operation on its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    List,
    Create,
    Read,
    Update,
    Delete,
    /// Creates or changes many records.
    Bulk,
    /// Returns the file of a record.
    Download,
    /// Performs another action on a record, or an action at a path below the record.
    Act,
    /// Doesn't involve records.
    None,
}
