//! Operations, named schemas and tags say what they are.

use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::rule::Rule;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let named = |node: &&Node<'_>| node.kind != Kind::Schema || node.field == "schemas";
    let kinds = [Kind::Operation, Kind::Schema, Kind::Tag];
    for node in kinds
        .into_iter()
        .flat_map(|kind| spec.of(kind))
        .filter(named)
    {
        // One that is no text is a finding of `index::build`.
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
            let to_do = "say in a sentence what it is or does";
            found.push(spec.finding(&node.pointer, Rule::MissingDescription, what, to_do));
        }
    }
    spec.findings.extend(found);
}
