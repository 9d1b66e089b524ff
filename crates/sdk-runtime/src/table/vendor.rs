//! Entry in the operation table for a vendor.

use crate::table::operation::Operation;

/// A vendor: names, servers, operations, limits and error format.
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// Machine name, lower case.
    pub name: &'static str,
    /// Display name.
    pub display_name: &'static str,
    /// Name of the crate with the vendor's client.
    pub crate_name: &'static str,
    /// Version of that crate.
    pub crate_version: &'static str,
    /// Servers. The first server is the default.
    pub servers: &'static [ServerInfo],
    /// All operations, regardless of which features are enabled.
    pub operations: &'static [&'static Operation],
    /// Published rate limits.
    pub limits: Option<Limits>,
    /// The vendor's own header with a retry delay, in addition to `Retry-After`.
    pub wait: Option<WaitHeader>,
    /// Format of the vendor's errors.
    pub error: ErrorShape,
}

impl Vendor {
    /// Finds an operation by its id.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().copied().find(|known| known.id == id)
    }

    /// Returns the name of an environment variable: `<VENDOR>_<NAME>`.
    ///
    /// The name consists of letters, digits and underscores, and starts with a letter. For example,
    /// the variables of the vendor `1-forge` are named `X1_FORGE_<NAME>`.
    pub fn variable(&self, name: &str) -> String {
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
    /// Name, snake_case.
    pub name: &'static str,
    /// URL, possibly with `{variables}`.
    pub url: &'static str,
    /// Whether the URL is a placeholder that users must replace.
    pub placeholder: bool,
    /// Purpose of the server.
    pub description: &'static str,
}

/// JSON pointers into a vendor's error bodies. The pointers of each list are tried in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorShape {
    /// Pointers to the vendor's error code.
    pub code: &'static [&'static str],
    /// Pointers to the vendor's error type.
    pub kind: &'static [&'static str],
    /// Pointers to the message.
    pub message: &'static [&'static str],
    /// Pointers to the errors of individual fields.
    pub fields: &'static [&'static str],
    /// Pointers to values whose presence in a success response means that the call failed.
    pub in_success: &'static [&'static str],
}

impl ErrorShape {
    /// An empty format, as a starting point.
    pub const EMPTY: Self = Self {
        code: &[],
        kind: &[],
        message: &[],
        fields: &[],
        in_success: &[],
    };
}

/// Rate limits of a vendor for one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of requests per period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub per_seconds: u32,
    /// Maximum number of concurrent requests.
    pub concurrent: Option<u32>,
}

/// A vendor's own header with a retry delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitHeader {
    /// Name of the header, case-insensitive.
    pub header: &'static str,
    /// Unit of the number in the header.
    pub unit: WaitUnit,
}

/// Unit of the number in a [`WaitHeader`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitUnit {
    /// A delay in milliseconds.
    Milliseconds,
    /// A delay in seconds, possibly with a fraction.
    Seconds,
    /// The end of the delay as a Unix time in seconds.
    Unix,
}
