//! Placeholders for the names of properties and enum values. With the original names, typify might
//! merge two names or panic.

use std::collections::HashMap;

/// Original names by placeholder.
#[derive(Default)]
pub(crate) struct WireNames {
    by_wire: HashMap<String, usize>,
    wires: Vec<String>,
}

impl WireNames {
    /// Returns the placeholder for a name. Equal names have the same placeholder.
    pub(super) fn placeholder_for(&mut self, wire: &str) -> String {
        let next = self.wires.len();
        let index = *self.by_wire.entry(wire.to_owned()).or_insert(next);
        if index == next {
            self.wires.push(wire.to_owned());
        }
        format!("W{index}")
    }

    /// Returns the original name of a placeholder. Any other name is returned unchanged.
    pub(crate) fn wire<'n>(&'n self, name: &'n str) -> &'n str {
        let index = name
            .strip_prefix('W')
            .and_then(|index| index.parse::<usize>().ok());
        index
            .and_then(|index| self.wires.get(index))
            .map_or(name, String::as_str)
    }
}
