//! Reads a vendor's spec files and merges them into one document, with the file and line of every
//! node.
//!
//! Each submodule implements one step: reading scalars, parsing a file into a tree, and merging all
//! files. The module `lint` checks whether the document is a valid API.

mod merge;

pub(crate) mod scalar;
pub(crate) mod yaml;

use crate::spec::finding::{Finding, Place};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use anyhow::Context as _;
use merge::Part;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use yaml::{Content, Node};

/// Maximum total size of a vendor's files, in bytes.
pub(crate) const MAX_SPEC_SIZE: u64 = 32 << 20;

/// Returns the name of a spec file without `.yaml`, or `None` for any other file, such as the
/// corrections of an import.
pub(crate) fn stem_of_spec(file: &str) -> Option<&str> {
    file.strip_suffix(".yaml").filter(|stem| *stem != "overlay")
}

/// Merged document of a vendor, with the file and line of every node.
#[derive(Debug)]
pub(crate) struct Document {
    /// Name of the folder in `specs/`.
    pub(crate) vendor: String,
    /// Merged OpenAPI document, with keys in file order.
    pub(crate) root: Value,
    /// Sorted names of the spec files except `openapi.yaml`, without `.yaml`.
    pub(crate) tag_files: Vec<String>,
    /// Findings of parsing and merging, which `lint` reports together with its own findings.
    pub(crate) findings: Vec<Finding>,
    places: HashMap<String, Place>,
    main: Place,
}

impl Document {
    /// Returns the file and line of the node at a JSON pointer, or of its nearest known ancestor.
    pub(crate) fn place(&self, pointer: &str) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.places.get(pointer) {
                return place.clone();
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return self.main.clone(),
            }
        }
    }

    /// Returns the shortest pointer to a node at the given file and line.
    pub(crate) fn pointer_at(&self, place: &Place) -> String {
        let here = self.places.iter().filter(|(_, known)| *known == place);
        let pointers = here.map(|(pointer, _)| pointer);
        let shortest = pointers.min_by_key(|pointer| (pointer.len(), pointer.as_str()));
        shortest.cloned().unwrap_or_default()
    }

    /// Returns the same document with a different root and without findings. `made` pairs the name
    /// of each new schema with the name of its original, whose locations also apply to the new
    /// schema.
    pub(crate) fn with_root<'n>(
        &self,
        root: Value,
        made: impl Iterator<Item = (&'n str, &'n str)>,
    ) -> Self {
        let schema = |name: &str| below("/components/schemas", name);
        let mut places = self.places.clone();
        for (new, old) in made {
            let (new, old) = (schema(new), schema(old));
            let inside = self.places.iter().filter_map(|(pointer, place)| {
                let rest = pointer.strip_prefix(&old)?;
                let is_inside = rest.is_empty() || rest.starts_with('/');
                is_inside.then(|| (format!("{new}{rest}"), place.clone()))
            });
            places.extend(inside);
        }
        Self {
            vendor: self.vendor.clone(),
            root,
            tag_files: self.tag_files.clone(),
            findings: Vec::new(),
            places,
            main: self.main.clone(),
        }
    }

    /// Returns the path of the file with a tag's operations and types: `specs/<vendor>/<tag>.yaml`.
    pub(crate) fn file_of_tag(&self, tag: &str) -> String {
        file_name(&self.vendor, tag)
    }

    /// Returns the node at a JSON pointer.
    pub(crate) fn node(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }
}

fn file_name(vendor: &str, stem: &str) -> String {
    format!("specs/{vendor}/{stem}.yaml")
}

/// Returns the vendors with a folder in `specs/`, sorted by name.
pub(crate) fn vendors(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join("specs");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Reads and merges the files of one vendor.
///
/// Fails if a file can't be read or parsed, if the files are too large, or if `openapi.yaml` is
/// missing. The document contains all other findings of parsing and merging, which `lint` reports.
pub(crate) fn load(root: &Path, vendor: &str) -> Result<Document, Vec<Finding>> {
    let files = read(root, vendor)?;
    assemble(vendor, &files)
}

/// Returns the contents of the vendor's spec files, by name without `.yaml`.
fn read(root: &Path, vendor: &str) -> Result<BTreeMap<String, Vec<u8>>, Vec<Finding>> {
    let folder = root.join("specs").join(vendor);
    let unreadable = |place: String, error: std::io::Error| {
        let place = Place {
            file: place.into(),
            line: 1,
        };
        let what = format!("cannot be read: {error}");
        vec![Finding::new(
            place,
            Rule::UnreadableFile,
            what,
            "check its name and its permissions",
        )]
    };
    let mut files = BTreeMap::new();
    let mut left = MAX_SPEC_SIZE;
    let entries = fs::read_dir(&folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(file_name(vendor, "openapi"), error))?;
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(stem) = stem_of_spec(&name) {
            let stem = stem.to_owned();
            let bytes = read_up_to(&path, left)
                .map_err(|error| unreadable(file_name(vendor, &stem), error))?;
            left = match left.checked_sub(bytes.len() as u64) {
                Some(left) => left,
                None => return Err(vec![too_large(file_name(vendor, &stem))]),
            };
            files.insert(stem, bytes);
        }
    }
    Ok(files)
}

