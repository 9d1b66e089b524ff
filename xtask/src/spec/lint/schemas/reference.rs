//! Rules: references resolve to the right kind of component and have no siblings. The module
//! `cycle` checks chains and cycles.

use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.nodes.iter().filter(|node| node.is_reference) {
        let Some(section) = node.kind.section() else {
            continue;
        };
        let pointer = below(&node.pointer, "$ref");
        let prefix = format!("#/components/{section}/");
        let to_do = format!("refer to {prefix}<name>");
        let reference = node.object.get("$ref").and_then(Value::as_str);
        match reference {
            None => {
                let what = format!("the $ref at {} is not a string", spec.label(&node.pointer));
                found.push(spec.finding(&pointer, Rule::UnresolvedRef, what, to_do));
            }
            Some(reference) => {
                let name = reference
                    .strip_prefix(&prefix)
                    .filter(|name| !name.contains('/'));
                let target = reference
                    .strip_prefix('#')
                    .and_then(|at| spec.document.node(at));
                let noun = node.kind.noun();
                let what = match (name, target) {
                    (Some(_), Some(_)) => None,
                    (_, None) => Some(format!("`{reference}` is not in this document")),
                    (None, Some(_)) => Some(format!("`{reference}` is not {noun}")),
                };
                if let Some(what) = what {
                    found.push(spec.finding(&pointer, Rule::UnresolvedRef, what, to_do));
                }
            }
        }
        if node.object.len() > 1 {
            let others: Vec<_> = node
                .object
                .keys()
                .filter(|key| *key != "$ref")
                .cloned()
                .collect();
            let what = format!(
                "keys next to a $ref have no effect: `{}`",
                others.join("`, `")
            );
            let to_do = "move them to the target of the $ref, or put the $ref into allOf";
            found.push(spec.finding(&node.pointer, Rule::RefSiblings, what, to_do));
        }
    }
    spec.findings.extend(found);
}
