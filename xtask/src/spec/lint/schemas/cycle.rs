//! Rules: chains of references are finite and short enough for every pass.

use crate::spec::finding::Finding;
use crate::spec::lint::index::{Spec, list};
use crate::spec::rule::Rule;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Maximum length of a chain of nested components. Later passes follow such chains.
const MAX_CHAIN_LENGTH: usize = 48;

/// Maximum number of parts of a component, including the parts of its parts. The number can double
/// at each level.
const MAX_PARTS: u64 = 4096;

/// Maximum number of reported cycles. A document with more cycles usually repeats the same mistake.
const MAX_REPORTED_CYCLES: usize = 100;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let mut reported = BTreeSet::new();
    for steps in [Steps::Parts, Steps::Choices, Steps::Items] {
        let graph = Graph::new(spec, steps);
        let rest = graph.peel();
        found.extend(graph.limit_finding(spec, &rest));
        for circle in graph.circles(rest.is_left) {
            let known = circle.iter().cloned().collect::<BTreeSet<_>>();
            let count = known.len();
            // A list that contains itself is a valid type, but a cycle that is too long is refused.
            if reported.insert(known) && (steps != Steps::Items || count > MAX_CHAIN_LENGTH) {
                found.push(cycle_finding(spec, &circle, steps));
            }
        }
    }
    spec.findings.extend(found);
}

/// Kinds of links between components. Each kind includes the previous kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Steps {
    /// `$ref` and `allOf`.
    Parts,
    /// `oneOf` and `anyOf`.
    Choices,
    /// `items` and `additionalProperties` of schemas without `properties`.
    Items,
}

/// Returns the finding for a cycle.
fn cycle_finding(spec: &Spec<'_>, circle: &[String], steps: Steps) -> Finding {
    let names: Vec<_> = circle
        .iter()
        .map(|key| key.rsplit('/').next().unwrap_or(key))
        .collect();
    let names = names.join(" -> ");
    let pointer = format!("/components/{}", circle[0]);
    let schema = spec.document.node(&pointer);
    let extends = schema.is_some_and(|schema| schema.get("allOf").is_some());
    if extends && steps == Steps::Parts {
        let to_do = "remove one of these `allOf` parts, or move it to a property";
        let what = format!("a schema extends itself: {names}");
        spec.finding(&pointer, Rule::AllofCycle, what, to_do)
    } else {
        let to_do = "remove one of these references, or move it to a property";
        let what = format!("references form a cycle: {names}");
        spec.finding(&pointer, Rule::RefCycle, what, to_do)
    }
}

/// Returns the components that a component links to.
fn edges(schema: &Map<String, Value>, steps: Steps) -> Vec<&str> {
    let mut open: Vec<&Map<String, Value>> = vec![schema];
    let mut names = Vec::new();
    while let Some(object) = open.pop() {
        let reference = object.get("$ref").and_then(Value::as_str);
        if let Some(name) = reference.and_then(|text| text.strip_prefix("#/components/")) {
            names.push(name);
            continue;
        }
        if steps == Steps::Items && !object.contains_key("properties") {
            let held = ["additionalProperties", "items"];
            open.extend(held.iter().filter_map(|key| object.get(*key)?.as_object()));
        }
        let keys: &[&str] = match steps {
            Steps::Parts => &["allOf"],
            Steps::Choices | Steps::Items => &["allOf", "oneOf", "anyOf"],
        };
        for key in keys.iter().rev() {
            open.extend(list(object, key).iter().rev().filter_map(Value::as_object));
        }
    }
    names
}

/// Components by `section/name`, in sorted order, with their links.
struct Graph {
    steps: Steps,
    keys: Vec<String>,
    next: Vec<Vec<usize>>,
}

/// Result of repeatedly removing components that do not link to any remaining component.
struct Rest {
    is_left: Vec<bool>,
    /// Length of the longest chain from each removed component.
    lengths: Vec<usize>,
    /// Number of parts of each component. A part that is used twice counts twice.
    sizes: Vec<u64>,
}