/// Returns the contents of a file, but at most `most + 1` bytes.
fn read_up_to(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(most + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(file: String) -> Finding {
    let place = Place {
        file: file.into(),
        line: 1,
    };
    let what = format!(
        "with this file, the specs of the vendor exceed {} MiB",
        MAX_SPEC_SIZE >> 20
    );
    let to_do = "omit operations that no client needs, or split the spec into two vendors";
    Finding::new(place, Rule::UnreadableFile, what, to_do)
}

/// Parses and merges file contents. `files` maps names without `.yaml` to bytes.
pub(crate) fn assemble(
    vendor: &str,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Document, Vec<Finding>> {
    let main_name = file_name(vendor, "openapi");
    let main_place = Place {
        file: main_name.as_str().into(),
        line: 1,
    };
    let mut findings = Vec::new();
    let mut roots = BTreeMap::new();
    let mut whole = true;
    for (stem, bytes) in files {
        let name = file_name(vendor, stem);
        let parsed = yaml::parse(&name, bytes);
        findings.extend(parsed.findings);
        match parsed.root {
            Some(root) => drop(roots.insert(stem.clone(), Part { name, root })),
            None => whole = false,
        }
    }
    if !files.contains_key("openapi") {
        let what = "the file is missing";
        let what_to_do = "create it with info, servers, security schemes and tags";
        findings.push(Finding::new(
            main_place.clone(),
            Rule::UnreadableFile,
            what,
            what_to_do,
        ));
    }
    let (true, Some(main)) = (whole, roots.remove("openapi")) else {
        return Err(findings);
    };
    let tag_files: Vec<String> = roots.keys().cloned().collect();
    let mut parts = Vec::new();
    for tag in tag_names(&main.root) {
        parts.extend(roots.remove(&tag));
    }
    parts.extend(roots.into_values());
    let merged = merge::merge(main, parts, &mut findings);
    let mut places = HashMap::new();
    let root = flatten(merged, &mut String::new(), &mut places);
    Ok(Document {
        vendor: vendor.to_owned(),
        root,
        tag_files,
        findings,
        places,
        main: main_place,
    })
}

/// Returns the names in `tags` that are strings.
fn tag_names(root: &Node) -> Vec<String> {
    let Some(Content::List(tags)) = child(root, "tags") else {
        return Vec::new();
    };
    let name = |tag| match child(tag, "name") {
        Some(Content::Scalar(Value::String(name))) => Some(name.clone()),
        _ => None,
    };
    tags.iter().filter_map(name).collect()
}

fn child<'a>(node: &'a Node, name: &str) -> Option<&'a Content> {
    let Content::Map(entries) = &node.content else {
        return None;
    };
    let (_, node) = entries.iter().find(|(key, _)| key == name)?;
    Some(&node.content)
}

/// Converts the tree to a JSON value and records the file and line of every pointer. The maximum
/// depth of a parsed file limits the recursion.
fn flatten(node: Node, pointer: &mut String, places: &mut HashMap<String, Place>) -> Value {
    places.insert(pointer.clone(), node.place);
    let length = pointer.len();
    match node.content {
        Content::Scalar(value) => value,
        Content::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                *pointer = below(pointer, &index.to_string());
                list.push(flatten(item, pointer, places));
                pointer.truncate(length);
            }
            Value::Array(list)
        }
        Content::Map(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for (key, node) in entries {
                *pointer = below(pointer, &key);
                map.insert(key, flatten(node, pointer, places));
                pointer.truncate(length);
            }
            Value::Object(map)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, assemble};
    use std::collections::BTreeMap;

    const MAIN: &str = "\
tags:
  - name: pets
  - name: cats
components:
  schemas:
    Shared: {type: string}
";
    const CATS: &str = "\
paths:
  /cats:
    get:
      responses:
        200: {description: 'yes'}
";
    const PETS: &str = "\
components:
  schemas:
    Pet:
      enum:
        - '200'
        - no
paths:
  /pets/{id}: {}
";

    fn document() -> Document {
        let files = [("cats", CATS), ("openapi", MAIN), ("pets", PETS)];
        let files: BTreeMap<_, _> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect();
        assemble("acme", &files).unwrap()
    }

    #[test]
    fn files_are_merged_in_tag_order() {
        let document = document();
        assert_eq!(document.findings, []);
        let keys = |pointer| -> Vec<_> {
            document
                .node(pointer)
                .and_then(|node| node.as_object())
                .unwrap()
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(keys(""), ["tags", "components", "paths"]);
        assert_eq!(keys("/paths"), ["/pets/{id}", "/cats"]);
        assert_eq!(keys("/components/schemas"), ["Shared", "Pet"]);
    }

    #[test]
    fn status_keys_become_strings_and_quoted_strings_stay_strings() {
        let document = document();
        let answer = document.node("/paths/~1cats/get/responses/200/description");
        assert_eq!(answer, Some(&"yes".into()));
        let values = document.node("/components/schemas/Pet/enum").unwrap();
        assert_eq!(*values, serde_json::json!(["200", "no"]));
    }

    #[test]
    fn a_node_is_located_at_its_key_and_an_unknown_one_at_its_ancestor() {
        let document = document();
        for (pointer, place) in [
            ("", "specs/acme/openapi.yaml:1"),
            (
                "/components/schemas/Shared/type",
                "specs/acme/openapi.yaml:6",
            ),
            ("/components/schemas/Pet", "specs/acme/pets.yaml:3"),
            ("/components/schemas/Pet/enum/1", "specs/acme/pets.yaml:6"),
            (
                "/components/schemas/Pet/properties/name",
                "specs/acme/pets.yaml:3",
            ),
            ("/paths/~1pets~1{id}/get", "specs/acme/pets.yaml:8"),
            ("/paths/~1cats/get", "specs/acme/cats.yaml:3"),
            ("/nowhere", "specs/acme/openapi.yaml:1"),
        ] {
            assert_eq!(document.place(pointer).to_string(), place, "{pointer}");
        }
        assert_eq!(document.file_of_tag("cats"), "specs/acme/cats.yaml");
    }
}
