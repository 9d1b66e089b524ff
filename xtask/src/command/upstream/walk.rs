//! Compares the operations of two documents and everything that the operations use. Records the
//! paired nodes and the differences.
//!
//! Documents name and nest their schemas differently, so schemas are paired by where they are
//! used, not by name.

use super::difference::{Aspect, ChangeKind, Difference};
use super::schema_view::{ObjectView, keyword, layers, resolve};
use crate::media_type::essence;
use crate::model::{elements, flag, members, text};
use crate::spec::pointer::below;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Maximum number of pairs of schemas. Documents with more pairs are probably not versions of the
/// same API.
const MAX_PAIRS: usize = 200_000;

/// Keywords that describe a value.
const KEYWORDS: [&str; 14] = [
    "type",
    "format",
    "nullable",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "readOnly",
    "writeOnly",
    "deprecated",
];

const METHODS: [&str; 7] = ["get", "put", "post", "patch", "delete", "head", "options"];

/// The paired nodes of two documents, and their differences.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) differences: Vec<Difference>,
    /// Pointers to the paired nodes in the first document, by pointer in the second document.
    pub(super) first_of: HashMap<String, BTreeSet<String>>,
    /// Pointers to the paired nodes in the second document, by pointer in the first document.
    pub(super) second_of: HashMap<String, BTreeSet<String>>,
    known: HashSet<(Aspect, String, String)>,
}

/// Compares two documents. Fails if they are too large to compare.
pub(super) fn walk(first: &Value, second: &Value) -> Result<Walk> {
    let mut walker = Walker {
        first,
        second,
        walk: Walk::default(),
        open: Vec::new(),
        seen: HashSet::new(),
    };
    walker.operations();
    while let Some((one, other)) = walker.open.pop() {
        walker.schema(&one, &other);
        ensure!(
            walker.seen.len() <= MAX_PAIRS,
            "the documents have more than {MAX_PAIRS} pairs of schemas; are they versions of the same API?"
        );
    }
    Ok(walker.walk)
}

struct Walker<'d> {
    first: &'d Value,
    second: &'d Value,
    walk: Walk,
    /// Pairs of schemas to visit.
    open: Vec<(String, String)>,
    seen: HashSet<(String, String)>,
}

/// Returns pointers to the operations, by path and method. The path parameters in the keys are
/// anonymous, as in `/items/{}`.
pub(super) fn operations(root: &Value) -> BTreeMap<(String, &'static str), String> {
    let mut found = BTreeMap::new();
    for (path, item) in members(root, "paths") {
        for method in METHODS {
            if item.get(method).is_some() {
                let pointer = below(&below("/paths", path), method);
                found.entry((path_shape(path), method)).or_insert(pointer);
            }
        }
    }
    found
}

/// Returns a path with anonymous parameters and without a trailing slash.
fn path_shape(path: &str) -> String {
    let steps = path.trim().trim_end_matches('/').split('/');
    let shapes = steps.map(|step| match (step.find('{'), step.rfind('}')) {
        (Some(begin), Some(end)) if begin < end => {
            format!("{}{{}}{}", &step[..begin], &step[end + 1..])
        }
        _ => step.to_owned(),
    });
    shapes.collect::<Vec<_>>().join("/")
}

