//! Edits our spec for changes that don't need judgment: a new optional property, a new enum value,
//! and the skeleton of a new operation.

use super::difference::{Aspect, ChangeKind};
use super::edits::{Edits, block_end, indent};
use super::finding::{Status, UpstreamChange};
use super::our_spec::OurSpec;
use super::schema_view::ObjectView;
use super::skeleton::{Skeleton, indented, scalar};
use super::walk::{Walk, operations};
use crate::model::{elements, last_pointer_segment, members, text};
use crate::name;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct MechanicalEdits<'s, 'd> {
    spec: &'s OurSpec<'d>,
    /// Contents of our files by path.
    texts: &'s BTreeMap<String, String>,
    skeleton: Skeleton<'s>,
    theirs: &'s Value,
    /// For each path that our spec lacks, the insertion point and the lines of its methods.
    paths: BTreeMap<String, ((String, usize), Vec<String>)>,
    /// Operation ids in use.
    ids: BTreeSet<String>,
    /// Files to which a `schemas` section was added.
    started: BTreeSet<String>,
    pub(super) edits: Edits,
    /// Descriptions of the edits.
    pub(super) done: Vec<String>,
}

impl<'s, 'd> MechanicalEdits<'s, 'd> {
    pub(super) fn new(
        spec: &'s OurSpec<'d>,
        texts: &'s BTreeMap<String, String>,
        theirs: &'s Value,
        walk: &'s Walk,
    ) -> Self {
        let node = |pointer: String| spec.document.node(&pointer);
        let nodes = operations(&spec.document.root)
            .into_values()
            .filter_map(node);
        let ids = nodes
            .map(|node| text(node, "operationId").to_owned())
            .collect();
        let skeleton = Skeleton::new(theirs, walk, &spec.document.root);
        Self {
            spec,
            texts,
            skeleton,
            theirs,
            paths: BTreeMap::new(),
            ids,
            started: BTreeSet::new(),
            edits: Edits::default(),
            done: Vec::new(),
        }
    }

    /// Adds edits for the open changes that are mechanical.
    pub(super) fn edit(&mut self, changes: &[UpstreamChange<'_>]) {
        for change in changes
            .iter()
            .filter(|change| change.status == Status::ToDo)
        {
            let difference = change.difference;
            if difference.happened != ChangeKind::Added {
                continue;
            }
            let is_done = match difference.aspect {
                Aspect::Operation => self.add_operation(&difference.second),
                Aspect::EnumValue => change
                    .ours
                    .iter()
                    .any(|pointer| self.add_enum_value(pointer, &difference.name)),
                Aspect::Property => self.add_property(change),
                _ => false,
            };
            if is_done {
                self.done.push(change.what());
            }
        }
        self.add_paths();
    }

    fn line(&self, file: &str, number: usize) -> &'s str {
        let text = self.texts.get(file).map_or("", String::as_str);
        number
            .checked_sub(1)
            .and_then(|index| text.lines().nth(index))
            .unwrap_or_default()
    }

    fn add_property(&mut self, change: &UpstreamChange<'_>) -> bool {
        let (name, theirs) = (&change.difference.name, &change.difference.second);
        // A required property affects users, so only optional properties are added automatically.
        if ObjectView::of(self.theirs, &change.difference.owner)
            .required
            .contains(name)
        {
            return false;
        }
        let mut is_done = false;
        for owner in &change.ours {
            let Some(schema) = OurSpec::schema_of(owner) else {
                continue;
            };
            let root = &self.spec.document.root;
            let own = format!("{owner}/");
            let view = ObjectView::of(root, owner);
            let properties = view
                .properties
                .values()
                .filter(|pointer| pointer.starts_with(&own));
            let last = properties.max_by_key(|pointer| self.spec.document.place(pointer));
            let Some(last) = last
                .filter(|_| !view.properties.contains_key(name))
                .cloned()
            else {
                continue;
            };
            let (map, _) = last.rsplit_once('/').unwrap_or_default();
            let (place, head) = (
                self.spec.document.place(&last),
                self.spec.document.place(map),
            );
            if place.line == head.line {
                continue;
            }
            let key = self.line(&place.file, place.line);
            let end = block_end(
                self.texts.get(&*place.file).map_or("", String::as_str),
                place.line,
            );
            let by = indent(key);
            let mut lines = vec![format!("{}:", scalar(name))];
            let hint = format!("{schema}{}", name::type_name(name));
            lines.extend(indented(self.skeleton.schema(theirs, &hint, true, 0), 2));
            self.edits.insert(&place.file, end, indented(lines, by));
            self.add_schemas(&place.file);
            is_done = true;
        }
        is_done
    }

    fn add_enum_value(&mut self, pointer: &str, value: &str) -> bool {
        let list = below(pointer, "enum");
        let count = self
            .spec
            .document
            .node(pointer)
            .map_or(0, |node| elements(node, "enum").len());
        if count == 0 {
            return false;
        }
        let head = self.spec.document.place(&list);
        let last = self
            .spec
            .document
            .place(&below(&list, &(count - 1).to_string()));
        let line = self.line(&last.file, last.line);
        if last.line != head.line && line.trim_start().starts_with("- ") {
            let item = format!("{:by$}- {}", "", scalar(value), by = indent(line));
            self.edits.insert(&last.file, last.line, vec![item]);
            return true;
        }
        // An enum in the form `enum: [a, b]` at the end of a line.
        let Some(close) = line
            .rfind(']')
            .filter(|_| last.line == head.line && line.matches("enum: [").count() == 1)
        else {
            return false;
        };
        if line[..close].matches(']').count() > 0 {
            return false;
        }
        let added = scalar(value);
        self.edits
            .replace(&last.file, last.line, line, |line| match line.rfind(']') {
                Some(close) => format!("{}, {added}{}", &line[..close], &line[close..]),
                None => line.to_owned(),
            });
        true
    }

