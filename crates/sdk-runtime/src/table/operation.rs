//! What the operation table says about one operation of a vendor.

use crate::table::answer::AnswerSpec;
use crate::table::method::Method;
use crate::table::paging::{Bulk, Paging};
use crate::table::parameter::Parameter;
use crate::table::request_body::RequestBody;
use crate::table::wait::{StartRule, WaitRule};

/// One operation of a vendor, as its document describes it.
///
/// Generated code keeps one static of it per operation; start from
/// [`Operation::EMPTY`] to leave out what does not apply.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The operation's name, snake_case, unique within the vendor.
    pub id: &'static str,
    /// The vendor's own name of it, where that differs.
    pub upstream_id: Option<&'static str>,
    /// The HTTP method.
    pub method: Method,
    /// The path below the server URL, with `{name}` for path parameters, and the fixed part of the query, if it has one.
    pub path: &'static str,
    /// Its server, where that is not the client's base URL.
    pub server: Option<OperationServer>,
    /// The one tag it belongs to.
    pub tag: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Its parameters in the path, the query and the headers.
    pub parameters: &'static [Parameter],
    /// The body that it takes, if it takes one.
    pub body: Option<RequestBody>,
    /// The answers that are documented.
    pub answers: &'static [AnswerSpec],
    /// The alternatives to identify the caller; empty where none is asked for.
    pub security: &'static [Scheme],
    /// Whether it hands out access tokens: then it carries none, is exempt
    /// from limits and never touches the token cache.
    pub token: bool,
    /// How its list is paged, if it is one.
    pub paging: Option<Paging>,
    /// How it takes many items in one request, if it does.
    pub bulk: Option<Bulk>,
    /// How it reads the state of a job, if it reads one.
    pub wait: Option<WaitRule>,
    /// How the job that it starts goes on, if it starts one.
    pub start: Option<StartRule>,
    /// How to find out whether a call took effect that was not answered; a part of a sentence.
    pub find: Option<&'static str>,
    /// Whether it may be sent a second time.
    pub repeat: Repeat,
    /// What it causes outside of the vendor's database, if anything.
    pub effect: Option<Effect>,
    /// Whether it is for the vendor's own staff.
    pub internal: bool,
    /// Whether the vendor advises against it.
    pub deprecated: bool,
}

impl Operation {
    /// An operation of which nothing is said, to start from.
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

    /// Whether it may change something: everything but reads, and reads that the document says have effects.
    pub(crate) fn is_write(&self) -> bool {
        let reads = matches!(self.method, Method::Get | Method::Head | Method::Options);
        !self.token && (!reads || self.repeat == Repeat::Never || self.effect.is_some())
    }

    /// How to find out whether a call took effect that was not answered.
    pub(crate) fn how_to_find(&self) -> Option<&'static str> {
        self.find.or(self.start.map(|start| start.find))
    }

    /// Finds a parameter by its name on the wire, or by place and name as in `query.id`.
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

/// The server of an operation that is not at the base URL of its vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationServer {
    /// The URL, with `{name}` for variables; one without a host is resolved against the base URL (RFC 3986, section 5).
    pub url: &'static str,
    /// The variables of the URL and their defaults. A variable of the chosen server that has the same name counts first.
    pub variables: &'static [(&'static str, &'static str)],
    /// Whether the client's credentials go there even if it is another origin than the base URL.
    pub takes_credentials: bool,
}

/// One way for a caller to say who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// An access token, as `Authorization: Bearer`.
    Bearer,
    /// A user name and a password, as `Authorization: Basic`.
    Basic,
    /// A key in a header of its own.
    ApiKey {
        /// The header's name.
        header: &'static str,
    },
    /// A key in the query.
    QueryKey {
        /// The parameter's name.
        parameter: &'static str,
    },
    /// Several of them at once.
    All(&'static [Scheme]),
}

impl Scheme {
    /// The schemes that have to hold together.
    pub(crate) fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }
}

/// Whether an operation may be sent a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// A second time changes nothing more.
    Safe,
    /// A second time with the same idempotency key changes nothing more.
    Keyed(KeyPlace),
    /// Only if the first time surely was not processed.
    Never,
}

/// What carries the idempotency key of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header, by its name.
    Header(&'static str),
    /// A property of the body, by its name.
    Body(&'static str),
    /// A header, by its name, that holds a UUID (RFC 9562).
    UuidHeader(&'static str),
    /// A property of the body, by its name, that holds a UUID (RFC 9562).
    UuidBody(&'static str),
}

impl KeyPlace {
    /// Returns whether the key has to be a UUID.
    pub fn is_uuid(self) -> bool {
        matches!(self, Self::UuidHeader(_) | Self::UuidBody(_))
    }
}

/// What an operation causes that cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It costs money.
    Money,
    /// It sends a message to someone.
    Message,
    /// It signs something that others can use later.
    Signature,
}
