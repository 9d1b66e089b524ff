//! Roles of operations: what they do to records.

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
    /// Creates or changes many records.
    Bulk,
    /// Answers with the file of a record.
    Download,
    /// Does something else with one record or none.
    Act,
    /// Doesn't involve records.
    None,
}
