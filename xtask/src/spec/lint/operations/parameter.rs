//! Rules: every parameter is declared once, is neither a cookie nor a header that the client sets
//! itself, and has a schema and a style that the runtime supports.

use crate::media_type::is_json;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use std::collections::HashSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Parameter) {
        place(spec, node, &mut found);
        schema(spec, node, &mut found);
        style(spec, node, &mut found);
    }
    for node in spec.of(Kind::Operation).chain(spec.of(Kind::PathItem)) {
        let mut known = HashSet::new();
        for (at, parameter) in spec.parameters_at(node) {
            let (place, name) = (parameter.text("in"), parameter.text("name"));
            if !known.insert((place, name)) {
                let what = format!(
                    "{} has the {place} parameter `{name}` twice",
                    spec.label(&node.pointer)
                );
                let to_do = "keep one of them";
                found.push(spec.finding(&at, Rule::DuplicateParameter, what, to_do));
            }
        }
    }
    spec.findings.extend(found);
}

/// Headers that the client sets itself.
pub(crate) const RESERVED: [&str; 5] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "host",
];

fn place(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let name = node.text("name").unwrap_or_default();
    let pointer = below(&node.pointer, "in");
    match node.text("in") {
        Some("path" | "query") | None => {}
        Some("header") if RESERVED.contains(&name.to_ascii_lowercase().as_str()) => {
            let what = format!("the client sets the header `{name}` itself");
            let to_do =
                "remove the parameter: the client derives the header from security and media types";
            found.push(spec.finding(&node.pointer, Rule::ReservedHeader, what, to_do));
        }
        Some("header") => {}
        Some("cookie") => {
            let what = format!("the parameter `{name}` is a cookie, which clients do not support");
            let to_do = "omit it, or describe an alternative that the vendor accepts";
            found.push(spec.finding(&pointer, Rule::CookieParameter, what, to_do));
        }
        Some(other) => {
            let what = format!("the parameter `{name}` has the invalid location `{other}`");
            let to_do = "write path, query or header";
            found.push(spec.finding(&pointer, Rule::Structure, what, to_do));
        }
    }
}

fn schema(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let name = node.text("name").unwrap_or_default();
    let content: Vec<_> = node.members("content").collect();
    let what = match (node.object.get("schema"), &content[..]) {
        (Some(_), []) if node.object.contains_key("content") => "has both `schema` and `content`",
        (Some(schema), []) => {
            // With `deepObject`, the name of each pair is the path to its value, so any schema can
            // be serialized.
            if node.text("style") == Some("deepObject") {
                return;
            }
            let resolved = spec.resolve(&below(&node.pointer, "schema"), schema);
            match resolved.and_then(|(pointer, object)| {
                unsupported_reason(spec, Resolved { pointer, object }, true)
            }) {
                Some(what) => what,
                None => return,
            }
        }
        (None, [(name, media)]) if is_json(name) && media.get("schema").is_some() => return,
        (None, [(name, _)]) if is_json(name) => "has `content` without a schema",
        (None, []) => "has no schema",
        (None, _) => "has `content` with media types other than application/json",
        (Some(_), _) => "has both `schema` and `content`",
    };
    let what = format!("the parameter `{name}` {what}");
    let to_do = "use a schema that its style can serialize, or `style: deepObject`, or `content` with application/json and a schema";
    found.push(spec.finding(&node.pointer, Rule::ParameterSchema, what, to_do));
}

/// Returns the reason why the style of a parameter can't serialize its schema.
fn unsupported_reason(
    spec: &Spec<'_>,
    schema: Resolved<'_>,
    may_be_list: bool,
) -> Option<&'static str> {
    for part in spec.parts(schema, true) {
        let is_object = part.text("type") == "object" || part.object.contains_key("properties");
        if is_object && !may_be_list {
            return Some("is a list of objects");
        }
        if part.text("type") == "array" {
            if !may_be_list {
                return Some("is a list of lists");
            }
            let items = spec.child(&part.pointer, part.object, "items");
            let items = items.and_then(|(pointer, object)| {
                unsupported_reason(spec, Resolved { pointer, object }, false)
            });
            if items.is_some() {
                return items;
            }
        }
    }
    None
}

fn style(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let (usual, others) = match node.text("in") {
        Some("query") => (
            "form",
            &["spaceDelimited", "pipeDelimited", "deepObject"][..],
        ),
        _ => ("simple", &[][..]),
    };
    let is_known = |style: &&str| *style == usual || others.contains(style);
    if let Some(style) = node.text("style").filter(|style| !is_known(style)) {
        let what = format!(
            "the style `{style}` of `{}` is not supported",
            node.text("name").unwrap_or_default()
        );
        let others: String = others.iter().map(|style| format!(", `{style}`")).collect();
        let to_do = format!("write `{usual}`{others}, or omit `style`");
        let pointer = below(&node.pointer, "style");
        found.push(spec.finding(&pointer, Rule::ParameterStyle, what, to_do));
    }
}
