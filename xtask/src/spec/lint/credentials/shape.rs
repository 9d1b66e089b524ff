//! Rules about the keys and types of `x-sdk-credentials`.

use crate::spec::lint::credentials::kind::Found;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;

/// Required structure of a value.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Flag,
    Seconds,
    /// A list of values with the same structure.
    List(&'static Shape),
    /// User name and password.
    Pair,
    Statuses,
    /// Any JSON.
    Any,
    /// Values with the same structure, by name.
    Map(&'static Shape),
    Object(&'static [Key]),
    /// Value that is sent for a security scheme: a string, or a user name and password. In a kind
    /// with `exchange`, a bearer scheme doesn't have a value, because the token of the exchange is
    /// sent.
    Scheme,
}

/// A key, whether it is required, and the structure of its value.
type Key = (&'static str, bool, Shape);

const KIND: &[Key] = &[
    ("name", true, Shape::Text),
    ("description", true, Shape::Text),
    ("fields", true, Shape::List(&Shape::Object(FIELD))),
    ("schemes", false, Shape::Map(&Shape::Scheme)),
    ("exchange", false, Shape::Object(EXCHANGE)),
];

const FIELD: &[Key] = &[
    ("name", true, Shape::Text),
    ("description", true, Shape::Text),
    ("secret", false, Shape::Flag),
    ("env", false, Shape::List(&Shape::Text)),
    ("optional", false, Shape::Flag),
    ("default", false, Shape::Text),
    ("list", false, Shape::Text),
];

const EXCHANGE: &[Key] = &[
    ("operation", true, Shape::Text),
    ("lifetime", false, Shape::Seconds),
    ("single_use", false, Shape::Flag),
    ("custom", false, Shape::Flag),
    ("basic", false, Shape::Pair),
    ("body", false, Shape::Map(&Shape::Any)),
    ("headers", false, Shape::Map(&Shape::Text)),
    ("query", false, Shape::Map(&Shape::Text)),
    ("path", false, Shape::Map(&Shape::Text)),
    ("refresh", false, Shape::Object(REFRESH)),
];

const REFRESH: &[Key] = &[
    ("basic", false, Shape::Pair),
    ("body", false, Shape::Map(&Shape::Any)),
    ("headers", false, Shape::Map(&Shape::Text)),
    ("query", false, Shape::Map(&Shape::Text)),
    ("path", false, Shape::Map(&Shape::Text)),
    ("starts_with", false, Shape::Text),
    ("used_up", false, Shape::Text),
    ("refused", false, Shape::Object(REFUSED)),
    ("repeat_doubtful", false, Shape::Flag),
];

const REFUSED: &[Key] = &[
    ("statuses", true, Shape::Statuses),
    ("codes", false, Shape::List(&Shape::Text)),
    ("unless_message", false, Shape::List(&Shape::Text)),
];

pub(super) fn check(spec: &Spec<'_>, pointer: &str, value: &Value, found: &mut Found) {
    shape(
        spec,
        pointer,
        value,
        Shape::List(&Shape::Object(KIND)),
        found,
    );
}

fn shape(spec: &Spec<'_>, pointer: &str, value: &Value, wanted: Shape, found: &mut Found) {
    let is_right = match wanted {
        Shape::Any => true,
        Shape::Text => value.is_string(),
        Shape::Flag => value.is_boolean(),
        Shape::Seconds => value
            .as_u64()
            .is_some_and(|number| number > 0 && u32::try_from(number).is_ok()),
        Shape::List(_) => value.is_array(),
        Shape::Pair => is_pair(value),
        Shape::Statuses => value.as_array().is_some_and(|list| {
            let is_status = |status: &Value| {
                status
                    .as_u64()
                    .is_some_and(|status| (400..500).contains(&status))
            };
            !list.is_empty() && list.iter().all(is_status)
        }),
        Shape::Map(_) | Shape::Object(_) => value.is_object(),
        Shape::Scheme => value.is_string() || is_pair(value),
    };
    if !is_right {
        let name = name(pointer);
        let what = format!("the value of {name} is invalid");
        let to_do = format!("write {}", words(wanted));
        found.push(spec.finding(pointer, Rule::CredentialKey, what, to_do));
        return;
    }
    match wanted {
        Shape::List(each) => {
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
        Shape::Map(each) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                shape(spec, &below(pointer, key), value, *each, found);
            }
        }
        Shape::Object(keys) => object(spec, pointer, value, keys, found),
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

fn words(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a string",
        Shape::Flag => "true or false",
        Shape::Seconds => "a whole number of seconds, at least 1",
        Shape::List(_) => "a list",
        Shape::Pair => "a list of the user name and the password",
        Shape::Statuses => "a list of statuses from 400 to 499",
        Shape::Any => "any value",
        Shape::Map(_) | Shape::Object(_) => "an object",
        Shape::Scheme => {
            "a string such as '{api_key}', or a list of the user name and the password"
        }
    }
}

/// Returns the dotted path of a pointer, which identifies the location in findings.
fn name(pointer: &str) -> String {
    format!("`{}`", pointer.trim_start_matches('/').replace('/', "."))
}
