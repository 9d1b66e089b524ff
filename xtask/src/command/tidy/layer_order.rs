//! Layer order of each crate, read from `xtask/layers.yaml`.

use super::tree::{LAYERS, Tree};
use super::violation::violation;
use crate::spec::finding::{Finding, Place};
use crate::spec::load::yaml::{self, Content, Node};
use serde_json::Value;
use std::collections::BTreeMap;

/// The layers of one crate.
pub(super) struct LayerOrder {
    /// Folder of the crate's root module, such as `xtask/src`.
    pub(super) folder: String,
    /// Whether the crate's files already follow the order; otherwise, the order is a plan and isn't
    /// checked.
    pub(super) in_place: bool,
    /// Layers by path of the parent module; a module may import the modules before it.
    pub(super) layers: BTreeMap<Vec<String>, Vec<Layer>>,
}

/// A module in an order.
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) place: Place,
}

/// Reads the orders, and returns findings for errors in the file.
pub(super) fn read(tree: &Tree) -> (Vec<LayerOrder>, Vec<Finding>) {
    let Some(text) = tree.text(LAYERS) else {
        return Default::default();
    };
    let parsed = yaml::parse(LAYERS, text.as_bytes());
    let mut found = parsed.findings;
    let mut orders = Vec::new();
    let Some(Content::Map(crates)) = parsed.root.map(|root| root.content) else {
        return (orders, found);
    };
    for (folder, node) in crates {
        match read_crate(&folder, &node) {
            Some(order) => orders.push(order),
            None => found.push(violation(
                LAYERS,
                node.place.line,
                "layer",
                format!("cannot read the order of {folder}"),
                "write `in_place: true` or `false`, and `order` with a list of modules",
            )),
        }
    }
    (orders, found)
}

/// Returns the folders whose files don't follow the order yet.
pub(super) fn unplaced(tree: &Tree) -> Vec<String> {
    let (orders, _) = read(tree);
    let unplaced = orders.into_iter().filter(|order| !order.in_place);
    unplaced.map(|order| order.folder).collect()
}

fn read_crate(folder: &str, node: &Node) -> Option<LayerOrder> {
    let Content::Scalar(Value::Bool(in_place)) = member(node, "in_place")?.content else {
        return None;
    };
    let mut layers = BTreeMap::new();
    read_order(member(node, "order")?, &[], &mut layers)?;
    Some(LayerOrder {
        folder: folder.to_owned(),
        in_place,
        layers,
    })
}

/// Reads a list. Each item is a module name, or maps a module name to the order inside the module.
fn read_order(
    node: &Node,
    parent: &[String],
    layers: &mut BTreeMap<Vec<String>, Vec<Layer>>,
) -> Option<()> {
    let Content::List(items) = &node.content else {
        return None;
    };
    let mut order = Vec::new();
    for item in items {
        let name = match &item.content {
            Content::Scalar(Value::String(name)) => name,
            Content::Map(entries) => {
                let [(name, inside)] = &entries[..] else {
                    return None;
                };
                let path = [parent, std::slice::from_ref(name)].concat();
                read_order(inside, &path, layers)?;
                name
            }
            _ => return None,
        };
        order.push(Layer {
            name: name.clone(),
            place: item.place.clone(),
        });
    }
    layers.insert(parent.to_vec(), order);
    Some(())
}

fn member<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Content::Map(entries) = &node.content else {
        return None;
    };
    let (_, node) = entries.iter().find(|(name, _)| name == key)?;
    Some(node)
}
