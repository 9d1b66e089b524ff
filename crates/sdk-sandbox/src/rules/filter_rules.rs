//! Profile rules for parameters that filter a list.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A parameter whose value is compared with a property of each record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterRules {
    /// Name of the property in responses.
    pub(crate) property: String,
    /// Search operator. Defaults to `=`.
    #[serde(default = "equal")]
    pub(crate) operator: String,
    /// Value for calls without the parameter. Has an effect only in the filters of a collection.
    #[serde(default)]
    pub(crate) default: Option<serde_json::Value>,
    /// Maps parameter values to property values. A parameter value that is mapped to `null` doesn't
    /// filter.
    #[serde(default)]
    pub(crate) means: BTreeMap<String, serde_json::Value>,
}

/// A parameter with search criteria in JSON: `{"property": [{"operator": "=", "value": 1}]}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SearchRules {
    /// Name of the parameter, in the query or in the body.
    pub(crate) parameter: Option<String>,
    /// Parameter with the default locale for the criteria.
    pub(crate) locale: Option<String>,
    /// Parameter with the default channel for the criteria.
    pub(crate) scope: Option<String>,
    /// Property of a record that maps names to lists of entries.
    pub(crate) values: Option<String>,
    /// Collection of the records that describe the entries. The key of each of these records is the
    /// name of the entries that the record describes.
    pub(crate) described_by: Option<String>,
    /// Properties in criteria that are accepted but not evaluated, unless the records have them.
    pub(crate) not_evaluated: Vec<String>,
    /// Operators that are accepted but not evaluated.
    pub(crate) operators_not_evaluated: Vec<String>,
    /// Parameters that restrict the returned entries to some names.
    pub(crate) cut_names: Vec<String>,
    /// Parameters that restrict the returned entries to some locales.
    pub(crate) cut_locales: Vec<String>,
    /// Parameters that restrict the returned entries to some channels.
    pub(crate) cut_scope: Vec<String>,
}

fn equal() -> String {
    "=".to_owned()
}
