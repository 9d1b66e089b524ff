//! Kinds of credentials and their fields, in the form that rules use.

use crate::spec::finding::Finding;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::BTreeSet;

/// Findings of rules.
pub(super) type Found = Vec<Finding>;

/// One kind of credentials.
pub(super) struct Kind<'d> {
    pub(super) pointer: String,
    pub(super) value: &'d Value,
}

/// One field of a kind.
pub(super) struct Field<'d> {
    pub(super) pointer: String,
    pub(super) name: &'d str,
    pub(super) value: &'d Value,
}

impl<'d> Kind<'d> {
    pub(super) fn name(&self) -> &'d str {
        text(self.value, "name")
    }

    pub(super) fn fields(&self) -> Vec<Field<'d>> {
        let pointer = below(&self.pointer, "fields");
        let fields = self.value.get("fields").and_then(Value::as_array);
        let fields = fields.into_iter().flatten().enumerate();
        fields
            .map(|(index, value)| Field {
                pointer: below(&pointer, &index.to_string()),
                name: text(value, "name"),
                value,
            })
            .collect()
    }

    pub(super) fn exchange(&self) -> Option<&'d Value> {
        self.value.get("exchange")
    }

    pub(super) fn names(&self) -> BTreeSet<&'d str> {
        self.fields().iter().map(|field| field.name).collect()
    }
}

impl Field<'_> {
    pub(super) fn is_secret(&self) -> bool {
        flag(self.value, "secret")
    }

    pub(super) fn is_optional(&self) -> bool {
        flag(self.value, "optional") || self.value.get("default").is_some()
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = (String, &str)> {
        let pointer = below(&self.pointer, "env");
        let names = self.value.get("env").and_then(Value::as_array);
        let names = names.into_iter().flatten().enumerate();
        names.filter_map(move |(index, name)| {
            Some((below(&pointer, &index.to_string()), name.as_str()?))
        })
    }
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}
