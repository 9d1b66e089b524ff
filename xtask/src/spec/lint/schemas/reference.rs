//! References resolve to the right kind, stand alone, and lead nowhere in circles.

use crate::spec::lint::index::{Spec, list};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

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
                let what = format!("the $ref at {} is not text", spec.label(&node.pointer));
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
                    (_, None) => Some(format!("`{reference}` does not exist")),
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
            let what = format!("`{}` beside a $ref has no effect", others.join("`, `"));
            let to_do = "move it to what is referred to, or write allOf with the $ref alone";
            found.push(spec.finding(&node.pointer, Rule::RefSiblings, what, to_do));
        }
    }
    found.extend(cycles(spec));
    spec.findings.extend(found);
}

/// The components that a component is by definition: its `$ref`, its parts and, with `choices`, its alternatives.
fn edges(schema: &Map<String, Value>, choices: bool) -> Vec<String> {
    let mut open: Vec<&Map<String, Value>> = vec![schema];
    let mut names = Vec::new();
    while let Some(object) = open.pop() {
        let reference = object.get("$ref").and_then(Value::as_str);
        if let Some(name) = reference.and_then(|text| text.strip_prefix("#/components/")) {
            names.push(name.to_owned());
            continue;
        }
        let keys: &[&str] = if choices {
            &["allOf", "oneOf", "anyOf"]
        } else {
            &["allOf"]
        };
        for key in keys.iter().rev() {
            open.extend(list(object, key).iter().rev().filter_map(Value::as_object));
        }
    }
    names
}

/// One finding for every circle of components, which is named.
fn cycles(spec: &Spec<'_>) -> Vec<crate::spec::finding::Finding> {
    let mut found = Vec::new();
    let mut reported = BTreeSet::new();
    for choices in [false, true] {
        let graph = graph(spec, choices);
        for cycle in circles(graph) {
            if !reported.insert(cycle.iter().cloned().collect::<BTreeSet<_>>()) {
                continue;
            }
            let names: Vec<_> = cycle
                .iter()
                .map(|key| key.rsplit('/').next().unwrap_or(key))
                .collect();
            let names = names.join(" -> ");
            let pointer = format!("/components/{}", cycle[0]);
            let schema = spec.document.node(&pointer);
            let extends = schema.is_some_and(|schema| schema.get("allOf").is_some());
            let (rule, what, to_do) = if extends && !choices {
                let to_do = "drop one of these `allOf` parts or hold it in a property";
                (
                    Rule::AllofCycle,
                    format!("a schema extends itself: {names}"),
                    to_do,
                )
            } else {
                let to_do = "drop one of these references or hold it in a property";
                (
                    Rule::RefCycle,
                    format!("references lead in a circle: {names}"),
                    to_do,
                )
            };
            found.push(spec.finding(&pointer, rule, what, to_do));
        }
    }
    found
}

/// `section/name` of every component to those that it is made of.
fn graph(spec: &Spec<'_>, choices: bool) -> BTreeMap<String, Vec<String>> {
    let mut graph = BTreeMap::new();
    let sections = spec.document.node("/components").and_then(Value::as_object);
    for (section, components) in sections.into_iter().flatten() {
        for (name, component) in components.as_object().into_iter().flatten() {
            if let Some(object) = component.as_object() {
                graph.insert(format!("{section}/{name}"), edges(object, choices));
            }
        }
    }
    graph
}

/// The circles of a graph, each beginning and ending with its first name; without recursion.
fn circles(mut graph: BTreeMap<String, Vec<String>>) -> Vec<Vec<String>> {
    let mut circles = Vec::new();
    loop {
        peel(&mut graph);
        let Some(start) = graph.keys().next().cloned() else {
            return circles;
        };
        // Every name that is left leads on, so that the way must come back to itself.
        let mut way = vec![start];
        let circle = loop {
            let last = way.last().cloned().unwrap_or_default();
            let Some(next) = graph.get(&last).and_then(|next| next.first()).cloned() else {
                return circles;
            };
            if let Some(begin) = way.iter().position(|name| *name == next) {
                break way.split_off(begin);
            }
            way.push(next);
        };
        for name in &circle {
            graph.remove(name);
        }
        let first = circle.iter().enumerate().min_by_key(|(_, name)| *name);
        let first = first.map_or(0, |(index, _)| index);
        let mut circle = [&circle[first..], &circle[..first]].concat();
        circle.push(circle[0].clone());
        circles.push(circle);
    }
}

/// Removes names that lead nowhere until none is left.
fn peel(graph: &mut BTreeMap<String, Vec<String>>) {
    loop {
        let names: BTreeSet<String> = graph.keys().cloned().collect();
        for next in graph.values_mut() {
            next.retain(|name| names.contains(name));
        }
        let before = graph.len();
        graph.retain(|_, next| !next.is_empty());
        if graph.len() == before {
            return;
        }
    }
}
