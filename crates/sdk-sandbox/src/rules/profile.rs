//! What a vendor does that its document does not say: data, read from a profile file.

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

/// Whether a profile says nothing: comments at most. The document alone decides then.
pub(crate) fn is_blank(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

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
    /// Operations that answer with one result for each of the things that a request names, by operation id.
    #[serde(default)]
    pub(crate) each: BTreeMap<String, EachRules>,
    /// Properties that the answer of an operation takes from the record that it works on, by operation id.
    #[serde(default)]
    pub(crate) inherits: BTreeMap<String, Vec<String>>,
    /// Parameters that narrow lists, where they do not have the name of the property that they compare.
    #[serde(default)]
    pub(crate) filters: BTreeMap<String, FilterRules>,
    #[serde(default)]
    pub(crate) search: SearchRules,
    #[serde(default)]
    pub(crate) merge: MergeRules,
    #[serde(default)]
    pub(crate) jobs: Vec<JobRules>,
    /// What sends webhooks, by the name of their family in the document.
    #[serde(default)]
    pub(crate) webhooks: BTreeMap<String, WebhookRules>,
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

impl Profile {
    /// Reads the text of a profile, and what the document says about credentials. A wrong key is an error that names its
    /// line.
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

/// The line with the key that an error names in backquotes, such as the one of an unknown field.
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
    fn a_misspelt_key_is_an_error() {
        let error = Profile::read("# A comment\ncredentails: {}", &Value::Null).unwrap_err();
        let told = error.to_string();
        let start = "line 2: the profile: unknown field `credentails`, expected one of";
        assert!(told.starts_with(start), "{told}");
    }
}
