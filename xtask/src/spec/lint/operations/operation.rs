//! Rules: operations have unique ids that start with a verb and state their security, and clients
//! can obtain access tokens.

use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::lint::operations::verb::VERBS;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::HashMap;

pub(super) fn check(spec: &mut Spec<'_>) {
    operation_ids(spec);
    token(spec);
    security(spec);
}

fn operation_ids(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let mut known: HashMap<&str, String> = HashMap::new();
    for node in spec.of(Kind::Operation) {
        let label = spec.label(&node.pointer);
        let Some(id) = node.object.get("operationId") else {
            let what = format!("{label} has no operationId");
            let to_do = "add an operationId in snake_case that starts with a verb";
            found.push(spec.finding(&node.pointer, Rule::MissingOperationId, what, to_do));
            continue;
        };
        let Some(id) = id.as_str() else { continue };
        let pointer = below(&node.pointer, "operationId");
        if let Some(first) = known.get(id) {
            let what = format!(
                "{label} and {} have the same operationId `{id}`",
                spec.label(first)
            );
            let to_do = "rename one of them";
            found.push(spec.finding(&pointer, Rule::DuplicateOperationId, what, to_do));
        } else {
            known.insert(id, node.pointer.clone());
        }
        if !is_snake_case(id) {
            let what = format!("`{id}` is not snake_case");
            let to_do = "rename it, and keep the vendor's id in x-upstream-operation-id";
            found.push(spec.finding(&pointer, Rule::OperationIdStyle, what, to_do));
        } else if !VERBS.contains(&id.split('_').next().unwrap_or(id)) {
            let what = format!("`{id}` does not begin with a verb");
            let to_do = "start with list, get, create, update, delete or another verb in xtask/src/spec/lint/operations/verb.rs";
            found.push(spec.finding(&pointer, Rule::OperationIdStyle, what, to_do));
        }
    }
    spec.findings.extend(found);
}

/// Returns whether a string starts with a letter and consists of lowercase words of letters and
/// digits, separated by single underscores.
pub(crate) fn is_snake_case(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split('_').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

fn token(spec: &mut Spec<'_>) {
    let tokens: Vec<_> = spec
        .of(Kind::Operation)
        .filter(|node| node.flag("x-sdk-token"))
        .collect();
    let mut found = Vec::new();
    // With `x-sdk-credentials`, another rule reports schemes without a credential.
    let is_described = spec.document.root.get("x-sdk-credentials").is_some();
    if tokens.is_empty() && !is_described && is_token_required(spec) {
        let what = "no operation issues access tokens";
        let to_do = "mark the operation that issues them with `x-sdk-token: true`, or, if the tokens never expire, describe them in `x-sdk-credentials`";
        found.push(spec.finding("/paths", Rule::MissingToken, what, to_do));
    }
    for node in tokens {
        for name in effective_security(spec, node) {
            let pointer = below("/components/securitySchemes", name);
            let scheme = spec
                .document
                .node(&pointer)
                .and_then(|scheme| spec.resolve(&pointer, scheme));
            let scheme = scheme.map(|(pointer, object)| Resolved { pointer, object });
            let needs_none = scheme.is_none_or(|scheme| {
                scheme.text("scheme") == "basic" || scheme.text("type") == "apiKey"
            });
            if !needs_none {
                let what = format!(
                    "{} issues tokens but requires `{name}`",
                    spec.label(&node.pointer)
                );
                let to_do = "write `security: []`, or the basic scheme or API key that it requires";
                let pointer = below(&node.pointer, "security");
                found.push(spec.finding(&pointer, Rule::TokenNeedsToken, what, to_do));
            }
        }
    }
    spec.findings.extend(found);
}

/// Returns whether any operation requires an access token.
fn is_token_required(spec: &Spec<'_>) -> bool {
    spec.of(Kind::Operation).any(|node| {
        effective_security(spec, node).iter().any(|name| {
            let pointer = below("/components/securitySchemes", name);
            let scheme = spec.document.node(&pointer);
            let scheme = scheme.and_then(|scheme| spec.resolve(&pointer, scheme));
            scheme.is_some_and(|(_, scheme)| {
                let word = |key: &str| scheme.get(key).and_then(Value::as_str);
                word("type") != Some("apiKey") && word("scheme") != Some("basic")
            })
        })
    })
}

/// Returns the names of the security schemes of an operation. If the operation doesn't declare
/// `security`, returns the schemes of the document.
fn effective_security<'d>(spec: &Spec<'d>, node: &Node<'d>) -> Vec<&'d str> {
    let own = node
        .object
        .get("security")
        .or_else(|| spec.document.root.get("security"));
    let requirements = own.and_then(Value::as_array).into_iter().flatten();
    let names = requirements
        .filter_map(Value::as_object)
        .flat_map(|object| object.keys());
    names.map(String::as_str).collect()
}

fn security(spec: &mut Spec<'_>) {
    if spec.document.root.get("security").is_some() {
        return;
    }
    let mut found = Vec::new();
    for node in spec.of(Kind::Operation) {
        if !node.object.contains_key("security") {
            let what = format!("{} does not state its security", spec.label(&node.pointer));
            let to_do = "add `security` here or for the whole document, with `[]` if no credentials are required";
            found.push(spec.finding(&node.pointer, Rule::MissingSecurity, what, to_do));
        }
    }
    spec.findings.extend(found);
}
