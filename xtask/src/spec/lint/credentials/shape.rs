//! Rules about the keys and types of `x-sdk-credentials`.

use crate::spec::lint::credentials::kind::Found;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;

/// Required structure of a value.
#[derive(Clone, Copy)]
enum ValueType {
    Text,
    Flag,
    Seconds,
    /// A list of values with the same structure.
    List(&'static ValueType),
    /// User name and password.
    Pair,
    Statuses,
    /// Any JSON.
    Any,
    /// Values with the same structure, by name.
    Map(&'static ValueType),
    Object(&'static [Key]),
    /// Value that is sent for a security scheme: a string, or a user name and password. In a kind
    /// with `exchange`, a bearer scheme doesn't have a value, because the token of the exchange is
    /// sent.
    Scheme,
}

/// A key, whether it is required, and the structure of its value.
type Key = (&'static str, bool, ValueType);

const KIND: &[Key] = &[
    ("name", true, ValueType::Text),
    ("description", true, ValueType::Text),
    ("fields", true, ValueType::List(&ValueType::Object(FIELD))),
    ("schemes", false, ValueType::Map(&ValueType::Scheme)),
    ("exchange", false, ValueType::Object(EXCHANGE)),
];

const FIELD: &[Key] = &[
    ("name", true, ValueType::Text),
    ("description", true, ValueType::Text),
    ("secret", false, ValueType::Flag),
    ("env", false, ValueType::List(&ValueType::Text)),
    ("optional", false, ValueType::Flag),
    ("default", false, ValueType::Text),
    ("list", false, ValueType::Text),
];

const EXCHANGE: &[Key] = &[
    ("operation", true, ValueType::Text),
    ("lifetime", false, ValueType::Seconds),
    ("single_use", false, ValueType::Flag),
    ("custom", false, ValueType::Flag),
    ("basic", false, ValueType::Pair),
    ("body", false, ValueType::Map(&ValueType::Any)),
    ("headers", false, ValueType::Map(&ValueType::Text)),
    ("query", false, ValueType::Map(&ValueType::Text)),
    ("path", false, ValueType::Map(&ValueType::Text)),
    ("refresh", false, ValueType::Object(REFRESH)),
];

const REFRESH: &[Key] = &[
    ("basic", false, ValueType::Pair),
    ("body", false, ValueType::Map(&ValueType::Any)),
    ("headers", false, ValueType::Map(&ValueType::Text)),
    ("query", false, ValueType::Map(&ValueType::Text)),
    ("path", false, ValueType::Map(&ValueType::Text)),
    ("starts_with", false, ValueType::Text),
    ("used_up", false, ValueType::Text),
    ("refused", false, ValueType::Object(REFUSED)),
    ("repeat_doubtful", false, ValueType::Flag),
];

const REFUSED: &[Key] = &[
    ("statuses", true, ValueType::Statuses),
    ("codes", false, ValueType::List(&ValueType::Text)),
    ("unless_message", false, ValueType::List(&ValueType::Text)),
];

pub(super) fn check(spec: &Spec<'_>, pointer: &str, value: &Value, found: &mut Found) {
    shape(
        spec,
        pointer,
        value,
        ValueType::List(&ValueType::Object(KIND)),
        found,
    );
}

fn shape(spec: &Spec<'_>, pointer: &str, value: &Value, wanted: ValueType, found: &mut Found) {
    let is_right = match wanted {
        ValueType::Any => true,
        ValueType::Text => value.is_string(),
        ValueType::Flag => value.is_boolean(),
        ValueType::Seconds => value
            .as_u64()
            .is_some_and(|number| number > 0 && u32::try_from(number).is_ok()),
        ValueType::List(_) => value.is_array(),
        ValueType::Pair => is_pair(value),
        ValueType::Statuses => value.as_array().is_some_and(|list| {
            let is_status = |status: &Value| {
                status
                    .as_u64()
                    .is_some_and(|status| (400..500).contains(&status))
            };
            !list.is_empty() && list.iter().all(is_status)
        }),
        ValueType::Map(_) | ValueType::Object(_) => value.is_object(),
        ValueType::Scheme => value.is_string() || is_pair(value),
    };
    if !is_right {
        let name = name(pointer);
        let what = format!("the value of {name} is invalid");
        let to_do = format!("write {}", words(wanted));
        found.push(spec.finding(pointer, Rule::CredentialKey, what, to_do));
        return;
    }
    match wanted {
        ValueType::List(each) => {
            for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                shape(
                    spec,
                    &below(pointer, &index.to_string()),
                    value,
                    *each,
                    found,
                );
            }
        }
        ValueType::Map(each) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                shape(spec, &below(pointer, key), value, *each, found);
            }
        }
        ValueType::Object(keys) => object(spec, pointer, value, keys, found),
        _ => {}
    }
}

fn object(spec: &Spec<'_>, pointer: &str, value: &Value, keys: &[Key], found: &mut Found) {
    let known = || {
        keys.iter()
            .map(|(key, ..)| *key)
            .collect::<Vec<_>>()
            .join(", ")
    };
    for (key, value) in value.as_object().into_iter().flatten() {
        let at = below(pointer, key);
        match keys.iter().find(|(known, ..)| known == key) {
            Some((_, _, wanted)) => shape(spec, &at, value, *wanted, found),
            None => {
                let what = format!("{} does not support the key `{key}`", name(pointer));
                let to_do = format!("correct or remove it; supported keys: {}", known());
                found.push(spec.finding(&at, Rule::CredentialKey, what, to_do));
            }
        }
    }
    for (key, _, wanted) in keys.iter().filter(|(_, is_required, _)| *is_required) {
        if value.get(key).is_none() {
            let what = format!("{} has no `{key}`", name(pointer));
            let to_do = format!("add it: {}", words(*wanted));
            found.push(spec.finding(pointer, Rule::CredentialKey, what, to_do));
        }
    }
}

fn is_pair(value: &Value) -> bool {
    let pair = value.as_array();
    pair.is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_string))
}

fn words(shape: ValueType) -> &'static str {
    match shape {
        ValueType::Text => "a string",
        ValueType::Flag => "true or false",
        ValueType::Seconds => "a whole number of seconds, at least 1",
        ValueType::List(_) => "a list",
        ValueType::Pair => "a list of the user name and the password",
        ValueType::Statuses => "a list of statuses from 400 to 499",
        ValueType::Any => "any value",
        ValueType::Map(_) | ValueType::Object(_) => "an object",
        ValueType::Scheme => {
            "a string such as '{api_key}', or a list of the user name and the password"
        }
    }
}

/// Returns the dotted path of a pointer, which identifies the location in findings.
fn name(pointer: &str) -> String {
    format!("`{}`", pointer.trim_start_matches('/').replace('/', "."))
}
