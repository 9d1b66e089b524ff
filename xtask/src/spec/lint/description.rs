//! Rule: operations, named schemas, tags, parameters and properties have descriptions.

use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::rule::Rule;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let named = |node: &&Node<'_>| {
        let is_named = node.kind != Kind::Schema || ["schemas", "properties"].contains(&node.field);
        let is_own = node.field == "schemas" || !refers_only(node);
        is_named && is_own
    };
    let kinds = [Kind::Operation, Kind::Parameter, Kind::Schema, Kind::Tag];
    for node in kinds
        .into_iter()
        .flat_map(|kind| spec.of(kind))
        .filter(named)
    {
        // `index::build` reports descriptions that aren't strings.
        let is_missing = match node.object.get("description") {
            None => true,
            Some(text) => text.as_str().is_some_and(|text| text.trim().is_empty()),
        };
        if is_missing {
            let label = match (node.kind, node.text("name")) {
                (Kind::Tag, Some(name)) => format!("the tag `{name}`"),
                _ => spec.label(&node.pointer),
            };
            let what = format!("{label} has no description");
            let to_do = "describe it in a sentence";
            found.push(spec.finding(&node.pointer, Rule::MissingDescription, what, to_do));
        }
    }
    spec.findings.extend(found);
}

/// Returns whether a parameter or property is only a reference, possibly with `nullable`,
/// `readOnly` or `writeOnly`. The target of the reference has the description.
fn refers_only(node: &Node<'_>) -> bool {
    let beside = ["$ref", "allOf", "nullable", "readOnly", "writeOnly"];
    let keys = node.object.keys();
    let refers = node.object.contains_key("$ref") || node.list("allOf").len() == 1;
    refers && keys.into_iter().all(|key| beside.contains(&key.as_str()))
}
