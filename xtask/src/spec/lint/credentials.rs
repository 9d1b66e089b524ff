//! `x-sdk-credentials` has the keys of its description, names what exists, marks secrets, and covers every security scheme.

mod environment;
mod fields;
mod schemes;
mod shape;
mod travel;

use crate::spec::finding::Finding;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::BTreeSet;

/// The extension, on the document.
pub(crate) const KEY: &str = "x-sdk-credentials";

pub(super) fn check(spec: &mut Spec<'_>) {
    let Some(value) = spec.document.root.get(KEY) else {
        return;
    };
    let pointer = below("", KEY);
    let mut found = Vec::new();
    shape::check(spec, &pointer, value, &mut found);
    // Names are looked up only in what has the right shape.
    if found.is_empty() {
        let kinds = value.as_array().map_or(&[][..], Vec::as_slice);
        let kinds: Vec<Kind<'_>> = kinds
            .iter()
            .enumerate()
            .map(|(index, value)| Kind {
                pointer: below(&pointer, &index.to_string()),
                value,
            })
            .collect();
        for kind in &kinds {
            fields::check(spec, kind, &mut found);
            travel::check(spec, kind, &mut found);
        }
        fields::check_together(spec, &kinds, &mut found);
        environment::check(spec, &kinds, &mut found);
        schemes::check(spec, &pointer, &kinds, &mut found);
    }
    spec.findings.extend(found);
}

/// One kind of credentials.
struct Kind<'d> {
    pointer: String,
    value: &'d Value,
}

/// One field of a kind.
struct Field<'d> {
    pointer: String,
    name: &'d str,
    value: &'d Value,
}

impl<'d> Kind<'d> {
    fn name(&self) -> &'d str {
        text(self.value, "name")
    }

    fn fields(&self) -> Vec<Field<'d>> {
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

    fn exchange(&self) -> Option<&'d Value> {
        self.value.get("exchange")
    }

    fn names(&self) -> BTreeSet<&'d str> {
        self.fields().iter().map(|field| field.name).collect()
    }
}

impl Field<'_> {
    fn is_secret(&self) -> bool {
        flag(self.value, "secret")
    }

    fn is_optional(&self) -> bool {
        flag(self.value, "optional") || self.value.get("default").is_some()
    }

    fn variables(&self) -> impl Iterator<Item = (String, &str)> {
        let pointer = below(&self.pointer, "env");
        let names = self.value.get("env").and_then(Value::as_array);
        let names = names.into_iter().flatten().enumerate();
        names.filter_map(move |(index, name)| {
            Some((below(&pointer, &index.to_string()), name.as_str()?))
        })
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

type Found = Vec<Finding>;