    fn add_operation(&mut self, pointer: &str) -> bool {
        let Some((holder, method)) = pointer.rsplit_once('/') else {
            return false;
        };
        let path = last_pointer_segment(holder);
        let Some(node) = self.theirs.pointer(pointer) else {
            return false;
        };
        let id = self.operation_id(method, &path, text(node, "operationId"));
        let Some(neighbour) = self.neighbour(&path) else {
            return false;
        };
        let Some(tag) = self
            .spec
            .document
            .node(&neighbour)
            .and_then(|node| elements(node, "tags").first()?.as_str())
        else {
            return false;
        };
        let errors = self.error_responses(&neighbour);
        let lines = self.skeleton.operation(pointer, &id, tag, &errors);
        // Add the operation to its path if our spec has the path, or else add a new path after the
        // neighbor's path.
        let (neighbour_path, _) = neighbour.rsplit_once('/').unwrap_or_default();
        let place = self.spec.document.place(neighbour_path);
        let end = block_end(
            self.texts.get(&*place.file).map_or("", String::as_str),
            place.line,
        );
        if last_pointer_segment(neighbour_path) == path {
            self.edits.insert(&place.file, end, lines);
        } else {
            let new = (place.file.to_string(), end);
            let methods = self.paths.entry(path).or_insert_with(|| (new, Vec::new()));
            methods.1.extend(lines);
        }
        self.add_schemas(&place.file);
        true
    }

    /// Adds edits for the new paths, each with all its methods.
    fn add_paths(&mut self) {
        for (path, ((file, end), methods)) in std::mem::take(&mut self.paths) {
            self.edits.insert(&file, end, vec![format!("  {path}:")]);
            self.edits.insert(&file, end, methods);
        }
    }

    /// Returns an unused id: the vendor's id in the house style, or else an id derived from the
    /// method and path.
    fn operation_id(&mut self, method: &str, path: &str, theirs: &str) -> String {
        let mut id = name::field(theirs);
        if theirs.is_empty() {
            let is_one = path.ends_with('}');
            let verb = match method {
                "get" if is_one => "get",
                "get" => "list",
                "post" => "create",
                "delete" => "delete",
                _ => "update",
            };
            let steps = path
                .split('/')
                .filter(|step| !step.is_empty() && !step.starts_with('{'));
            id = name::field(&format!("{verb}_{}", steps.collect::<Vec<_>>().join("_")));
        }
        while !self.ids.insert(id.clone()) {
            id.push_str("_again");
        }
        id
    }

    /// Returns the operation of our spec whose path shares the most leading segments with `path`.
    fn neighbour(&self, path: &str) -> Option<String> {
        let shared = |pointer: &str| {
            let holder = pointer.rsplit_once('/').map_or("", |(holder, _)| holder);
            let ours = last_pointer_segment(holder);
            let steps = ours.split('/').zip(path.split('/'));
            let same = steps.take_while(|(one, other)| {
                one == other || (one.starts_with('{') && other.starts_with('{'))
            });
            (same.count(), usize::from(ours == path))
        };
        let all = operations(&self.spec.document.root).into_values();
        all.max_by_key(|pointer| (shared(pointer), std::cmp::Reverse(pointer.clone())))
    }

    /// Returns the references to shared responses in a neighboring operation, by status. Usually,
    /// these are error responses.
    fn error_responses(&self, neighbour: &str) -> Vec<(String, String)> {
        let node = self.spec.document.node(neighbour);
        let answers = node
            .map(|node| members(node, "responses"))
            .into_iter()
            .flatten();
        let shared = answers.filter_map(|(status, answer)| {
            let reference = answer.get("$ref").and_then(Value::as_str)?;
            Some((status.clone(), reference.to_owned()))
        });
        shared.collect()
    }

    /// Adds edits that append the new schemas to the existing schemas of the file.
    fn add_schemas(&mut self, file: &str) {
        let schemas = members(&self.spec.document.root["components"], "schemas");
        let places = schemas.keys().map(|name| {
            self.spec
                .document
                .place(&below("/components/schemas", name))
        });
        let last = places
            .filter(|place| &*place.file == file)
            .map(|place| place.line)
            .max();
        let text = self.texts.get(file).map_or("", String::as_str);
        let new = std::mem::take(&mut self.skeleton.schemas);
        let mut lines: Vec<String> = new.into_iter().flatten().collect();
        if lines.is_empty() {
            return;
        }
        let after = match last {
            Some(line) => block_end(text, line),
            None => {
                let components = text
                    .lines()
                    .position(|line| line.trim_end() == "components:");
                if self.started.insert(file.to_owned()) {
                    lines.insert(0, "  schemas:".to_owned());
                    if components.is_none() {
                        lines.insert(0, "components:".to_owned());
                    }
                }
                components.map_or_else(|| text.lines().count(), |before| before + 1)
            }
        };
        self.edits.insert(file, after, lines);
    }
}
