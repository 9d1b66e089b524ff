//! Rule: imports follow the order of the layers, and never form a cycle.

use super::layer_order::{self, LayerOrder};
use super::module_graph::{Edge, ModuleGraph, ModulePath};
use super::tree::{LAYERS, Tree};
use super::violation::violation;
use crate::spec::finding::Finding;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let (orders, mut found) = layer_order::read(tree);
    for order in orders.iter().filter(|order| order.in_place) {
        let graph = ModuleGraph::read(tree, &order.folder);
        found.extend(unlisted(order, &graph));
        // An import that violates the order can be part of many cycles. To report the import only
        // once, exclude it from the search for cycles.
        let mut edges = graph.edges();
        edges.retain(|edge| {
            let violation = order_violation(order, edge);
            let is_along = violation.is_none();
            found.extend(violation);
            is_along
        });
        found.extend(cycles(&graph, &edges));
    }
    found
}

/// Returns findings for modules that are missing from the order, and for entries without a module.
fn unlisted(order: &LayerOrder, graph: &ModuleGraph) -> Vec<Finding> {
    let mut found = Vec::new();
    for (parent, layers) in &order.layers {
        let mut modules: BTreeMap<&String, &str> = graph
            .files()
            .filter(|(path, _)| path.len() == parent.len() + 1 && path.starts_with(parent))
            .filter_map(|(path, file)| Some((path.last()?, file)))
            .collect();
        for layer in layers {
            if modules.remove(&layer.name).is_none() {
                let what = format!("`{}` has no module `{}`", order.folder, layer.name);
                let to_do = "remove the entry, or rename the module";
                let line = layer.place.line;
                found.push(violation(LAYERS, line, "layer", what, to_do));
            }
        }
        for (name, file) in modules {
            let what = format!("`{name}` is missing from the order of the layers");
            let to_do = format!("add it to {LAYERS}, after all modules that it imports");
            found.push(violation(file, 1, "layer", what, &to_do));
        }
    }
    found
}

/// Returns a finding if a module imports a module that comes after it in the order.
fn order_violation(order: &LayerOrder, edge: &Edge) -> Option<Finding> {
    let pairs = edge.from.iter().zip(&edge.to);
    let shared = pairs.take_while(|(from, to)| from == to).count();
    let layers = order.layers.get(&edge.from[..shared])?;
    let place = |path: &ModulePath| {
        let name = path.get(shared)?;
        layers.iter().position(|layer| layer.name == *name)
    };
    (place(&edge.to)? > place(&edge.from)?).then(|| {
        let what = format!(
            "`{}` imports `{}`, which comes after it in the order of the layers",
            edge.from.join("::"),
            edge.to.join("::")
        );
        let to_do = format!(
            "move shared code to an earlier layer, or pass it as an argument or a trait; the order is in {LAYERS}"
        );
        violation(&edge.file, edge.line, "layer", what, &to_do)
    })
}

/// Returns findings that each describe a shortest cycle of imports through a file. Together, they
/// mention every file that is part of a cycle.
fn cycles(graph: &ModuleGraph, edges: &[Edge]) -> Vec<Finding> {
    let mut imports: BTreeMap<&ModulePath, BTreeMap<&ModulePath, &Edge>> = BTreeMap::new();
    for edge in edges {
        let known = imports.entry(&edge.from).or_default();
        known.entry(&edge.to).or_insert(edge);
    }
    let mut found = Vec::new();
    let mut told: BTreeSet<&ModulePath> = BTreeSet::new();
    for (start, _) in graph.files() {
        if told.contains(start) {
            continue;
        }
        let Some(circle) = shortest_cycle(&imports, start) else {
            continue;
        };
        told.extend(circle.iter().map(|edge| &edge.from));
        if let Some(first) = circle.first() {
            let names = circle.iter().map(|edge| &edge.from).chain([&first.from]);
            let names: Vec<String> = names.map(label).collect();
            let what = format!("files import each other: {}", names.join(" -> "));
            let to_do = "move shared code to a separate file";
            let (file, line) = (&first.file, first.line);
            found.push(violation(file, line, "layer", what, to_do));
        }
    }
    found
}

fn label(path: &ModulePath) -> String {
    match path.is_empty() {
        true => "crate".to_owned(),
        false => path.join("::"),
    }
}

