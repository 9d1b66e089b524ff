//! Rules: names of kinds and fields are valid and unique, required fields precede optional fields,
//! and secret fields are marked.

use crate::name;
use crate::secret_name;
use crate::spec::credential_template::{Piece, pieces};
use crate::spec::lint::credentials::kind::{Found, Kind};
use crate::spec::lint::index::Spec;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names of existing methods of `Credentials`.
const RESERVED_METHODS: [&str; 4] = ["from_env", "clone", "fmt", "exchange"];

pub(super) fn check(spec: &Spec<'_>, kind: &Kind<'_>, found: &mut Found) {
    let name = kind.name();
    if !is_name(name) || RESERVED_METHODS.contains(&name) || name.starts_with("with_") {
        let what = format!("`{name}` is not a valid name for a constructor");
        let to_do = format!(
            "use a snake_case name that does not start with `with_` and is not a keyword or one of: {}",
            RESERVED_METHODS.join(", ")
        );
        found.push(spec.finding(&kind.pointer, Rule::CredentialName, what, to_do));
    }
    let password_fields = password_fields(kind);
    let mut known = BTreeSet::new();
    let mut optional = None;
    for field in kind.fields() {
        if !is_name(field.name) {
            let what = format!("`{}` is not a valid name for a field", field.name);
            let to_do = "use a snake_case name that is not a keyword";
            found.push(spec.finding(&field.pointer, Rule::CredentialName, what, to_do));
        }
        if !known.insert(field.name) {
            let what = format!("`{name}` has two fields named `{}`", field.name);
            found.push(spec.finding(
                &field.pointer,
                Rule::CredentialName,
                what,
                "rename one of them",
            ));
        }
        match optional {
            _ if field.is_optional() => optional = Some(field.name),
            Some(before) => {
                let what = format!(
                    "the required field `{}` is after the optional field `{before}`",
                    field.name
                );
                let to_do = "move fields with `optional` or `default` to the end: the other fields are the arguments of the constructor";
                found.push(spec.finding(&field.pointer, Rule::CredentialName, what, to_do));
            }
            None => {}
        }
        if let Some(list) = field.value.get("list") {
            let is_right = field.is_optional() && !field.is_secret();
            if !is_right || !list.as_str().is_some_and(is_name) || list.as_str() == Some(field.name)
            {
                let what = format!(
                    "`list` of the field `{}` is not a valid name for a method",
                    field.name
                );
                let to_do = "use a snake_case name that differs from the name of the field, and add `list` only to optional fields that are not secret";
                found.push(spec.finding(&field.pointer, Rule::CredentialName, what, to_do));
            }
        }
        let is_said = field.value.get("secret").is_some();
        let is_password = password_fields.contains(field.name);
        if !field.is_secret() && (is_password || !is_said && secret_name::is_secret(field.name)) {
            let what = format!("the field `{}` is not marked as a secret", field.name);
            let to_do = match is_password {
                true => "add `secret: true`: the field is sent as a password, key or token",
                false => {
                    "add `secret: true`, or `secret: false` if only the name looks like a secret"
                }
            };
            found.push(spec.finding(&field.pointer, Rule::CredentialSecret, what, to_do));
        }
    }
}

/// Returns the fields that `schemes` sends as a password, a key or a bearer token, and the fields
/// that an exchange sends as the password of HTTP Basic.
fn password_fields<'d>(kind: &Kind<'d>) -> BTreeSet<&'d str> {
    let mut texts: Vec<&'d str> = Vec::new();
    let mut add = |value: &'d Value| match value {
        Value::Array(pair) => texts.extend(pair.get(1).and_then(Value::as_str)),
        value => texts.extend(value.as_str()),
    };
    let schemes = kind.value.get("schemes").and_then(Value::as_object);
    schemes
        .into_iter()
        .flatten()
        .for_each(|(_, value)| add(value));
    let exchange = kind.exchange();
    for basic in [
        exchange,
        exchange.and_then(|exchange| exchange.get("refresh")),
    ] {
        if let Some(basic) = basic.and_then(|travel| travel.get("basic")) {
            add(basic);
        }
    }
    let pieces = texts.into_iter().filter_map(pieces).flatten();
    pieces
        .filter_map(|piece| match piece {
            Piece::Field(name) => Some(name),
            Piece::Literal(_) => None,
        })
        .collect()
}

/// Rules: names of kinds are unique, and optional fields with the same name are either all secret
/// or all not secret, so that they can share one method.
pub(super) fn check_across_kinds(spec: &Spec<'_>, kinds: &[Kind<'_>], found: &mut Found) {
    let mut names = BTreeSet::new();
    let mut setters: BTreeMap<&str, bool> = BTreeMap::new();
    for kind in kinds {
        if !names.insert(kind.name()) {
            let what = format!("two kinds of credentials are named `{}`", kind.name());
            found.push(spec.finding(
                &kind.pointer,
                Rule::CredentialName,
                what,
                "rename one of them",
            ));
        }
        for field in kind.fields().iter().filter(|field| field.is_optional()) {
            let is_secret = *setters.entry(field.name).or_insert(field.is_secret());
            if is_secret != field.is_secret() {
                let what = format!("`{}` is secret in one kind but not in another", field.name);
                let to_do = "mark both the same way, or rename one of them";
                found.push(spec.finding(&field.pointer, Rule::CredentialSecret, what, to_do));
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    let words = text.split('_').all(|word| {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(is_letter)
    });
    words && name::field(text) == text
}
