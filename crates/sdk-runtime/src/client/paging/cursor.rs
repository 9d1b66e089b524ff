//! The place in a list where a later run can go on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::error::kind::ErrorKind;

/// A place in a list. Keep it as text or by serde, and give it to `resume` of the same list later.
///
/// It holds no credential, only what the vendor gave for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCursor {
    /// The operation that it belongs to.
    pub(super) operation: String,
    pub(super) at: Position,
    /// How many items of that page are done.
    #[serde(default)]
    pub(super) skip: u64,
    /// How many items were before that page.
    #[serde(default)]
    pub(super) seen: u64,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Position {
    /// The one that the call asks for as it stands.
    Start,
    /// A page's number or an offset.
    Number(u64),
    /// The vendor's cursor.
    Token(String),
    /// The path and query of a link.
    Link(String),
}

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromStr for PageCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Request, "the text is no cursor of a list").with_source(error)
        })
    }
}