/// Returns the imports of a shortest path from a file back to itself.
fn shortest_cycle<'e>(
    imports: &BTreeMap<&'e ModulePath, BTreeMap<&'e ModulePath, &'e Edge>>,
    start: &'e ModulePath,
) -> Option<Vec<&'e Edge>> {
    let mut came_by: BTreeMap<&ModulePath, &Edge> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for (to, edge) in imports.get(at).into_iter().flatten() {
            if came_by.contains_key(to) {
                continue;
            }
            came_by.insert(to, edge);
            if *to == start {
                let mut circle = vec![*edge];
                while let Some(first) = circle.last().filter(|first| first.from != *start) {
                    circle.push(came_by.get(&first.from)?);
                }
                circle.reverse();
                return Some(circle);
            }
            open.push_back(to);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    const ORDER: &str = "\
crates/acme-core/src:
  in_place: true
  order:
    - base
    - middle:
        - first
        - second
    - top
";

    fn layer_findings(order: &str, sources: &[(&str, &str)]) -> Vec<String> {
        let folder = "crates/acme-core/src/";
        let paths: Vec<String> = sources
            .iter()
            .map(|(path, _)| format!("{folder}{path}"))
            .collect();
        let mut files = vec![("xtask/layers.yaml", order)];
        files.extend(
            paths
                .iter()
                .map(String::as_str)
                .zip(sources.iter().map(|(_, text)| *text)),
        );
        said(check, &files)
    }

    const VALID_SOURCES: [(&str, &str); 6] = [
        (
            "lib.rs",
            "mod base;\nmod middle;\nmod top;\npub use top::Top;\n",
        ),
        (
            "base.rs",
            "pub struct Base;\n#[cfg(test)]\nmod tests {\n    use crate::top::Top;\n}\n",
        ),
        (
            "middle.rs",
            "mod first;\nmod second;\npub use second::Second;\n",
        ),
        (
            "middle/first.rs",
            "use crate::base::Base;\npub struct First;\n",
        ),
        (
            "middle/second.rs",
            "pub struct Second;\nfn new() -> super::first::First { loop {} }\n",
        ),
        (
            "top.rs",
            "use crate::middle::Second;\npub struct Top;\nfn tokens() { quote! { crate::nowhere::X } }\n",
        ),
    ];

    fn with_source(path: &str, text: &'static str) -> Vec<(&'static str, &'static str)> {
        let mut sources = VALID_SOURCES.to_vec();
        for source in &mut sources {
            if source.0 == path {
                source.1 = text;
            }
        }
        sources
    }

    #[test]
    fn imports_in_layer_order_and_in_test_code_are_allowed() {
        assert_eq!(layer_findings(ORDER, &VALID_SOURCES), [""; 0]);
    }

    #[test]
    fn an_import_against_the_layer_order_is_reported_with_its_line() {
        let said = layer_findings(
            ORDER,
            &with_source("base.rs", "struct A;\nuse crate::middle::Second;\n"),
        );
        assert_eq!(
            said,
            [
                "crates/acme-core/src/base.rs:2: layer: `base` imports `middle::second`, which comes after it in the order of the layers (move shared code to an earlier layer, or pass it as an argument or a trait; the order is in xtask/layers.yaml)"
            ]
        );
        let said = layer_findings(
            ORDER,
            &with_source(
                "middle/first.rs",
                "fn a() { assert!(super::second::is()) }\n",
            ),
        );
        assert!(
            said[0].contains("first.rs:1: layer: `middle::first` imports `middle::second`"),
            "{said:?}"
        );
    }

    #[test]
    fn an_import_cycle_is_reported_once() {
        let order = ORDER.replace("middle:\n        - first\n        - second\n", "middle\n");
        let said = layer_findings(
            &order,
            &with_source("middle/first.rs", "use super::Second;\npub struct First;\n"),
        );
        assert_eq!(
            said,
            [
                "crates/acme-core/src/middle/first.rs:1: layer: files import each other: middle::first -> middle::second -> middle::first (move shared code to a separate file)"
            ]
        );
    }

    #[test]
    fn modules_missing_from_the_order_and_entries_without_a_module_are_reported() {
        let said = layer_findings(&ORDER.replace("- base", "- basis"), &VALID_SOURCES);
        assert_eq!(
            said,
            [
                "crates/acme-core/src/base.rs:1: layer: `base` is missing from the order of the layers (add it to xtask/layers.yaml, after all modules that it imports)",
                "xtask/layers.yaml:4: layer: `crates/acme-core/src` has no module `basis` (remove the entry, or rename the module)",
            ]
        );
    }

    #[test]
    fn a_crate_that_is_not_in_place_is_not_checked() {
        let order = ORDER.replace("in_place: true", "in_place: false");
        assert_eq!(
            layer_findings(&order, &with_source("base.rs", "use crate::top::Top;\n")),
            [""; 0]
        );
        let said = layer_findings(&order.replace("false", "later"), &VALID_SOURCES);
        assert!(
            said[0].starts_with(
                "xtask/layers.yaml:1: layer: cannot read the order of crates/acme-core/src"
            ),
            "{said:?}"
        );
    }
}
