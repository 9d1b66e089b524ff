//! Rule: every security scheme that operations use has a credential.

use crate::spec::credential_template::{Piece, pieces};
use crate::spec::kind::Kind as NodeKind;
use crate::spec::lint::credentials::kind::{Found, Kind, text};
use crate::spec::lint::credentials::travel::PLACES;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How the credential of a security scheme is sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scheme<'d> {
    Bearer,
    Basic,
    Key(&'d str, &'d str),
}

pub(super) fn check(spec: &Spec<'_>, pointer: &str, kinds: &[Kind<'_>], found: &mut Found) {
    for kind in kinds {
        values(spec, kind, found);
    }
    let mut unknown = BTreeSet::new();
    for node in spec.of(NodeKind::Operation) {
        for (at, requirement) in requirements(spec, node) {
            let names: Vec<&str> = requirement.keys().map(String::as_str).collect();
            let lacking: Vec<&str> = names
                .iter()
                .copied()
                .filter(|name| !kinds.iter().any(|kind| has(spec, kind, name, node)))
                .collect();
            for name in &lacking {
                // Reports a scheme at most twice: once for token operations, and once for all other
                // operations.
                if unknown.insert((*name, node.flag("x-sdk-token"))) {
                    let what = match node.flag("x-sdk-token") {
                        true => format!(
                            "{} requires `{name}`, which no exchange sends",
                            spec.label(&node.pointer)
                        ),
                        false => format!("no kind of credentials provides the scheme `{name}`"),
                    };
                    let to_do = to_do(spec, name, node);
                    found.push(spec.finding(pointer, Rule::CredentialScheme, what, to_do));
                }
            }
            let is_whole = |kind: &Kind<'_>| names.iter().all(|name| has(spec, kind, name, node));
            if lacking.is_empty() && !kinds.iter().any(is_whole) {
                let what = format!(
                    "no kind of credentials provides all of {} together",
                    names.join(", ")
                );
                let to_do = "add all of them to `schemes` of one kind";
                found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
            }
        }
    }
}

fn to_do(spec: &Spec<'_>, name: &str, node: &Node<'_>) -> String {
    let example = match (node.flag("x-sdk-token"), scheme(spec, name)) {
        (true, Some(Scheme::Key(place, header))) => {
            let place = if place == "header" { "headers" } else { place };
            return format!("add `{place}: {{{header}: '{{api_key}}'}}` to the exchange");
        }
        (true, _) => {
            return "add `basic: ['{client_id}', '{client_secret}']` to the exchange".to_owned();
        }
        (_, Some(Scheme::Basic)) => "['{username}', '{password}']",
        (_, Some(Scheme::Bearer)) => {
            return format!(
                "give a kind an `exchange`, or add `schemes: {{{name}: '{{token}}'}}` for a token that never expires"
            );
        }
        _ => "'{api_key}'",
    };
    format!("add `schemes: {{{name}: {example}}}` to a kind")
}

/// Checks that each value in `schemes` fits its scheme.
fn values(spec: &Spec<'_>, kind: &Kind<'_>, found: &mut Found) {
    let pointer = below(&kind.pointer, "schemes");
    let schemes = kind.value.get("schemes").and_then(Value::as_object);
    let mut places = BTreeSet::new();
    for (name, value) in schemes.into_iter().flatten() {
        let at = below(&pointer, name);
        let Some(scheme) = scheme(spec, name) else {
            let what = format!("no security scheme is named `{name}`");
            let to_do = "declare it in components.securitySchemes, or use a declared scheme";
            found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
            continue;
        };
        if value.is_array() != (scheme == Scheme::Basic) {
            let what = format!("the value for `{name}` has the wrong type");
            let to_do = match scheme {
                Scheme::Basic => "write a list of the user name and the password",
                _ => "write a string such as '{api_key}'",
            };
            found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
        }
        let texts = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        let texts = texts.iter().filter_map(Value::as_str).filter_map(pieces);
        let has_field =
            |pieces: &Vec<Piece<'_>>| pieces.iter().any(|piece| matches!(piece, Piece::Field(_)));
        if !texts.into_iter().any(|pieces| has_field(&pieces)) {
            let what = format!("the value for `{name}` is a constant, so all users would share it");
            let to_do = "use a field, such as '{api_key}'";
            found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
        }
        if scheme == Scheme::Bearer && kind.exchange().is_some() {
            let what = format!("`{name}` already uses the token of the exchange");
            let to_do = "remove it here, or remove `exchange`";
            found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
        }
        if !places.insert(scheme) {
            let what = format!("`{name}` is sent in the same location as another scheme");
            let to_do = "move it to its own kind, so that a client can decide which one to send";
            found.push(spec.finding(&at, Rule::CredentialScheme, what, to_do));
        }
    }
}

/// Returns whether a kind provides the credential of a scheme for an operation.
fn has(spec: &Spec<'_>, kind: &Kind<'_>, name: &str, node: &Node<'_>) -> bool {
    let Some(scheme) = scheme(spec, name) else {
        return true; // Another rule reports unknown schemes.
    };
    if node.flag("x-sdk-token") {
        return sends(kind, scheme, node);
    }
    let schemes = kind.value.get("schemes").and_then(Value::as_object);
    let mut same = schemes.into_iter().flatten();
    scheme == Scheme::Bearer && kind.exchange().is_some()
        || same.any(|(other, _)| self::scheme(spec, other) == Some(scheme))
}

/// Returns whether the exchange of a kind calls this token operation and sends the credential for
/// the scheme.
fn sends(kind: &Kind<'_>, scheme: Scheme<'_>, node: &Node<'_>) -> bool {
    let Some(exchange) = kind.exchange() else {
        return false;
    };
    if node.text("operationId") != Some(text(exchange, "operation")) {
        return false;
    }
    let travels = [Some(exchange), exchange.get("refresh")];
    travels.into_iter().flatten().any(|travel| match scheme {
        Scheme::Basic => travel.get(PLACES[0]).is_some(),
        // The rule `token-needs-token` reports token operations that require a bearer token.
        Scheme::Bearer => true,
        Scheme::Key(place, name) => {
            let key = if place == "header" { "headers" } else { place };
            let sent = travel.get(key).and_then(Value::as_object);
            sent.is_some_and(|sent| sent.keys().any(|known| known.eq_ignore_ascii_case(name)))
        }
    })
}

fn scheme<'d>(spec: &Spec<'d>, name: &str) -> Option<Scheme<'d>> {
    let pointer = below("/components/securitySchemes", name);
    let value = spec.document.node(&pointer)?;
    let (_, scheme) = spec.resolve(&pointer, value)?;
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    Some(match (word("type"), word("scheme")) {
        ("apiKey", _) => Scheme::Key(word("in"), word("name")),
        ("http", "basic") => Scheme::Basic,
        _ => Scheme::Bearer,
    })
}

/// Returns the pointer and the schemes of every alternative security requirement of an operation.
/// If the operation doesn't declare `security`, uses the requirements of the document.
fn requirements<'d>(spec: &Spec<'d>, node: &Node<'d>) -> Vec<(String, &'d Map<String, Value>)> {
    let (pointer, own) = match node.object.get("security") {
        Some(own) => (below(&node.pointer, "security"), Some(own)),
        None => ("/security".to_owned(), spec.document.root.get("security")),
    };
    let alternatives = own
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate();
    alternatives
        .filter_map(|(index, value)| {
            Some((below(&pointer, &index.to_string()), value.as_object()?))
        })
        .collect()
}
