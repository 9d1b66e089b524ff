//! Description of the credentials of a vendor (`x-sdk-credentials`): their kinds, fields, and how they travel.

use crate::table::operation::{Operation, Scheme};
use crate::table::token_rules::TokenRules;

/// One kind of credentials, which one constructor takes.
#[derive(Debug, Clone, Copy)]
pub struct CredentialKind {
    /// The name of the constructor, snake_case.
    pub name: &'static str,
    /// The fields; the arguments of the constructor come first, in its order.
    pub fields: &'static [CredentialField],
    /// What this kind sends for each security scheme that needs no exchange.
    pub schemes: &'static [(Scheme, SchemeValue)],
    /// How this kind gets access tokens, if it gets any.
    pub exchange: Option<CredentialExchange>,
}

/// A field of one kind of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialField {
    /// The name, snake_case.
    pub name: &'static str,
    /// Whether the value never prints.
    pub is_secret: bool,
    /// The environment variables; the first one that is set counts.
    pub variables: &'static [&'static str],
    /// Whether the constructor does without it.
    pub is_optional: bool,
    /// The value of an optional field that is not given.
    pub default: Option<&'static str>,
}

/// What is sent for a security scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeValue {
    /// A bearer token or a key.
    Text(Template),
    /// A user name and a password, as HTTP Basic.
    Basic(Template, Template),
}

/// How one kind of credentials is exchanged for access tokens.
#[derive(Debug, Clone, Copy)]
pub struct CredentialExchange {
    /// The token operation.
    pub operation: &'static Operation,
    /// The full grant. `None`: the credentials are a refresh token and what goes with it.
    pub grant: Option<Travel>,
    /// The refresh grant, if the vendor has one.
    pub refresh: Option<Travel>,
    /// The field that holds the refresh token to begin with, by its place in the list.
    pub initial_refresh_token: Option<usize>,
    /// Lifetimes, and what answers mean.
    pub rules: TokenRules,
}

/// How fields travel on one request of a token operation.
///
/// What needs an optional field that has no value is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Travel {
    /// The user name and password of HTTP Basic.
    pub basic: Option<(Template, Template)>,
    /// The properties of the body, in the order in which they are sent.
    pub body: &'static [(&'static str, PropertyValue)],
    /// Headers by name.
    pub headers: &'static [(&'static str, Template)],
    /// Query parameters by name.
    pub query: &'static [(&'static str, Template)],
    /// Path parameters by name.
    pub path: &'static [(&'static str, Template)],
    /// Whether the vendor's crate adds what it computes.
    pub is_custom: bool,
}

impl Travel {
    /// A request that carries nothing, to start from.
    pub const EMPTY: Self = Self {
        basic: None,
        body: &[],
        headers: &[],
        query: &[],
        path: &[],
        is_custom: false,
    };
}

/// The value of a property of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyValue {
    /// A text.
    Text(Template),
    /// A number, `true`, `false`, a list or an object, as JSON text.
    Json(&'static str),
}

/// A text with fields in it: its pieces, one after the other.
pub type Template = &'static [Piece];

/// A piece of a [`Template`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A text as it is.
    Literal(&'static str),
    /// The value of a field, by its place in the list of fields.
    Field(usize),
    /// The refresh token of the exchange.
    RefreshToken,
}
