//! What a vendor does that its document does not say: data, read from a profile file.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::actions::merge::MergeRules;
use crate::error::Error;
use crate::http::refusal::Kind;
use crate::resources::inference::Role;
use crate::resources::resource::ResourceRules;
use crate::rules::credentials::Credentials;
use crate::state::jobs::JobRules;
use crate::state::rate_limiter::LimitRules;

/// The profile of one vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) credentials: Credentials,
    /// Sets of environment variables that a client can be configured by, the usual one first.
    pub(crate) environments: Vec<BTreeMap<String, String>>,
    pub(crate) tokens: TokenRules,
    pub(crate) errors: ErrorRules,
    /// Headers that every answer has.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The properties that can be the key of a record, the most likely one first.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// Corrections of what was read out of the document, by the path of a collection.
    #[serde(default)]
    pub(crate) resources: BTreeMap<String, ResourceRules>,
    /// What operations do to records, by operation id, where that was read wrongly.
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, Role>,
    /// Properties that are always so in answers of success.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    #[serde(default)]
    pub(crate) merge: MergeRules,
    #[serde(default)]
    pub(crate) jobs: Vec<JobRules>,
    #[serde(default)]
    pub(crate) paging: PagingRules,
    /// Limits of calls that the document does not state, and how the vendor tells of them.
    #[serde(default)]
    pub(crate) limits: LimitRules,
    /// The body field that makes a call one that is done once, and the header that repeats it.
    pub(crate) idempotency: Option<IdempotencyRules>,
    /// Headers that carry the key of a new record.
    #[serde(default)]
    pub(crate) key_headers: Vec<String>,
    /// What an exchange answers while the account is in another state than the usual one.
    pub(crate) account: Option<AccountRules>,
    /// Whether a write without a content type is refused even if it has no body.
    #[serde(default)]
    pub(crate) content_type_required: bool,
    /// Whether an `Accept` that no documented answer fits is refused.
    #[serde(default)]
    pub(crate) accept_checked: bool,
}

/// The field of a body that makes a call one that is done once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdempotencyRules {
    pub(crate) field: String,
    pub(crate) header: Option<String>,
}

/// The states of an account that keep it from getting a token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRules {
    pub(crate) status: u16,
    /// The body, in which `{account_status}` stands for the state.
    pub(crate) body: Value,
    /// The state that gets a token.
    pub(crate) approved: String,
}

/// The bounds of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PagingRules {
    /// The last record that can be reached by the number of a page.
    pub(crate) ceiling: Option<u64>,
    /// The parameter that asks for the number of all records, where it is not always told.
    pub(crate) count: Option<String>,
}

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
    /// The fields of a body that is taken as it stands, for who has no real one.
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
    /// Body fields of these names.
    Body {
        id: String,
        secret: Option<String>,
        proof: Option<ProofRules>,
    },
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

/// How errors are worded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRules {
    /// The body of every error, with placeholders.
    pub(crate) body: Value,
    /// The form of one wrong field, for the placeholder `{faults}`.
    pub(crate) fault: Option<Value>,
    pub(crate) kinds: BTreeMap<Kind, ErrorRule>,
    /// The wording of single operations, by operation id, where it is not the usual one.
    #[serde(default)]
    pub(crate) operations: BTreeMap<String, BTreeMap<Kind, ErrorRule>>,
}

/// How one kind of error is worded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ErrorRule {
    /// One status, or several of which the first that the operation declares is taken.
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) status: Option<Vec<u16>>,
    pub(crate) code: Option<Value>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) body: Option<Value>,
}

impl Profile {
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        // By way of JSON: there an enum with data is a map, in YAML it would need a tag.
        let value: Value = serde_yaml_ng::from_str(text)
            .map_err(|e| Error::caused_by("the profile is not YAML", e))?;
        serde_json::from_value(value).map_err(|e| Error::caused_by("the profile", e))
    }
}

impl ErrorRules {
    /// The rule of a kind, or of the next wider one; that of the operation itself stands above all others.
    pub(crate) fn rule(&self, kind: Kind, operation: Option<&str>) -> Option<&ErrorRule> {
        let own = operation.and_then(|id| self.operations.get(id)?.get(&kind));
        own.or_else(|| self.kinds.get(&kind))
            .or_else(|| self.rule(kind.wider()?, operation))
    }
}

fn grant_type() -> String {
    "grant_type".to_owned()
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u16>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Statuses {
        One(u16),
        More(Vec<u16>),
    }
    Ok(match Option::<Statuses>::deserialize(deserializer)? {
        None => None,
        Some(Statuses::One(status)) => Some(vec![status]),
        Some(Statuses::More(statuses)) => Some(statuses),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_an_error() {
        let error = Profile::read("credentails: {}").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the profile: unknown field `credentails`"),
            "{error}"
        );
    }
}
