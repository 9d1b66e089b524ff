//! Reads rustdoc's JSON: finds the items that are reachable from a module, and the types and traits
//! that their signatures and documentation mention.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Rustdoc's JSON for a crate.
pub(crate) struct Documentation {
    json: Value,
    /// Path of each item that is reachable from the root, by id.
    reachable: BTreeMap<String, String>,
}

/// The crate and the path of a type or trait that a signature or doc comment mentions. The path
/// starts with the name of the crate.
pub(crate) type Named = (String, Vec<String>);

impl Documentation {
    pub(crate) fn read(library: &str, text: &str) -> Self {
        let mut own = Self {
            json: serde_json::from_str(text).unwrap(),
            reachable: BTreeMap::new(),
        };
        let root = id(&own.json["root"]);
        own.reachable = own.walk(&root, library);
        own
    }

    fn item(&self, id: &str) -> Option<&Value> {
        self.json["index"].get(id)
    }

    /// Returns all items that are reachable from a module, with their paths.
    fn walk(&self, root: &str, name: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut open = vec![(root.to_owned(), name.to_owned())];
        while let Some((at, path)) = open.pop() {
            let Some(item) = self.item(&at) else { continue };
            let (kind, inner) = inner(item);
            if kind == "use" {
                let target = id(&inner["id"]);
                let parent = path.rsplit_once("::").map_or("", |(parent, _)| parent);
                let own = match inner["is_glob"] == true {
                    true => parent.to_owned(),
                    false => format!("{parent}::{}", inner["name"].as_str().unwrap()),
                };
                // A glob adds the module's items, not the module.
                match inner["is_glob"] == true {
                    true => open.extend(self.children(&target, &own)),
                    false => open.push((target, own)),
                }
                continue;
            }
            if found.insert(at.clone(), path.clone()).is_none() && kind == "module" {
                open.extend(self.children(&at, &path));
            }
        }
        found
    }

    fn children(&self, module: &str, path: &str) -> Vec<(String, String)> {
        let items = self.item(module).map(|item| ids(&inner(item).1["items"]));
        let items = items.unwrap_or_default().into_iter();
        items
            .map(|child| {
                let name = self.item(&child).and_then(|item| item["name"].as_str());
                let path = format!("{path}::{}", name.unwrap_or_default());
                (child, path)
            })
            .collect()
    }

    fn module(&self, path: &str) -> Option<&String> {
        let wanted = format!("::{path}");
        self.reachable
            .iter()
            .find(|(at, known)| {
                let is_module = self.item(at).is_some_and(|item| inner(item).0 == "module");
                is_module && known.ends_with(&wanted)
            })
            .map(|(at, _)| at)
    }

    /// Returns the names of a module's items.
    pub(crate) fn names_in(&self, module: &str) -> BTreeSet<String> {
        let module = self
            .module(module)
            .unwrap_or_else(|| panic!("the crate has no module {module}"));
        let items = ids(&inner(self.item(module).unwrap()).1["items"]);
        let name = |at: &String| {
            let item = self.item(at)?;
            let name = match inner(item) {
                ("use", used) => &used["name"],
                _ => &item["name"],
            };
            name.as_str().map(str::to_owned)
        };
        items.iter().filter_map(name).collect()
    }

    /// Returns the types and traits that reachable items mention in signatures or documentation.
    pub(crate) fn named(&self) -> BTreeSet<Named> {
        self.named_by(self.reachable.keys().cloned())
    }

    /// Returns the types and traits that the items reachable from a module mention in signatures or
    /// documentation.
    pub(crate) fn named_from(&self, module: &str) -> BTreeSet<Named> {
        let root = self.module(module).unwrap();
        self.named_by(self.walk(root, "").into_keys())
    }

    /// Returns the public path of an item, if any, given the path of its definition.
    pub(crate) fn path_of(&self, canonical: &[String]) -> Option<String> {
        let paths = self.json["paths"].as_object().unwrap();
        let wanted = Value::from(canonical.to_vec());
        let mut known = paths.iter().filter(|(_, known)| known["path"] == wanted);
        known.find_map(|(at, _)| self.reachable.get(at).cloned())
    }

    fn named_by(&self, roots: impl Iterator<Item = String>) -> BTreeSet<Named> {
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = roots.collect();
        while let Some(at) = open.pop() {
            let Some(item) = self.item(&at) else { continue };
            if !seen.insert(at) {
                continue;
            }
            let (kind, inner) = inner(item);
            // Skips trait implementations, because programs import the trait itself.
            let is_foreign = kind == "impl" && !inner["trait"].is_null();
            if is_foreign || ["module", "use"].contains(&kind) {
                continue;
            }
            let mut ids = BTreeSet::new();
            references(inner, &mut ids);
            ids.extend(
                item["links"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(_, at)| id(at)),
            );
            found.extend(ids.iter().filter_map(|at| self.name(at)));
            open.extend(members(kind, inner));
        }
        found
    }

    /// Returns the crate and path of a type or trait.
    fn name(&self, at: &str) -> Option<Named> {
        let known = self.json["paths"].get(at)?;
        let kinds = ["struct", "enum", "union", "trait", "type_alias"];
        if !kinds.contains(&known["kind"].as_str()?) {
            return None;
        }
        let path: Vec<String> = known["path"]
            .as_array()?
            .iter()
            .map(|step| step.as_str().unwrap().to_owned())
            .collect();
        Some((path.first()?.clone(), path))
    }
}

fn id(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter(|at| !at.is_null())
        .map(id)
        .collect()
}

/// Returns the kind and the content of an item.
fn inner(item: &Value) -> (&str, &Value) {
    let inner = item["inner"].as_object().unwrap();
    let (kind, inner) = inner.iter().next().unwrap();
    (kind, inner)
}

/// Returns the ids of an item's members, such as fields, variants and methods.
fn members(kind: &str, inner: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for list in [
        &inner["items"],
        &inner["impls"],
        &inner["variants"],
        &inner["fields"],
    ] {
        all.extend(ids(list));
    }
    for list in ["/kind/plain/fields", "/kind/struct/fields", "/kind/tuple"] {
        all.extend(inner.pointer(list).map(ids).unwrap_or_default());
    }
    // The implementations of a trait belong to other items.
    if kind == "trait" {
        all = ids(&inner["items"]);
    }
    all
}

/// Collects the ids of all types and traits in a signature.
fn references(node: &Value, found: &mut BTreeSet<String>) {
    match node {
        Value::Object(object) => {
            if let (Some(at), true) = (object.get("id"), object.contains_key("path")) {
                found.insert(id(at));
            }
            object.values().for_each(|child| references(child, found));
        }
        Value::Array(items) => items.iter().for_each(|child| references(child, found)),
        _ => {}
    }
}
