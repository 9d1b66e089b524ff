//! Profile rules for errors: status, code and body of each kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::rules::error_kind::ErrorKind;

/// Rules for error responses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRules {
    /// Default body of errors, with placeholders.
    pub(crate) body: Value,
    /// Format of each invalid field in the list that replaces the placeholder `{faults}`.
    pub(crate) fault: Option<Value>,
    pub(crate) kinds: BTreeMap<ErrorKind, ErrorRule>,
    /// Rules for specific operations, by operation id.
    #[serde(default)]
    pub(crate) operations: BTreeMap<String, BTreeMap<ErrorKind, ErrorRule>>,
}

/// Status, code, type, message and body of one kind of error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ErrorRule {
    /// One or more statuses. The response has the first of these statuses that the operation
    /// documents, or the first one if the operation documents none of them.
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) status: Option<Vec<u16>>,
    pub(crate) code: Option<Value>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) body: Option<Value>,
}

impl ErrorRules {
    /// Returns the rule for a kind, or for the nearest broader kind that has a rule. For each kind,
    /// a rule for the operation takes precedence.
    pub(crate) fn rule(&self, kind: ErrorKind, operation: Option<&str>) -> Option<&ErrorRule> {
        let own = operation.and_then(|id| self.operations.get(id)?.get(&kind));
        own.or_else(|| self.kinds.get(&kind))
            .or_else(|| self.rule(kind.wider()?, operation))
    }
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
