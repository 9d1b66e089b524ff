//! Rules about the OpenAPI version, and about the names and URLs of servers.

use crate::spec::kind::Kind;
use crate::spec::lint::index::build::noun;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::lint::operations::operation::is_snake_case;
use crate::spec::lint::operations::path::template;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::HashSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    version(spec);
    names(spec);
    urls(spec);
}

fn version(spec: &mut Spec<'_>) {
    let what = match spec.document.root.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => return,
        Some(Value::String(version)) => format!("the document is OpenAPI {version}"),
        Some(other) => format!("`openapi` is {}", noun(other)),
        None => "the document has no `openapi` version".to_owned(),
    };
    spec.find(
        "/openapi",
        Rule::OpenapiVersion,
        what,
        "write `openapi: 3.0.3`",
    );
}

fn names(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let mut known = HashSet::new();
    let mut count = 0;
    // Servers of paths and operations are not selected by name.
    let of_document: Vec<_> = spec
        .of(Kind::Server)
        .filter(|node| is_of_document(spec, node))
        .collect();
    for node in of_document {
        count += 1;
        let url = node.text("url").unwrap_or_default();
        let Some(name) = node.text("x-sdk-name") else {
            let what = format!("the server `{url}` has no name");
            let to_do = "add x-sdk-name: code selects the server by this name";
            found.push(spec.finding(&node.pointer, Rule::ServerName, what, to_do));
            continue;
        };
        let pointer = below(&node.pointer, "x-sdk-name");
        if !is_snake_case(name) {
            let what = format!("the server name `{name}` is not snake_case");
            found.push(spec.finding(&pointer, Rule::ServerName, what, "rename it"));
        }
        if !known.insert(name) {
            let what = format!("two servers are named `{name}`");
            found.push(spec.finding(&pointer, Rule::ServerName, what, "rename one of them"));
        }
    }
    if count == 0 {
        let to_do = "add a server, with `x-sdk-placeholder: true` if its URL is only a placeholder";
        found.push(spec.finding("/servers", Rule::ServerName, "there is no server", to_do));
    }
    spec.findings.extend(found);
}

/// Returns whether a server belongs to the document instead of a path or an operation.
fn is_of_document(spec: &Spec<'_>, node: &Node<'_>) -> bool {
    spec.parent(node)
        .is_none_or(|parent| parent.kind == Kind::Document)
}

fn urls(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Server) {
        let Some(url) = node.text("url") else {
            continue;
        };
        let pointer = below(&node.pointer, "url");
        let is_absolute = url.starts_with("https://") || url.starts_with("http://");
        let Some((_, names)) = template(&url.replace("//", "")).map(|(blanked, names)| {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            (blanked, names)
        }) else {
            let what = format!("the braces of `{url}` do not match");
            found.push(spec.finding(&pointer, Rule::ServerUrl, what, "close every brace"));
            continue;
        };
        if is_absolute && node.flag("x-sdk-takes-credentials") && is_of_document(spec, node) {
            let what = format!("the server `{url}` of the document has x-sdk-takes-credentials");
            let to_do = "remove it: servers of the document always receive credentials";
            found.push(spec.finding(&pointer, Rule::ServerUrl, what, to_do));
        }
        if !is_absolute && !is_of_document(spec, node) && url.contains(['?', '#']) {
            let what = format!("the server `{url}` has a query or fragment");
            found.push(spec.finding(&pointer, Rule::ServerUrl, what, "remove it"));
        }
        if !is_absolute && is_of_document(spec, node) {
            let what = format!("the server `{url}` is not an absolute URL");
            let to_do = "start with https:// or http://";
            found.push(spec.finding(&pointer, Rule::ServerUrl, what, to_do));
        }
        let declared: Vec<&str> = node.members("variables").map(|(name, _)| name).collect();
        for name in &names {
            if !declared.contains(&name.as_str()) {
                let what = format!("`{{{name}}}` of `{url}` is not declared");
                let to_do = "add it to `variables` with a default and a description";
                found.push(spec.finding(&pointer, Rule::ServerUrl, what, to_do));
            }
        }
        for name in declared {
            if !names.iter().any(|known| known == name) {
                let what = format!("the variable `{name}` is not in `{url}`");
                let pointer = below(&below(&node.pointer, "variables"), name);
                found.push(spec.finding(&pointer, Rule::ServerUrl, what, "use it or remove it"));
            }
        }
    }
    spec.findings.extend(found);
}