impl Graph {
    fn new(spec: &Spec<'_>, steps: Steps) -> Self {
        let mut all = BTreeMap::new();
        let sections = spec.document.node("/components").and_then(Value::as_object);
        for (section, components) in sections.into_iter().flatten() {
            for (name, component) in components.as_object().into_iter().flatten() {
                if let Some(object) = component.as_object() {
                    all.insert(format!("{section}/{name}"), edges(object, steps));
                }
            }
        }
        let places: HashMap<&str, usize> = all
            .keys()
            .enumerate()
            .map(|(index, key)| (key.as_str(), index))
            .collect();
        let next = all
            .values()
            .map(|names| {
                let known = names.iter().filter_map(|name| places.get(name).copied());
                known.collect()
            })
            .collect();
        Self {
            steps,
            next,
            keys: all.into_keys().collect(),
        }
    }

    /// Repeatedly removes components without links to remaining components, in time that is linear
    /// in the number of references.
    fn peel(&self) -> Rest {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.keys.len()];
        for (index, next) in self.next.iter().enumerate() {
            for to in next {
                before[*to].push(index);
            }
        }
        let mut open: Vec<usize> = self.next.iter().map(Vec::len).collect();
        let mut rest = Rest {
            is_left: vec![true; self.keys.len()],
            lengths: vec![0; self.keys.len()],
            sizes: vec![1; self.keys.len()],
        };
        let mut ready: Vec<usize> = (0..open.len()).filter(|index| open[*index] == 0).collect();
        while let Some(index) = ready.pop() {
            rest.is_left[index] = false;
            for from in &before[index] {
                rest.lengths[*from] = rest.lengths[*from].max(rest.lengths[index] + 1);
                rest.sizes[*from] = rest.sizes[*from].saturating_add(rest.sizes[index]);
                open[*from] -= 1;
                if open[*from] == 0 {
                    ready.push(*from);
                }
            }
        }
        rest
    }

    /// Returns a finding if the longest chain or the largest component exceeds its limit.
    fn limit_finding(&self, spec: &Spec<'_>, rest: &Rest) -> Option<Finding> {
        let longest = rest.lengths.iter().enumerate().max_by_key(|(_, n)| **n);
        let greatest = rest.sizes.iter().enumerate().max_by_key(|(_, n)| **n);
        let (index, what) = match (longest, greatest) {
            (Some((index, length)), _) if *length > MAX_CHAIN_LENGTH => {
                (index, format!("starts a chain of {length} components"))
            }
            (_, Some((index, size))) if self.steps == Steps::Parts && *size > MAX_PARTS => {
                (index, format!("consists of more than {MAX_PARTS} parts"))
            }
            _ => return None,
        };
        let pointer = format!("/components/{}", self.keys[index]);
        let what = format!("{} {what}", spec.label(&pointer));
        let to_do = format!(
            "use at most {MAX_CHAIN_LENGTH} levels of nested components, and at most {MAX_PARTS} parts"
        );
        Some(spec.finding(&pointer, Rule::TooDeep, what, to_do))
    }

    /// Returns at most `MAX_REPORTED_CYCLES` cycles among the remaining components, without recursion. The
    /// cycles have no component in common. Each cycle starts and ends with the same name.
    fn circles(&self, mut is_left: Vec<bool>) -> Vec<Vec<String>> {
        let mut circles = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for start in 0..self.keys.len() {
            let mut way: Vec<usize> = Vec::new();
            let mut at = Some(start).filter(|start| is_left[*start]);
            while let Some(index) = at {
                match places.get(&index).copied() {
                    Some(begin) => {
                        let circle = way.split_off(begin);
                        circles.push(self.circle(&circle));
                        if circles.len() >= MAX_REPORTED_CYCLES {
                            return circles;
                        }
                        for index in circle {
                            is_left[index] = false;
                            places.remove(&index);
                        }
                    }
                    None => {
                        places.insert(index, way.len());
                        way.push(index);
                    }
                }
                at = None;
                while let (None, Some(last)) = (at, way.last().copied()) {
                    at = self.next[last].iter().copied().find(|next| is_left[*next]);
                    // Dead ends are removed.
                    if at.is_none() {
                        way.pop();
                        is_left[last] = false;
                        places.remove(&last);
                    }
                }
            }
        }
        circles
    }

    fn circle(&self, indices: &[usize]) -> Vec<String> {
        let first = indices.iter().enumerate().min_by_key(|(_, index)| **index);
        let first = first.map_or(0, |(place, _)| place);
        let turned = indices[first..].iter().chain(&indices[..=first]);
        turned.map(|index| self.keys[*index].clone()).collect()
    }
}
