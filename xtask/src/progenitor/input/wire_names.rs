//! Stand-ins for the names of properties and enum values. From the originals, typify would merge
//! two names into one, or panic.

use std::collections::HashMap;

/// Original names by stand-in.
#[derive(Default)]
pub(crate) struct WireNames {
    by_wire: HashMap<String, usize>,
    wires: Vec<String>,
}

impl WireNames {
    /// Stand-in for a name; equal names get the same one.
    pub(super) fn stand_in(&mut self, wire: &str) -> String {
        let next = self.wires.len();
        let index = *self.by_wire.entry(wire.to_owned()).or_insert(next);
        if index == next {
            self.wires.push(wire.to_owned());
        }
        format!("W{index}")
    }

    /// Original name of a stand-in; other names stand for themselves.
    pub(crate) fn wire<'n>(&'n self, name: &'n str) -> &'n str {
        let index = name
            .strip_prefix('W')
            .and_then(|index| index.parse::<usize>().ok());
        index
            .and_then(|index| self.wires.get(index))
            .map_or(name, String::as_str)
    }
}
