//! Builds the tree of values from parser events, within bounds, and records the line of each node.

use crate::spec::load::scalar;
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

/// Maximum nesting depth of a document, so that no pass overflows the stack.
const MAX_DEPTH: usize = 100;

/// Maximum number of bytes that aliases may add to a document, counting text and a few bytes per
/// node.
const MAX_ALIASED_BYTES: usize = 16 << 20;

/// Size in bytes that is assumed for a node without its text.
const NODE_BYTES: usize = 16;

/// Reason why a document can't be read.
pub(super) struct ReadError {
    pub(super) line: usize,
    pub(super) what: String,
}

/// A finished tree.
pub(super) struct Tree {
    pub(super) root: Value,
    pub(super) lines: Lines,
    pub(super) remarks: Vec<(usize, String)>,
}

/// Lines by the hash of the pointer. Complete pointers would need too much memory, because a
/// document of 50 MB has millions of nodes.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<u64, u32>);

/// Initial value of the FNV-1a hash.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn digest(seed: u64, text: &str) -> u64 {
    text.bytes().fold(seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns the hash of a pointer extended by one key.
fn below(seed: u64, key: &str) -> u64 {
    digest(seed, &crate::spec::pointer::below("", key))
}

impl Lines {
    /// Returns the line of the node at a pointer, or of its nearest ancestor.
    pub(super) fn of(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.0.get(&digest(SEED, pointer)) {
                return *line as usize;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }

    fn insert(&mut self, digest: u64, line: usize) {
        self.0
            .insert(digest, u32::try_from(line).unwrap_or(u32::MAX));
    }
}

/// An unfinished list or object.
struct Open {
    holds: Container,
    digest: u64,
    anchor: usize,
    /// Size of the part of the document before this node.
    began: usize,
}

enum Container {
    List(Vec<Value>),
    Map {
        members: Map<String, Value>,
        /// Key of the next value, with its line.
        key: Option<(String, usize)>,
        /// Values of the key `<<`.
        merged: Vec<Value>,
    },
}

/// Value of an anchor.
struct Anchored {
    value: Value,
    weight: usize,
}

/// Receives the nodes of a document in order, and builds the tree from them.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Value>,
    lines: Lines,
    remarks: Vec<(usize, String)>,
    anchors: HashMap<usize, Anchored>,
    weight: usize,
    aliased: usize,
}

/// Result of a step: continue, or reject the document.
pub(super) type Step = Result<(), ReadError>;

pub(super) fn refuse<T>(line: usize, what: impl Into<String>) -> Result<T, ReadError> {
    let what = what.into();
    Err(ReadError { line, what })
}

pub(super) fn too_deep<T>(line: usize) -> Result<T, ReadError> {
    let what = format!(
        "nested more than {MAX_DEPTH} levels deep; move inner values to named components and refer to them"
    );
    refuse(line, what)
}

impl Builder {
    /// Starts a list. `anchor` is 0 if the list has no anchor.
    pub(super) fn begin_list(&mut self, line: usize, anchor: usize) -> Step {
        self.begin(line, anchor, Container::List(Vec::new()))
    }

    pub(super) fn begin_map(&mut self, line: usize, anchor: usize) -> Step {
        let holds = Container::Map {
            members: Map::new(),
            key: None,
            merged: Vec::new(),
        };
        self.begin(line, anchor, holds)
    }

    fn begin(&mut self, line: usize, anchor: usize, holds: Container) -> Step {
        if self.open.len() >= MAX_DEPTH {
            return too_deep(line);
        }
        if self.wants_key() {
            return refuse(
                line,
                "a key is a list or an object; use a string, in quotes if it contains braces",
            );
        }
        let digest = self.enter(line);
        self.open.push(Open {
            holds,
            digest,
            anchor,
            began: self.weight,
        });
        self.weight += NODE_BYTES;
        Ok(())
    }

    /// Ends the innermost list or object.
    pub(super) fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = match open.holds {
            Container::List(items) => Value::Array(items),
            Container::Map {
                mut members,
                merged,
                ..
            } => {
                merge(&mut members, merged);
                Value::Object(members)
            }
        };
        self.anchor(open.anchor, open.began, &value);
        self.put(value);
    }

    /// Returns whether the next scalar is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                holds: Container::Map { key: None, .. },
                ..
            })
        )
    }

    pub(super) fn key(&mut self, text: String, line: usize) {
        self.weight += NODE_BYTES + text.len();
        if let Some(Open {
            holds: Container::Map { key, .. },
            ..
        }) = self.open.last_mut()
        {
            *key = Some((text, line));
        }
    }

    pub(super) fn scalar(&mut self, value: Value, line: usize, anchor: usize) {
        let began = self.weight;
        self.weight += NODE_BYTES + value.as_str().map_or(0, str::len);
        self.anchor(anchor, began, &value);
        self.enter(line);
        self.put(value);
    }

    /// Adds a plain YAML scalar, or a JSON number, boolean or null, given as text.
    pub(super) fn plain(&mut self, text: &str, line: usize, anchor: usize) {
        let value = scalar::plain(text).unwrap_or_else(|_| {
            let number = text.parse().ok().and_then(Number::from_f64);
            let value = number.map_or_else(|| Value::String(text.to_owned()), Value::Number);
            let what = format!(
                "the number `{text}` does not fit into 64 bits and is replaced with `{value}`"
            );
            self.remarks.push((line, what));
            value
        });
        self.scalar(value, line, anchor);
    }

    /// Inserts a copy of an anchor's value.
    pub(super) fn alias(&mut self, anchor: usize, line: usize) -> Step {
        if self.wants_key() {
            return refuse(line, "a key is an alias; write the key out");
        }
        let Some(Anchored { value, weight }) = self.anchors.get(&anchor) else {
            return refuse(
                line,
                "an alias is inside the node that it refers to; write the inner value out",
            );
        };
        self.aliased += weight + NODE_BYTES;
        if self.aliased > MAX_ALIASED_BYTES {
            let what = format!(
                "aliases add more than {} MiB to the document; move the shared value to components and use $ref",
                MAX_ALIASED_BYTES >> 20
            );
            return refuse(line, what);
        }
        if self.open.len() + depth(value) > MAX_DEPTH {
            return too_deep(line);
        }
        let value = value.clone();
        self.weight += weight + NODE_BYTES;
        self.enter(line);
        self.put(value);
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, began: usize, value: &Value) {
        if anchor > 0 {
            let weight = self.weight - began;
            let value = value.clone();
            self.anchors.insert(anchor, Anchored { value, weight });
        }
    }

    /// Records the line of the next node, and returns the hash of its pointer. If the node has a
    /// key, records the line of the key.
    fn enter(&mut self, line: usize) -> u64 {
        let (digest, line) = match self.open.last() {
            None => (SEED, line),
            Some(Open {
                holds: Container::List(items),
                digest,
                ..
            }) => (below(*digest, &items.len().to_string()), line),
            Some(Open {
                holds: Container::Map { key, members, .. },
                digest,
                ..
            }) => match key {
                // The first of two equal keys is kept, with its line.
                Some((key, line)) if !members.contains_key(key) => (below(*digest, key), *line),
                _ => return below(*digest, "\u{0}"),
            },
        };
        self.lines.insert(digest, line);
        digest
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut().map(|open| &mut open.holds) {
            None => self.root = Some(value),
            Some(Container::List(items)) => items.push(value),
            Some(Container::Map {
                members,
                key,
                merged,
            }) => match key.take() {
                Some((key, _)) if key == "<<" && (value.is_object() || value.is_array()) => {
                    merged.push(value);
                }
                Some((key, line)) if members.contains_key(&key) => {
                    let what = format!("the key `{key}` is duplicated; the first one is used");
                    self.remarks.push((line, what));
                }
                Some((key, _)) => drop(members.insert(key, value)),
                None => {}
            },
        }
    }

    pub(super) fn has_root(&self) -> bool {
        self.root.is_some()
    }

    pub(super) fn finish(self) -> Result<Tree, ReadError> {
        match self.root {
            Some(root) if !root.is_null() => Ok(Tree {
                root,
                lines: self.lines,
                remarks: self.remarks,
            }),
            _ => refuse(1, "the document is empty"),
        }
    }
}

/// Adds the values of the key `<<`; the object's own keys take precedence.
fn merge(members: &mut Map<String, Value>, merged: Vec<Value>) {
    let mut parts = Vec::new();
    for value in merged {
        match value {
            Value::Array(items) => parts.extend(items),
            other => parts.push(other),
        }
    }
    for part in parts {
        if let Value::Object(part) = part {
            for (key, value) in part {
                members.entry(key).or_insert(value);
            }
        }
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
