//! Groups types by strong connectivity: each type in a group refers to all other types in the
//! group, directly or indirectly.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the strongly connected components of a graph, as the group number of each name.
pub(super) fn groups(uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, usize> {
    // Uses Kosaraju's algorithm without recursion, because chains of types can be long.
    let mut back: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, used) in uses {
        for used in used {
            back.entry(used).or_default().push(name);
        }
    }
    let mut groups = BTreeMap::new();
    for (number, name) in finish_order(uses).into_iter().rev().enumerate() {
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if !groups.contains_key(name) {
                groups.insert(name, number);
                open.extend(back.get(name).into_iter().flatten());
            }
        }
    }
    groups
}

/// Returns the names in the order in which a depth-first search finishes them.
fn finish_order(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<&str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut left = Vec::new();
    for start in uses.keys() {
        if !seen.insert(start) {
            continue;
        }
        let mut path = vec![(start.as_str(), uses[start].iter())];
        while let Some((name, rest)) = path.last_mut() {
            let next = rest.find(|next| uses.contains_key(*next) && !seen.contains(next.as_str()));
            match next {
                Some(next) => {
                    seen.insert(next);
                    path.push((next, uses[next].iter()));
                }
                None => {
                    left.push(*name);
                    path.pop();
                }
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutually_recursive_types_form_a_group() {
        let graph = |pairs: &[(&str, &[&str])]| -> BTreeMap<String, BTreeSet<String>> {
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            pairs
                .iter()
                .map(|(name, used)| ((*name).to_owned(), names(used)))
                .collect()
        };
        let uses = graph(&[
            ("a", &["b"]),
            ("b", &["c", "unknown"]),
            ("c", &["a", "d"]),
            ("d", &["e"]),
            ("e", &[]),
            ("f", &["f"]),
        ]);
        let groups = groups(&uses);
        assert!(groups["a"] == groups["b"] && groups["b"] == groups["c"]);
        let others: BTreeSet<usize> = ["a", "d", "e", "f"].map(|name| groups[name]).into();
        assert_eq!(others.len(), 4);
    }
}
