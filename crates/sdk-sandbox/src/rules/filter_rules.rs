//! What a profile says of the parameters that narrow a list.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A parameter that compares a property of the records of a list with its value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterRules {
    /// The property, as answers have it.
    pub(crate) property: String,
    /// `=` unless it is given; one of the operators of searches.
    #[serde(default = "equal")]
    pub(crate) operator: String,
    /// What a call without the parameter means.
    #[serde(default)]
    pub(crate) default: Option<serde_json::Value>,
    /// Values that stand for another one; `null` for one that filters nothing.
    #[serde(default)]
    pub(crate) means: BTreeMap<String, serde_json::Value>,
}

/// A parameter that holds criteria in JSON: `{"property": [{"operator": "=", "value": 1}]}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SearchRules {
    /// The name of the parameter, in the query or in the body.
    pub(crate) parameter: Option<String>,
    /// The parameters with the locale and the channel of criteria that have none.
    pub(crate) locale: Option<String>,
    pub(crate) scope: Option<String>,
    /// The property that holds values by name.
    pub(crate) values: Option<String>,
    /// The collection of the records that describe the values, by name.
    pub(crate) described_by: Option<String>,
    /// Properties of criteria that exist and are not evaluated.
    pub(crate) not_evaluated: Vec<String>,
    /// Operators that exist and are not evaluated.
    pub(crate) operators_not_evaluated: Vec<String>,
    /// The parameters that leave only the values of some names, locales or channels.
    pub(crate) cut_names: Vec<String>,
    pub(crate) cut_locales: Vec<String>,
    pub(crate) cut_scope: Vec<String>,
}

fn equal() -> String {
    "=".to_owned()
}
