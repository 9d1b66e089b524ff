//! Rules: paths are absolute, and their parameters match the template.

use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::rule::Rule;
use std::collections::BTreeSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::PathItem) {
        let path = node.key;
        // A query in the path is sent with every request. A fragment only distinguishes operations.
        if !path.starts_with('/') || template(without_fragment(path)).is_none() {
            let what = format!("`{path}` is not a valid path template");
            let to_do = "start with `/`, and close every brace";
            found.push(spec.finding(&node.pointer, Rule::PathStyle, what, to_do));
        }
    }
    for node in spec.of(Kind::Operation) {
        path_parameters(spec, node, &mut found);
    }
    spec.findings.extend(found);
}

/// Returns the path with anonymous parameters, and the names of the parameters. Returns `None` if a
/// brace is unmatched or a name is invalid.
pub(crate) fn template(path: &str) -> Option<(String, Vec<&str>)> {
    let mut blanked = String::new();
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find(['{', '}']) {
        let (before, braced) = rest.split_at(open);
        let (name, after) = braced.strip_prefix('{')?.split_once('}')?;
        if name.is_empty() || name.contains(['{', '/']) {
            return None;
        }
        blanked.push_str(before);
        blanked.push_str("{}");
        names.push(name);
        rest = after;
    }
    blanked.push_str(rest);
    Some((blanked, names))
}

/// Returns the part of a path that is sent.
fn without_fragment(path: &str) -> &str {
    path.split('#').next().unwrap_or_default()
}

fn path_parameters(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let path = without_fragment(spec.path_of(node));
    let Some((_, names)) = template(path) else {
        return;
    };
    let mut declared = BTreeSet::new();
    for (at, parameter) in spec.parameters(node) {
        if parameter.text("in") != "path" {
            continue;
        }
        let name = parameter.text("name");
        declared.insert(name);
        if !names.contains(&name) {
            let what = format!("`{name}` is not in the path `{path}`");
            let to_do = format!("add `{{{name}}}` to the path, or remove the parameter");
            found.push(spec.finding(&at, Rule::PathParameter, what, &to_do));
        }
        if parameter.object.get("required") != Some(&true.into()) {
            let what = format!("the path parameter `{name}` is not required");
            found.push(spec.finding(
                &parameter.pointer,
                Rule::PathParameter,
                what,
                "add `required: true`",
            ));
        }
    }
    for (index, name) in names.iter().enumerate() {
        if !declared.contains(name) {
            let what = format!("{} does not declare `{name}`", spec.label(&node.pointer));
            let to_do = "add a parameter with `in: path`";
            found.push(spec.finding(&node.pointer, Rule::PathParameter, what, to_do));
        }
        if names[..index].contains(name) {
            let what = format!("`{name}` occurs twice in `{path}`");
            found.push(spec.finding(
                &node.pointer,
                Rule::PathParameter,
                what,
                "rename one of them",
            ));
        }
    }
}
