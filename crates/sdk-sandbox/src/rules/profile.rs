//! Profile of a vendor: the behavior that the vendor's document doesn't describe.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::rules::call_rules::{
    AccountRules, EachRules, IdempotencyRules, JobRules, LimitRules, PagingRules,
};
use crate::rules::credentials::Credentials;
use crate::rules::described_credentials;
use crate::rules::error_rules::ErrorRules;
use crate::rules::filter_rules::{FilterRules, SearchRules};
use crate::rules::record_rules::{MergeRules, ResourceRules};
use crate::rules::role::Role;
use crate::rules::token_rules::TokenRules;
use crate::rules::webhook_rules::WebhookRules;
use crate::rules::yaml;

/// Returns whether a profile is empty except for comments. In that case, only the document is used.
pub(crate) fn is_blank(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// The profile of one vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) credentials: Credentials,
    /// Sets of environment variables that configure a client, the preferred set first.
    pub(crate) environments: Vec<BTreeMap<String, String>>,
    pub(crate) tokens: TokenRules,
    pub(crate) errors: ErrorRules,
    /// Headers that every response has.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// Properties that can be the key of a record, the most likely first.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// Corrections to inferred collections, by path.
    #[serde(default)]
    pub(crate) resources: BTreeMap<String, ResourceRules>,
    /// Corrections to inferred roles, by operation id.
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, Role>,
    /// Fixed property values in success responses, by the name of the response schema.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    /// Operations that return one result per item in the request, by operation id.
    #[serde(default)]
    pub(crate) each: BTreeMap<String, EachRules>,
    /// Properties that a response copies from the record that the operation acts on, by operation
    /// id.
    #[serde(default)]
    pub(crate) inherits: BTreeMap<String, Vec<String>>,
    /// Rules for parameters that filter lists, by the name of the parameter.
    #[serde(default)]
    pub(crate) filters: BTreeMap<String, FilterRules>,
    #[serde(default)]
    pub(crate) search: SearchRules,
    #[serde(default)]
    pub(crate) merge: MergeRules,
    #[serde(default)]
    pub(crate) jobs: Vec<JobRules>,
    /// Rules for webhooks, by the name of the webhook family in the document.
    #[serde(default)]
    pub(crate) webhooks: BTreeMap<String, WebhookRules>,
    #[serde(default)]
    pub(crate) paging: PagingRules,
    /// Rate limits that the document doesn't state, and the headers that report them.
    #[serde(default)]
    pub(crate) limits: LimitRules,
    /// Body field with the idempotency key, and the response header that repeats the key.
    pub(crate) idempotency: Option<IdempotencyRules>,
    /// Response headers that contain the key of the call's record.
    #[serde(default)]
    pub(crate) key_headers: Vec<String>,
    /// Response to a token exchange if the account is not approved.
    pub(crate) account: Option<AccountRules>,
    /// Whether a request without a content type is rejected even if it has no body. Applies to
    /// operations that accept a body.
    #[serde(default)]
    pub(crate) content_type_required: bool,
    /// Whether a request with an unsupported `Accept` header is rejected.
    #[serde(default)]
    pub(crate) accept_checked: bool,
}

impl Profile {
    /// Parses a profile, and adds the document's description of credentials. The error for an
    /// unknown key contains the line number of the key.
    pub(crate) fn read(text: &str, document: &Value) -> Result<Self, Error> {
        Self::from_value(yaml::read(text)?, document).map_err(|error| match line_of(text, &error) {
            Some(line) => Error::caused_by(format!("line {line}"), error),
            None => error,
        })
    }

    pub(crate) fn from_value(mut value: Value, document: &Value) -> Result<Self, Error> {
        described_credentials::complete(&mut value, document);
        serde_json::from_value(value).map_err(|e| Error::caused_by("the profile", e))
    }
}

/// Returns the line number of the key that an error message shows in backticks, such as an unknown
/// field.
fn line_of(text: &str, error: &Error) -> Option<usize> {
    let told = error.to_string();
    let name = told.split('`').nth(1)?;
    let has = |line: &str| {
        let mut words = line.split([' ', '{', '}', ',', '-', '"']);
        words.any(|word| word.strip_suffix(':') == Some(name))
    };
    text.lines().position(has).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_key_is_rejected_with_its_line_number() {
        let error = Profile::read("# A comment\ncredentails: {}", &Value::Null).unwrap_err();
        let told = error.to_string();
        let start = "line 2: the profile: unknown field `credentails`, expected one of";
        assert!(told.starts_with(start), "{told}");
    }
}
