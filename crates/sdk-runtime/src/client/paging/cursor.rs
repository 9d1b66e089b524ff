//! Position in a list from which a later run can continue.

use std::fmt;
use std::hash::Hasher;
use std::str::FromStr;

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

use crate::client::paging::fingerprint::Fingerprint;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Version of the saved format. Earlier formats contain no version, page size or hashes.
const VERSION: u32 = 2;

/// A position in a list.
///
/// Store it as a string or with serde, and later pass it to the `resume` method of the same list.
///
/// It contains the position of a page, the page size, and hashes of the body and of each argument
/// that isn't a secret. It doesn't contain the client's credentials. If the list follows links, the
/// position is the path and query of a link, which may include argument values. Continuing a list
/// with a different page size or different arguments fails, and the error describes the difference.
///
/// A string is rejected if it is damaged, if it comes from an earlier version of the crate that
/// stored no hashes, or if it comes from a later version that uses another format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Saved", try_from = "Saved")]
pub struct PageCursor {
    /// Operation that the cursor belongs to.
    pub(super) operation: String,
    pub(super) at: Position,
    /// Number of items on the page that were already returned.
    pub(super) skip: u64,
    /// Number of items before the page, if known.
    pub(super) seen: Option<u64>,
    /// Page size: the argument, or the documented default.
    pub(super) size: Option<u64>,
    pub(super) fingerprint: Fingerprint,
}

/// Position of a page in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Position {
    /// The page that the call requests.
    Start,
    /// A page number or an offset.
    Number(u64),
    /// The vendor's cursor.
    Token(String),
    /// Path and query of a link.
    Link(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("the first page"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Token(text) | Self::Link(text) => write!(f, "{text:?}"),
        }
    }
}

/// Saved format of a cursor.
#[derive(Clone, Serialize, Deserialize)]
struct Saved {
    version: Option<u32>,
    operation: String,
    at: Position,
    #[serde(default)]
    skip: u64,
    seen: Option<u64>,
    size: Option<u64>,
    #[serde(default)]
    fingerprint: Fingerprint,
    /// Checksum that detects damage. It is not a signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check: Option<String>,
}

impl Saved {
    fn checksum(&self) -> Option<String> {
        let plain = Self {
            check: None,
            ..self.clone()
        };
        let mut hasher = FnvHasher::default();
        hasher.write(&serde_json::to_vec(&plain).ok()?);
        Some(format!("{:016x}", hasher.finish()))
    }
}

impl From<PageCursor> for Saved {
    fn from(cursor: PageCursor) -> Self {
        let mut saved = Self {
            version: Some(VERSION),
            operation: cursor.operation,
            at: cursor.at,
            skip: cursor.skip,
            seen: cursor.seen,
            size: cursor.size,
            fingerprint: cursor.fingerprint,
            check: None,
        };
        saved.check = saved.checksum();
        saved
    }
}

impl TryFrom<Saved> for PageCursor {
    type Error = &'static str;

    fn try_from(saved: Saved) -> Result<Self, &'static str> {
        match saved.version {
            Some(VERSION) => {}
            Some(version) if version > VERSION => {
                return Err("a later version of the crate saved the cursor: update the crate");
            }
            _ => {
                return Err(
                    "an earlier version of the crate saved the cursor, without the page size and the \
                            arguments: start the list again",
                );
            }
        }
        if saved.check.is_none() || saved.check != saved.checksum() {
            return Err("the cursor is damaged: start the list again");
        }
        Ok(Self {
            operation: saved.operation,
            at: saved.at,
            skip: saved.skip,
            seen: saved.seen,
            size: saved.size,
            fingerprint: saved.fingerprint,
        })
    }
}

impl PageCursor {
    /// Describes how the list to continue differs from the list that created the cursor. Returns
    /// `None` if they are the same.
    pub(super) fn difference(
        &self,
        operation: &str,
        size: Option<u64>,
        fingerprint: &Fingerprint,
    ) -> Option<String> {
        if self.operation != operation {
            return Some(format!("the cursor belongs to {:?}", self.operation));
        }
        let shown = |size: Option<u64>| size.map_or("its default".to_owned(), |n| n.to_string());
        if self.size != size {
            return Some(format!(
                "the cursor has page size {}, but the call requests {}: use the same page size",
                shown(self.size),
                shown(size)
            ));
        }
        let what = self.fingerprint.difference(fingerprint)?;
        Some(format!(
            "the cursor was created with different arguments ({what}): use the same arguments, or start the list again"
        ))
    }
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
        let saved: Saved = serde_json::from_str(text).map_err(|error| {
            let text = "the string is not a cursor, or it is truncated";
            Error::new(ErrorKind::Request, text).with_source(error)
        })?;
        Self::try_from(saved).map_err(|why| Error::new(ErrorKind::Request, why))
    }
}
