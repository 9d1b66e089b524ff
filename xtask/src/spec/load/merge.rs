//! Merges the tag files of a vendor into its `openapi.yaml`.

use crate::spec::finding::{Finding, Place};
use crate::spec::load::yaml::{Content, Node};
use crate::spec::rule::Rule;
use std::collections::HashMap;

/// A parsed file. `name` is its path relative to the workspace root.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) root: Node,
}

/// Adds the paths and components of the parts to the main document, in order.
pub(super) fn merge(main: Part, parts: Vec<Part>, findings: &mut Vec<Finding>) -> Node {
    let Part { name, mut root } = main;
    let Content::Map(entries) = &mut root.content else {
        findings.push(not_an_object(&name, &root));
        return root;
    };
    for part in parts {
        let place = part.root.place.clone();
        let Content::Map(sections) = part.root.content else {
            findings.push(not_an_object(
                &part.name,
                &Node {
                    place,
                    content: part.root.content,
                },
            ));
            continue;
        };
        for (section, node) in sections {
            match section.as_str() {
                "paths" => add(entries, "paths", node, findings, "path"),
                "components" => add_components(entries, node, findings),
                _ => findings.push(Finding::new(
                    node.place,
                    Rule::TagFileSection,
                    format!("the file of a tag contains `{section}`"),
                    "the file of a tag can only contain `paths` and `components`; move other sections to openapi.yaml",
                )),
            }
        }
    }
    root
}

fn not_an_object(name: &str, root: &Node) -> Finding {
    Finding::new(
        root.place.clone(),
        Rule::Structure,
        format!("{name} is not an object"),
        "write it as keys and values",
    )
}

fn add_components(main: &mut Vec<(String, Node)>, node: Node, findings: &mut Vec<Finding>) {
    let place = node.place.clone();
    let Content::Map(sections) = node.content else {
        findings.push(not_a_section("components", place));
        return;
    };
    let Some(components) = section(main, "components", place, findings) else {
        return;
    };
    for (name, node) in sections {
        add(components, &name, node, findings, "component");
    }
}

/// Adds the entries of `node` to the map at `name`. A duplicate component is a finding, and the
/// entries of a duplicate path are combined.
fn add(
    map: &mut Vec<(String, Node)>,
    name: &str,
    node: Node,
    findings: &mut Vec<Finding>,
    noun: &str,
) {
    let place = node.place.clone();
    let Content::Map(added) = node.content else {
        findings.push(not_a_section(name, place));
        return;
    };
    let Some(entries) = section(map, name, place, findings) else {
        return;
    };
    // The index is necessary because a document can have tens of thousands of components.
    let known: HashMap<String, usize> = entries
        .iter()
        .enumerate()
        .map(|(index, (key, _))| (key.clone(), index))
        .collect();
    for (key, node) in added {
        match known.get(&key).and_then(|index| entries.get_mut(*index)) {
            Some((_, first)) if noun == "path" => add_methods(&key, first, node, findings),
            Some((_, first)) => findings.push(Finding::new(
                node.place,
                Rule::DuplicateComponent,
                format!("the {noun} `{key}` is already in {}", first.place),
                "keep one of them",
            )),
            None => entries.push((key, node)),
        }
    }
}

/// Adds the methods of a path to the same path from another file.
fn add_methods(path: &str, first: &mut Node, node: Node, findings: &mut Vec<Finding>) {
    let (Content::Map(known), Content::Map(added)) = (&mut first.content, node.content) else {
        findings.push(not_a_section(path, node.place));
        return;
    };
    for (key, node) in added {
        match known.iter().find(|(other, _)| *other == key) {
            // Both files can declare the path's parameters and servers if the declarations are
            // equal.
            Some((_, first))
                if ["parameters", "servers"].contains(&key.as_str()) && is_same(first, &node) => {}
            Some((_, first)) => findings.push(Finding::new(
                node.place,
                Rule::DuplicateComponent,
                format!("`{key}` of the path `{path}` is already in {}", first.place),
                "keep one of them",
            )),
            None => known.push((key, node)),
        }
    }
}

/// Returns whether two nodes are equal, apart from their locations.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a == b,
        (Content::List(a), Content::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Content::Map(a), Content::Map(b)) => {
            let has = |(key, value): &(String, Node)| {
                b.iter()
                    .any(|(other, node)| other == key && is_same(value, node))
            };
            a.len() == b.len() && a.iter().all(has)
        }
        _ => false,
    }
}

/// Returns the map at `name`, and creates it if it does not exist.
fn section<'a>(
    map: &'a mut Vec<(String, Node)>,
    name: &str,
    place: Place,
    findings: &mut Vec<Finding>,
) -> Option<&'a mut Vec<(String, Node)>> {
    if !map.iter().any(|(key, _)| key == name) {
        let content = Content::Map(Vec::new());
        map.push((name.to_owned(), Node { place, content }));
    }
    let (_, node) = map.iter_mut().find(|(key, _)| key == name)?;
    match &mut node.content {
        Content::Map(entries) => Some(entries),
        _ => {
            findings.push(not_a_section(name, node.place.clone()));
            None
        }
    }
}

fn not_a_section(name: &str, place: Place) -> Finding {
    Finding::new(
        place,
        Rule::Structure,
        format!("`{name}` is not an object"),
        "write it as keys and values",
    )
}
