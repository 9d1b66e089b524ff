//! What a profile says of tokens and of the operations that hand them out.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// How tokens are handed out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRules {
    /// Seconds.
    pub(crate) lifetime: u64,
    /// Seconds; without it refresh tokens do not expire.
    pub(crate) refresh_lifetime: Option<u64>,
    /// By operation id.
    pub(crate) exchanges: BTreeMap<String, ExchangeRules>,
}

/// One token operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeRules {
    pub(crate) client: ClientPlace,
    /// Headers and query parameters, with test values in braces, that a request has to have.
    #[serde(default)]
    pub(crate) carried: Vec<CarriedRules>,
    /// The body field that names the grant.
    #[serde(default = "grant_type")]
    pub(crate) grant_field: String,
    /// The grant of a body that names none.
    pub(crate) default_grant: Option<String>,
    pub(crate) grants: BTreeMap<String, GrantRules>,
    pub(crate) scope: Option<ScopeRules>,
    /// Whether its tokens do not expire.
    #[serde(default)]
    pub(crate) endless: bool,
    /// The fields of a sample body that is accepted without a check, for callers that have no real code or proof.
    #[serde(default)]
    pub(crate) sample: Map<String, Value>,
    /// The body of the answer, with placeholders.
    pub(crate) answer: Value,
}

/// Where the client's credentials stand.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientPlace {
    /// `Authorization: Basic`.
    Basic,
    /// The headers and query parameters in `carried`.
    Carried,
    /// Body fields of these names.
    Body {
        id: String,
        secret: Option<String>,
        proof: Option<ProofRules>,
    },
}

/// A header or a query parameter of an exchange.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarriedRules {
    pub(crate) place: CarriedPlace,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Where a value of an exchange travels, outside of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CarriedPlace {
    Headers,
    Query,
}

/// The body fields by which a client shows that it knows its secret: `hash` is the SHA-256 of `salt` and the secret, in hex.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofRules {
    pub(crate) salt: String,
    pub(crate) hash: String,
}

/// One grant: the body fields that it reads, and whether it also gives a refresh token.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GrantRules {
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) refresh_token: Option<String>,
    /// A field whose value works once, and how the values begin that are known.
    pub(crate) once: Option<OnceRules>,
    pub(crate) gives_refresh_token: bool,
}

/// A field whose value works once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnceRules {
    pub(crate) field: String,
    pub(crate) begins: String,
}

/// The scopes that exist, and those of a token that asked for none.
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
