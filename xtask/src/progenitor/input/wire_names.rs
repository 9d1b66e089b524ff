//! Stand-ins for the names of properties and the values of enums, so that typify makes no name of its own from them: it would
//! make one of two, or panic.

use std::collections::HashMap;

/// Wire names by their stand-ins.
#[derive(Default)]
pub(crate) struct WireNames {
    by_wire: HashMap<String, usize>,
    wires: Vec<String>,
}

impl WireNames {
    /// The stand-in for a wire name: the same for the same name.
    pub(super) fn stand_in(&mut self, wire: &str) -> String {
        let next = self.wires.len();
        let index = *self.by_wire.entry(wire.to_owned()).or_insert(next);
        if index == next {
            self.wires.push(wire.to_owned());
        }
        format!("W{index}")
    }

    /// The wire name behind a stand-in; another name stands for itself.
    pub(crate) fn wire<'n>(&'n self, name: &'n str) -> &'n str {
        let index = name
            .strip_prefix('W')
            .and_then(|index| index.parse::<usize>().ok());
        index
            .and_then(|index| self.wires.get(index))
            .map_or(name, String::as_str)
    }
}
