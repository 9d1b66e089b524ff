//! Description of a vendor's credentials (`x-sdk-credentials`): kinds, fields, and how they are
//! sent.

use crate::table::operation::{Operation, Scheme};
use crate::table::token_rules::TokenRules;

/// A kind of credentials, with one constructor.
#[derive(Debug, Clone, Copy)]
pub struct CredentialKind {
    /// Name of the constructor, snake_case.
    pub name: &'static str,
    /// Fields of this kind. The constructor's arguments come first, in order.
    pub fields: &'static [CredentialField],
    /// Credential for each security scheme that doesn't use a token exchange.
    pub schemes: &'static [(Scheme, SchemeValue)],
    /// Exchange for access tokens, if this kind uses one.
    pub exchange: Option<CredentialExchange>,
}

/// A field of one kind of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialField {
    /// Name of the field, snake_case.
    pub name: &'static str,
    /// Whether the value is a secret, which is never printed.
    pub is_secret: bool,
    /// Environment variables. The first variable that is set is used.
    pub variables: &'static [&'static str],
    /// Whether the constructor omits the field.
    pub is_optional: bool,
    /// Default of an optional field.
    pub default: Option<&'static str>,
}

/// Credential for a security scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeValue {
    /// A bearer token or a key.
    Text(Template),
    /// A user name and a password, as HTTP Basic.
    Basic(Template, Template),
}

/// Exchange of one kind of credentials for access tokens.
#[derive(Debug, Clone, Copy)]
pub struct CredentialExchange {
    /// The token operation.
    pub operation: &'static Operation,
    /// The full grant. `None` if a refresh token is the only grant of the credentials.
    pub grant: Option<Travel>,
    /// The refresh grant, if the vendor has one.
    pub refresh: Option<Travel>,
    /// Index of the field with the initial refresh token.
    pub initial_refresh_token: Option<usize>,
    /// Lifetimes of tokens, and rules for refresh tokens and grants.
    pub rules: TokenRules,
}

/// How fields are sent in a request to a token operation.
///
/// Values that depend on an unset optional field are omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Travel {
    /// User name and password of HTTP Basic.
    pub basic: Option<(Template, Template)>,
    /// Properties of the body, in order.
    pub body: &'static [(&'static str, PropertyValue)],
    /// Headers by name.
    pub headers: &'static [(&'static str, Template)],
    /// Query parameters by name.
    pub query: &'static [(&'static str, Template)],
    /// Path parameters by name.
    pub path: &'static [(&'static str, Template)],
    /// Whether the vendor's crate adds computed values.
    pub is_custom: bool,
}

impl Travel {
    /// An empty request, as a starting point.
    pub const EMPTY: Self = Self {
        basic: None,
        body: &[],
        headers: &[],
        query: &[],
        path: &[],
        is_custom: false,
    };
}

/// Value of a body property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyValue {
    /// A string.
    Text(Template),
    /// A number, `true`, `false`, a list or an object, as JSON text.
    Json(&'static str),
}

/// A string that contains fields, as a sequence of pieces.
pub type Template = &'static [Piece];

/// A piece of a [`Template`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A literal string.
    Literal(&'static str),
    /// Value of a field, by its index in the list of fields.
    Field(usize),
    /// Refresh token of the exchange.
    RefreshToken,
}
