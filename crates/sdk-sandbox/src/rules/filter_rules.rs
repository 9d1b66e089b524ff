//! Profile rules for parameters that filter a list.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A parameter that compares a record's property with its value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterRules {
    /// Property, as named in answers.
    pub(crate) property: String,
    /// One of the search operators; `=` by default.
    #[serde(default = "equal")]
    pub(crate) operator: String,
    /// Value that applies to calls without the parameter.
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
    /// Name of the parameter, in the query or in the body.
    pub(crate) parameter: Option<String>,
    /// Parameters with the default locale and channel of criteria.
    pub(crate) locale: Option<String>,
    pub(crate) scope: Option<String>,
    /// Property that holds the values by name.
    pub(crate) values: Option<String>,
    /// Collection of the records that describe the values, by name.
    pub(crate) described_by: Option<String>,
    /// Properties of criteria that are accepted but not evaluated.
    pub(crate) not_evaluated: Vec<String>,
    /// Operators that are accepted but not evaluated.
    pub(crate) operators_not_evaluated: Vec<String>,
    /// Parameters that keep only the values of some names, locales or channels.
    pub(crate) cut_names: Vec<String>,
    pub(crate) cut_locales: Vec<String>,
    pub(crate) cut_scope: Vec<String>,
}

fn equal() -> String {
    "=".to_owned()
}
