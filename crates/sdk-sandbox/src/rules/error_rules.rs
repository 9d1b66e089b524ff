//! What a profile says of errors: their status, code and body, by kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::rules::error_kind::ErrorKind;

/// How errors are worded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRules {
    /// The body of every error, with placeholders.
    pub(crate) body: Value,
    /// The form of one wrong field, for the placeholder `{faults}`.
    pub(crate) fault: Option<Value>,
    pub(crate) kinds: BTreeMap<ErrorKind, ErrorRule>,
    /// The wording of single operations, by operation id, where it is not the usual one.
    #[serde(default)]
    pub(crate) operations: BTreeMap<String, BTreeMap<ErrorKind, ErrorRule>>,
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

impl ErrorRules {
    /// The rule of a kind, or of the next wider one; that of the operation itself stands above all others.
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
