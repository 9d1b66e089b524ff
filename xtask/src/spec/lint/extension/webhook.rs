//! Rules: everything that `x-sdk-webhooks` refers to exists, and the names of families and of
//! variants are unique.

use crate::name;
use crate::spec::lint::index::Spec;
use crate::spec::lint::index::resolved::Resolved;
use serde_json::Value;
use std::collections::BTreeSet;

/// Problems, each with advice.
type Missing = Vec<(String, String)>;

pub(super) fn names(spec: &Spec<'_>, families: &[Value]) -> Missing {
    let mut missing = Missing::new();
    let mut known = BTreeSet::new();
    for family in families {
        let text = |value: &Value, key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let name = text(family, "name");
        if !known.insert(name::type_name(&name)) {
            let what = format!("two families of webhooks are named `{name}`");
            missing.push((what, "rename one of them".to_owned()));
        }
        let whole = text(family, "payload");
        if !whole.is_empty() && !spec.named_schemas().any(|schema| schema.key == whole) {
            let what = format!("there is no schema `{whole}`");
            missing.push((what, "correct `payload`".to_owned()));
        }
        let mut variants = BTreeSet::from(["Unknown".to_owned()]);
        for event in family
            .get("events")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let variant = match text(event, "variant") {
                variant if variant.is_empty() => text(event, "event"),
                variant => variant,
            };
            if !variants.insert(name::type_name(&variant)) {
                let what = format!("two events of `{name}` have the variant `{variant}`");
                missing.push((what, "set `variant` for one of them".to_owned()));
            }
            let payload = text(event, "payload");
            let Some(schema) = spec.named_schemas().find(|schema| schema.key == payload) else {
                let what = format!("there is no schema `{payload}`");
                missing.push((what, "correct `payload`".to_owned()));
                continue;
            };
            let schema = Resolved {
                pointer: schema.pointer.clone(),
                object: schema.object,
            };
            let timestamp = family
                .get("verification")
                .map(|rule| match text(rule, "kind") {
                    kind if kind == "ed25519" => text(rule, "timestamp"),
                    _ => String::new(),
                });
            let pointers = [
                text(family, "event"),
                text(event, "has"),
                timestamp.unwrap_or_default(),
            ];
            for pointer in pointers.iter().filter(|pointer| !pointer.is_empty()) {
                if !spec.has_value_at(schema.clone(), pointer) {
                    let what = format!("`{payload}` has no value at `{pointer}`");
                    missing.push((what, "correct the JSON pointer into the body".to_owned()));
                }
            }
        }
    }
    missing
}
