//! Profile rules for tokens and for the operations that issue them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Rules for issuing tokens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRules {
    /// Lifetime of access tokens in seconds.
    pub(crate) lifetime: u64,
    /// Lifetime of refresh tokens in seconds. If absent, refresh tokens do not expire.
    pub(crate) refresh_lifetime: Option<u64>,
    /// Token operations by operation id.
    pub(crate) exchanges: BTreeMap<String, ExchangeRules>,
}

/// One token operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeRules {
    pub(crate) client: ClientPlace,
    /// Headers and query parameters that a request must have. Names of test values are in braces.
    #[serde(default)]
    pub(crate) carried: Vec<CarriedRules>,
    /// Body field with the grant type.
    #[serde(default = "grant_type")]
    pub(crate) grant_field: String,
    /// Grant type of requests that don't contain `grant_field`.
    pub(crate) default_grant: Option<String>,
    pub(crate) grants: BTreeMap<String, GrantRules>,
    pub(crate) scope: Option<ScopeRules>,
    /// Whether the issued access tokens do not expire.
    #[serde(default)]
    pub(crate) endless: bool,
    /// Fields of a sample body, for callers without a real code or proof. If a body has these
    /// values, the client and the prefix of the one-time value are not checked.
    #[serde(default)]
    pub(crate) sample: Map<String, Value>,
    /// Body of the response, with placeholders.
    pub(crate) answer: Value,
}

/// Location of the client credentials.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientPlace {
    /// `Authorization: Basic`.
    Basic,
    /// Headers and query parameters, as listed in `carried`.
    Carried,
    /// Body fields with these names.
    Body {
        id: String,
        secret: Option<String>,
        proof: Option<ProofRules>,
    },
}

/// A header or query parameter of a token request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarriedRules {
    pub(crate) place: CarriedPlace,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Location of a value outside the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CarriedPlace {
    Headers,
    Query,
}

/// Body fields that prove knowledge of the secret: `hash` contains the SHA-256 of the value of
/// `salt` followed by the secret, in hexadecimal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofRules {
    pub(crate) salt: String,
    pub(crate) hash: String,
}

/// A grant type: the body fields that it uses, and whether it also issues a refresh token.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GrantRules {
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) refresh_token: Option<String>,
    /// Field with a one-time value, and the prefix of accepted values.
    pub(crate) once: Option<OnceRules>,
    pub(crate) gives_refresh_token: bool,
}

/// A field with a one-time value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnceRules {
    pub(crate) field: String,
    pub(crate) begins: String,
}

/// Known scopes, and the default scopes of a token if the request has none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScopeRules {
    pub(crate) field: String,
    pub(crate) known: Vec<String>,
    pub(crate) default: Vec<String>,
}

fn grant_type() -> String {
    "grant_type".to_owned()
}