impl Walker<'_> {
    fn pair(&mut self, first: &str, second: &str) {
        self.walk
            .first_of
            .entry(second.to_owned())
            .or_default()
            .insert(first.to_owned());
        self.walk
            .second_of
            .entry(first.to_owned())
            .or_default()
            .insert(second.to_owned());
    }

    fn find(&mut self, difference: Difference) {
        let (aspect, owner, name) = difference.key();
        if self
            .walk
            .known
            .insert((aspect, owner.to_owned(), name.to_owned()))
        {
            self.walk.differences.push(difference);
        }
    }

    /// Compares two maps from names to pointers. Returns the pairs, with references followed.
    fn members(
        &mut self,
        aspect: Aspect,
        (one, other): (&str, &str),
        first: &BTreeMap<String, String>,
        second: &BTreeMap<String, String>,
    ) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (name, pointer) in first {
            match second.get(name) {
                Some(counterpart) => pairs.push((pointer.clone(), counterpart.clone())),
                None => self.find(Difference {
                    aspect,
                    happened: ChangeKind::Removed,
                    name: name.clone(),
                    first: pointer.clone(),
                    second: other.to_owned(),
                    owner: other.to_owned(),
                    was: Value::Null,
                    now: Value::Null,
                }),
            }
        }
        for (name, pointer) in second.iter().filter(|(name, _)| !first.contains_key(*name)) {
            self.find(Difference {
                aspect,
                happened: ChangeKind::Added,
                name: name.clone(),
                first: one.to_owned(),
                second: pointer.clone(),
                owner: other.to_owned(),
                was: Value::Null,
                now: Value::Null,
            });
        }
        for (pointer, counterpart) in &pairs {
            self.pair(pointer, counterpart);
        }
        let resolved = pairs.into_iter().map(|(pointer, counterpart)| {
            (
                resolve(self.first, &pointer),
                resolve(self.second, &counterpart),
            )
        });
        let resolved: Vec<(String, String)> = resolved.collect();
        for (pointer, counterpart) in &resolved {
            self.pair(pointer, counterpart);
        }
        resolved
    }

    fn changed(
        &mut self,
        aspect: Aspect,
        name: &str,
        (first, second): (&str, &str),
        was: Value,
        now: Value,
    ) {
        if was != now {
            self.find(Difference {
                aspect,
                happened: ChangeKind::Changed,
                name: name.to_owned(),
                first: first.to_owned(),
                second: second.to_owned(),
                owner: second.to_owned(),
                was,
                now,
            });
        }
    }

    fn operations(&mut self) {
        let name = |root| -> BTreeMap<String, String> {
            let operations = operations(root).into_iter();
            operations
                .map(|((path, method), pointer)| {
                    (format!("{} {path}", method.to_uppercase()), pointer)
                })
                .collect()
        };
        let (first, second) = (name(self.first), name(self.second));
        for (one, other) in self.members(Aspect::Operation, ("/paths", "/paths"), &first, &second) {
            self.operation(&one, &other);
        }
    }

    fn operation(&mut self, one: &str, other: &str) {
        let (first, second) = (parameters(self.first, one), parameters(self.second, other));
        for (parameter, counterpart) in
            self.members(Aspect::Parameter, (one, other), &first, &second)
        {
            let required = |root: &Value, pointer: &str| {
                root.pointer(pointer)
                    .is_some_and(|node| flag(node, "required"))
            };
            let (was, now) = (
                required(self.first, &parameter),
                required(self.second, &counterpart),
            );
            let pointers = (parameter.as_str(), counterpart.as_str());
            self.changed(Aspect::Required, "", pointers, was.into(), now.into());
            self.push_schema(&parameter, &counterpart);
        }
        let deprecated = |root: &Value, pointer: &str| {
            root.pointer(pointer)
                .is_some_and(|node| flag(node, "deprecated"))
        };
        let (was, now) = (deprecated(self.first, one), deprecated(self.second, other));
        self.changed(
            Aspect::Keyword,
            "deprecated",
            (one, other),
            was.into(),
            now.into(),
        );
        let body = |root: &Value, operation: &str| -> BTreeMap<String, String> {
            let pointer = below(operation, "requestBody");
            let found = root.pointer(&pointer).map(|_| (String::new(), pointer));
            found.into_iter().collect()
        };
        let (first, second) = (body(self.first, one), body(self.second, other));
        for (body, counterpart) in self.members(Aspect::Body, (one, other), &first, &second) {
            let required = |root: &Value, pointer: &str| {
                root.pointer(pointer)
                    .is_some_and(|node| flag(node, "required"))
            };
            let (was, now) = (
                required(self.first, &body),
                required(self.second, &counterpart),
            );
            self.changed(
                Aspect::Required,
                "",
                (&body, &counterpart),
                was.into(),
                now.into(),
            );
            self.content(&body, &counterpart);
        }
        let answers =
            |root: &Value, operation: &str| named(root, operation, "responses", str::to_owned);
        let (first, second) = (answers(self.first, one), answers(self.second, other));
        for (answer, counterpart) in self.members(Aspect::Answer, (one, other), &first, &second) {
            self.content(&answer, &counterpart);
            let headers = |root: &Value, answer: &str| {
                named(root, answer, "headers", str::to_ascii_lowercase)
            };
            let (first, second) = (
                headers(self.first, &answer),
                headers(self.second, &counterpart),
            );
            for (header, counterpart) in
                self.members(Aspect::Header, (&answer, &counterpart), &first, &second)
            {
                self.push_schema(&header, &counterpart);
            }
        }
    }

    fn content(&mut self, one: &str, other: &str) {
        let (mut first, mut second) = (
            named(self.first, one, "content", essence),
            named(self.second, other, "content", essence),
        );
        // If both sides have a single media type, and only its name differs, compare the bodies
        // anyway.
        if let (1, 1) = (first.len(), second.len())
            && first.keys().ne(second.keys())
        {
            let (was, now) = (first.keys().next().cloned(), second.keys().next().cloned());
            self.changed(Aspect::MediaType, "", (one, other), was.into(), now.into());
            first = first
                .into_values()
                .map(|pointer| (String::new(), pointer))
                .collect();
            second = second
                .into_values()
                .map(|pointer| (String::new(), pointer))
                .collect();
        }
        for (media, counterpart) in self.members(Aspect::MediaType, (one, other), &first, &second) {
            self.push_schema(&media, &counterpart);
        }
    }

    /// Queues the schemas of two nodes as a pair, if both nodes have one.
    fn push_schema(&mut self, one: &str, other: &str) {
        let schema = |root: &Value, pointer: &str| {
            let direct = below(pointer, "schema");
            if root.pointer(&direct).is_some() {
                return Some(direct);
            }
            let content = named(root, pointer, "content", essence)
                .into_values()
                .next()?;
            let inner = below(&content, "schema");
            root.pointer(&inner).map(|_| inner)
        };
        if let (Some(one), Some(other)) = (schema(self.first, one), schema(self.second, other)) {
            self.open.push((one, other));
        }
    }

    fn schema(&mut self, one: &str, other: &str) {
        if !self.seen.insert((one.to_owned(), other.to_owned())) {
            return;
        }
        let (first, second) = (layers(self.first, one), layers(self.second, other));
        let (Some(last), Some(counterpart)) = (first.last().cloned(), second.last().cloned())
        else {
            return;
        };
        self.pair(one, other);
        self.pair(&last, &counterpart);
        // Pair a named schema even if it only wraps another one.
        for (layer, counterlayer) in first.iter().zip(&second) {
            self.pair(layer, counterlayer);
        }
        for key in KEYWORDS {
            let of = |root: &Value, layers: &[String]| match keyword(root, layers, key) {
                Some((value, layer)) => (value.clone(), layer),
                None => (
                    implied_value(root, layers, key),
                    layers.last().cloned().unwrap_or_default(),
                ),
            };
            let ((was, one), (now, other)) = (of(self.first, &first), of(self.second, &second));
            self.changed(Aspect::Keyword, key, (&one, &other), was, now);
        }
        self.enum_values(&first, &second);
        let (view, counterview) = (
            ObjectView::of(self.first, &last),
            ObjectView::of(self.second, &counterpart),
        );
        let names =
            (view.properties.keys()).filter(|name| counterview.properties.contains_key(*name));
        let names: Vec<String> = names.cloned().collect();
        for name in names {
            let (was, now) = (
                view.required.contains(&name),
                counterview.required.contains(&name),
            );
            let pointers = (
                view.properties[&name].as_str(),
                counterview.properties[&name].as_str(),
            );
            self.changed(Aspect::Required, "", pointers, was.into(), now.into());
        }
        let owners = (last.as_str(), counterpart.as_str());
        let pairs = self.members(
            Aspect::Property,
            owners,
            &view.properties,
            &counterview.properties,
        );
        self.open.extend(pairs);
        for key in ["items", "additionalProperties", "not"] {
            let (one, other) = (below(&last, key), below(&counterpart, key));
            let is_schema =
                |root: &Value, pointer: &str| root.pointer(pointer).is_some_and(Value::is_object);
            if is_schema(self.first, &one) && is_schema(self.second, &other) {
                self.open.push((one, other));
            }
        }
        let (options, counteroptions) = (
            options(self.first, &last),
            options(self.second, &counterpart),
        );
        if options.len() == counteroptions.len() {
            let pairs = options.into_values().zip(counteroptions.into_values());
            self.open.extend(pairs);
        } else {
            let pairs = self.members(Aspect::Option, owners, &options, &counteroptions);
            self.open.extend(pairs);
        }
    }

    fn enum_values(&mut self, first: &[String], second: &[String]) {
        let (was, now) = (
            keyword(self.first, first, "enum"),
            keyword(self.second, second, "enum"),
        );
        let (Some((was, one)), Some((now, other))) = (was, now) else {
            return;
        };
        let values = |list: &Value, pointer: &str| -> BTreeMap<String, String> {
            let values = list.as_array().into_iter().flatten();
            values
                .map(|value| (plain(value), below(pointer, "enum")))
                .collect()
        };
        let (first, second) = (values(was, &one), values(now, &other));
        self.members(Aspect::EnumValue, (&one, &other), &first, &second);
    }
}

