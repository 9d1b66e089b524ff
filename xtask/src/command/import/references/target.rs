//! Targets of references: a component, another node of the document, or nothing.

use crate::command::import::schemas::walk::{Part, parts};
use crate::spec::pointer::below;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Maximum length of a chain of references.
const MAX_CHAIN_LENGTH: usize = 32;

/// Maps the names that references can use instead of pointers (`$id` values and anchors) to the
/// pointers of the corresponding schemas.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn of(document: &mut Value) -> Self {
        let mut names = HashMap::new();
        parts(document, &mut |part, at, value| {
            if part != Part::Schema {
                return;
            }
            for key in ["$anchor", "$dynamicAnchor"] {
                if let Some(name) = value.get(key).and_then(Value::as_str) {
                    names
                        .entry(format!("#{name}"))
                        .or_insert_with(|| at.to_owned());
                }
            }
            if let Some(id) = value.get("$id").and_then(Value::as_str) {
                let id = id.trim_end_matches('#');
                names.entry(id.to_owned()).or_insert_with(|| at.to_owned());
            }
        });
        Self(names)
    }

    /// Returns the JSON pointer for a reference into this document; `None` for other references.
    fn pointer(&self, text: &str) -> Option<String> {
        if let Some(at) = self.0.get(text) {
            return Some(at.clone());
        }
        let (base, fragment) = text.split_once('#')?;
        let base = match base {
            "" => "",
            id => self.0.get(id)?,
        };
        let fragment = decoded(fragment);
        (fragment.is_empty() || fragment.starts_with('/')).then(|| format!("{base}{fragment}"))
    }
}

/// Percent-decodes a URL fragment.
fn decoded(text: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(text))
}

/// Target of a reference.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A component of the right kind, by name.
    Component(String),
    /// Another node, by pointer.
    Place(String),
    /// Nothing in this document.
    Nothing,
}

/// Targets of all references of the document, by component section and text.
pub(super) type Found = BTreeMap<(&'static str, String), Target>;

/// Returns the key and the text of a reference.
pub(super) fn reference(value: &Value) -> Option<(&'static str, &str)> {
    ["$ref", "$dynamicRef", "$recursiveRef"]
        .into_iter()
        .find_map(|key| Some((key, value.get(key)?.as_str()?)))
}

pub(super) fn targets(document: &mut Value, names: &Names) -> Found {
    let mut texts = BTreeSet::new();
    parts(document, &mut |part, _, value| {
        if let Some((_, text)) = reference(value) {
            texts.insert((part.section(), text.to_owned()));
        }
    });
    let found = texts.into_iter().map(|(section, text)| {
        let target = target(document, names, section, &text);
        ((section, text), target)
    });
    found.collect()
}

fn target(document: &Value, names: &Names, section: &str, text: &str) -> Target {
    let Some(pointer) = names.pointer(text) else {
        // A file with the name of a component probably contains that component.
        return match base_name(text).filter(|name| is_component(document, section, name)) {
            Some(name) => Target::Component(name),
            None => Target::Nothing,
        };
    };
    let Some(pointer) = resolve_pointer(document, names, &pointer) else {
        // The name may contain slashes that are not escaped.
        let whole = pointer.strip_prefix(&format!("/components/{section}/"));
        if let Some(name) = whole.filter(|name| is_component(document, section, name)) {
            return Target::Component(name.to_owned());
        }
        let moved = pointer.strip_prefix("/definitions/");
        let moved = moved.or_else(|| pointer.strip_prefix("/components/definitions/"));
        let name =
            moved.filter(|name| section == "schemas" && is_component(document, section, name));
        return name.map_or(Target::Nothing, |name| Target::Component(name.to_owned()));
    };
    let prefix = format!("/components/{section}/");
    match pointer.strip_prefix(&prefix) {
        Some(name) if !name.contains('/') => {
            Target::Component(name.replace("~1", "/").replace("~0", "~"))
        }
        _ if pointer.is_empty() => Target::Nothing,
        _ => Target::Place(pointer),
    }
}

/// Returns `Pet` for `./Pet.yaml`, `models.json#/Pet` or `Pet`.
fn base_name(text: &str) -> Option<String> {
    let last = text.rsplit(['/', '#']).find(|part| !part.is_empty())?;
    let name = [".json", ".yaml", ".yml"]
        .iter()
        .find_map(|end| last.strip_suffix(end));
    Some(name.unwrap_or(last).to_owned())
}

fn is_component(document: &Value, section: &str, name: &str) -> bool {
    document["components"][section]
        .get(name)
        .is_some_and(Value::is_object)
}

/// Follows the references along a pointer, and returns the pointer of the resulting node.
fn resolve_pointer(document: &Value, names: &Names, pointer: &str) -> Option<String> {
    let in_reverse = |pointer: &str| {
        let mut steps: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
        steps.reverse();
        steps
    };
    let mut steps = in_reverse(pointer);
    let mut at = String::new();
    let mut node = document;
    let mut jumps = 0;
    while let Some(step) = steps.pop() {
        let key = step.replace("~1", "/").replace("~0", "~");
        let next = match node {
            Value::Object(members) => members.get(&key),
            Value::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        match next {
            Some(next) => {
                at = below(&at, &key);
                node = next;
            }
            None => {
                jumps += 1;
                let (_, text) = reference(node).filter(|_| jumps <= MAX_CHAIN_LENGTH)?;
                let pointer = names.pointer(text)?;
                steps.push(step);
                steps.extend(in_reverse(&pointer));
                at.clear();
                node = document;
            }
        }
    }
    // The target may be a reference itself.
    for _ in 0..MAX_CHAIN_LENGTH {
        if at.starts_with("/components/") && at.matches('/').count() == 3 {
            break;
        }
        let Some((_, text)) = reference(node) else {
            break;
        };
        let next = names.pointer(text)?;
        node = document.pointer(&next)?;
        at = next;
    }
    Some(at)
}
