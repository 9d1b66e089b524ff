//! Entry in the operation table for one operation.

use crate::table::answer::AnswerSpec;
use crate::table::method::Method;
use crate::table::paging::{Bulk, Paging};
use crate::table::parameter::Parameter;
use crate::table::request_body::RequestBody;
use crate::table::wait::{StartRule, WaitRule};

/// One operation of a vendor, as described in the vendor's OpenAPI document.
///
/// Generated code has one static per operation. Start from [`Operation::EMPTY`] to omit fields that
/// don't apply.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Name of the operation, snake_case, unique per vendor.
    pub id: &'static str,
    /// The vendor's own name, if it differs.
    pub upstream_id: Option<&'static str>,
    /// The HTTP method.
    pub method: Method,
    /// The path below the server URL, with `{name}` for path parameters, and the fixed part of the
    /// query, if any.
    pub path: &'static str,
    /// Server of the operation, if it isn't the client's base URL.
    pub server: Option<OperationServer>,
    /// Tag of the operation.
    pub tag: &'static str,
    /// One-line summary.
    pub summary: &'static str,
    /// Parameters in the path, the query and the headers.
    pub parameters: &'static [Parameter],
    /// Request body, if there is one.
    pub body: Option<RequestBody>,
    /// Documented responses.
    pub answers: &'static [AnswerSpec],
    /// Alternative authentication schemes. Empty if none is required.
    pub security: &'static [Scheme],
    /// Whether the operation issues access tokens. If so, its requests contain no token, are exempt
    /// from rate limits, and never use the token cache.
    pub token: bool,
    /// Paging of the list, if the operation returns one.
    pub paging: Option<Paging>,
    /// Bulk format, if this is a bulk operation.
    pub bulk: Option<Bulk>,
    /// How the operation reads the state of a job, if it reads one.
    pub wait: Option<WaitRule>,
    /// How to follow the job that the operation starts, if it starts one.
    pub start: Option<StartRule>,
    /// How to find out whether a call without a response took effect, as a sentence fragment.
    pub find: Option<&'static str>,
    /// Whether the operation may be repeated.
    pub repeat: Repeat,
    /// Irreversible effect of the operation, if any.
    pub effect: Option<Effect>,
    /// Whether the operation is reserved for the vendor's own staff.
    pub internal: bool,
    /// Whether the vendor advises against using the operation.
    pub deprecated: bool,
}

impl Operation {
    /// An empty operation, as a starting point.
    pub const EMPTY: Self = Self {
        id: "",
        upstream_id: None,
        method: Method::Get,
        path: "/",
        server: None,
        tag: "",
        summary: "",
        parameters: &[],
        body: None,
        answers: &[],
        security: &[],
        token: false,
        paging: None,
        bulk: None,
        wait: None,
        start: None,
        find: None,
        repeat: Repeat::Never,
        effect: None,
        internal: false,
        deprecated: false,
    };

    /// Returns whether the operation may change something. This is false for token operations, and
    /// for reads that may be repeated and have no documented effect. It is true for all other
    /// operations.
    pub(crate) fn is_write(&self) -> bool {
        let reads = matches!(self.method, Method::Get | Method::Head | Method::Options);
        !self.token && (!reads || self.repeat == Repeat::Never || self.effect.is_some())
    }

    /// Returns how to find out whether a call without a response took effect.
    pub(crate) fn how_to_find(&self) -> Option<&'static str> {
        self.find.or(self.start.map(|start| start.find))
    }

    /// Finds a parameter by its name in the OpenAPI document, or by location and name, as in
    /// `query.id`.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        let by_name = self.parameters.iter().find(|known| known.name == name);
        by_name.or_else(|| {
            let (place, name) = name.split_once('.')?;
            self.parameters
                .iter()
                .find(|known| known.name == name && known.place.as_str() == place)
        })
    }
}

/// Server of an operation that doesn't use the vendor's base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationServer {
    /// The URL, with `{name}` for variables. A URL without a host is resolved against the base URL
    /// (RFC 3986, section 5).
    pub url: &'static str,
    /// The variables of the URL and their defaults. A variable of the selected server with the same
    /// name takes precedence.
    pub variables: &'static [(&'static str, &'static str)],
    /// Whether the client's credentials are sent to this server even if the server's origin differs
    /// from the origin of the base URL.
    pub takes_credentials: bool,
}

/// A method of authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// An access token, as `Authorization: Bearer`.
    Bearer,
    /// A user name and a password, as `Authorization: Basic`.
    Basic,
    /// A key in its own header.
    ApiKey {
        /// Name of the header.
        header: &'static str,
    },
    /// A key in the query.
    QueryKey {
        /// Name of the parameter.
        parameter: &'static str,
    },
    /// Several schemes that are all required.
    All(&'static [Scheme]),
}

impl Scheme {
    /// Returns the required schemes: the items of `All`, or only this scheme.
    pub(crate) fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }
}

/// Whether an operation may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Repeating the call has no further effect.
    Safe,
    /// Repeating the call with the same idempotency key has no further effect.
    Keyed(KeyPlace),
    /// The call may be repeated only if the first request was certainly not processed.
    Never,
}

/// Location of a call's idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// Name of a header that contains the key.
    Header(&'static str),
    /// Name of a body property that contains the key.
    Body(&'static str),
    /// Name of a header that contains the key as a UUID (RFC 9562).
    UuidHeader(&'static str),
    /// Name of a body property that contains the key as a UUID (RFC 9562).
    UuidBody(&'static str),
}

impl KeyPlace {
    /// Returns whether the key must be a UUID.
    pub fn is_uuid(self) -> bool {
        matches!(self, Self::UuidHeader(_) | Self::UuidBody(_))
    }
}

/// Irreversible effect of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The operation costs money.
    Money,
    /// The operation sends a message to someone.
    Message,
    /// The operation signs something that others can use later.
    Signature,
}