/// Returns a value as text, with strings unquoted.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the value that a missing keyword implies.
fn implied_value(root: &Value, layers: &[String], key: &str) -> Value {
    match key {
        "nullable" | "readOnly" | "writeOnly" | "deprecated" => Value::Bool(false),
        "type" => {
            let last = layers.last().and_then(|layer| root.pointer(layer));
            let is_object = last.is_some_and(|node| {
                ["properties", "allOf"]
                    .iter()
                    .any(|key| node.get(*key).is_some())
            });
            if is_object {
                Value::from("object")
            } else {
                Value::Null
            }
        }
        _ => Value::Null,
    }
}

/// Returns pointers to the entries of a map, by names derived from their keys.
fn named(
    root: &Value,
    pointer: &str,
    key: &str,
    name: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let map = below(pointer, key);
    let Some(entries) = root.pointer(&map).and_then(Value::as_object) else {
        return BTreeMap::new();
    };
    entries
        .keys()
        .map(|key| (name(key), below(&map, key)))
        .collect()
}

/// Returns pointers to the parameters of an operation and of its path, by location and name.
fn parameters(root: &Value, operation: &str) -> BTreeMap<String, String> {
    let path = operation.rfind('/').map_or("", |end| &operation[..end]);
    let mut found = BTreeMap::new();
    for holder in [path, operation] {
        let list = below(holder, "parameters");
        let count = root
            .pointer(&list)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        for index in 0..count {
            let pointer = below(&list, &index.to_string());
            if let Some(node) = root.pointer(&resolve(root, &pointer)) {
                let name = format!("{} {}", text(node, "in"), text(node, "name"));
                found.insert(name, pointer);
            }
        }
    }
    found
}

/// Returns pointers to the alternatives of a schema, by the name of their reference or else by
/// keyword and index.
fn options(root: &Value, schema: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for key in ["oneOf", "anyOf"] {
        let list = below(schema, key);
        let count = root
            .pointer(schema)
            .map_or(0, |node| elements(node, key).len());
        for index in 0..count {
            let pointer = below(&list, &index.to_string());
            let name = root
                .pointer(&pointer)
                .map(|node| text(node, "$ref").rsplit('/').next().unwrap_or_default());
            let name = name
                .filter(|name| !name.is_empty())
                .map_or_else(|| format!("{key} {index}"), str::to_owned);
            found.insert(name, pointer);
        }
    }
    found
}
