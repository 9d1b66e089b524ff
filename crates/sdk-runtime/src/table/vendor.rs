//! What a vendor's document says about the vendor as a whole.

use crate::table::operation::Operation;

/// A vendor: its names, servers, operations, limits and the shape of its errors.
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// The machine name, lower case.
    pub name: &'static str,
    /// The name for people.
    pub display_name: &'static str,
    /// The crate that holds its client.
    pub crate_name: &'static str,
    /// That crate's version.
    pub crate_version: &'static str,
    /// The servers; the first is the default.
    pub servers: &'static [ServerInfo],
    /// Every operation, whatever features are on.
    pub operations: &'static [&'static Operation],
    /// How many requests the vendor takes.
    pub limits: Option<Limits>,
    /// The vendor's own header that says how long to wait, beside `Retry-After`.
    pub wait: Option<WaitHeader>,
    /// Where its errors keep what they say.
    pub error: ErrorShape,
}

impl Vendor {
    /// Finds an operation by its id.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().copied().find(|known| known.id == id)
    }

    /// The name of a variable in the environment: `<VENDOR>_<NAME>`.
    ///
    /// A shell takes letters, digits and underscores, with a letter first: the vendor `1-forge` has `X1_FORGE_<NAME>`.
    pub(crate) fn variable(&self, name: &str) -> String {
        let letter = if self.name.starts_with(|first: char| first.is_ascii_digit()) {
            "X"
        } else {
            ""
        };
        format!("{letter}{}_{name}", self.name)
            .replace('-', "_")
            .to_ascii_uppercase()
    }
}

/// A server of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerInfo {
    /// The name, snake_case.
    pub name: &'static str,
    /// The URL, maybe with `{variables}`.
    pub url: &'static str,
    /// Whether nobody can use the URL as it is.
    pub placeholder: bool,
    /// What it is for.
    pub description: &'static str,
}

/// Where a vendor's error bodies keep what they say, as JSON pointers that are tried in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorShape {
    /// The vendor's code.
    pub code: &'static [&'static str],
    /// The vendor's kind or type of error.
    pub kind: &'static [&'static str],
    /// The message.
    pub message: &'static [&'static str],
    /// The errors of single fields.
    pub fields: &'static [&'static str],
    /// What makes a body under a success status an error.
    pub in_success: &'static [&'static str],
}

impl ErrorShape {
    /// A shape that finds nothing, to start from.
    pub const EMPTY: Self = Self {
        code: &[],
        kind: &[],
        message: &[],
        fields: &[],
        in_success: &[],
    };
}

/// How many requests a vendor takes from one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in each period.
    pub requests: u32,
    /// The period's length.
    pub per_seconds: u32,
    /// Requests at the same time.
    pub concurrent: Option<u32>,
}

/// A header of the vendor's own that says how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitHeader {
    /// The name, in any case.
    pub header: &'static str,
    /// How its number counts.
    pub unit: WaitUnit,
}

/// How the number in a [`WaitHeader`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitUnit {
    /// A wait in milliseconds.
    Milliseconds,
    /// A wait in seconds, maybe with a fraction.
    Seconds,
    /// The moment at which the wait ends, in seconds since 1970.
    Unix,
}
