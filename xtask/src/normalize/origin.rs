//! Maps new schemas to the schemas of the document that they were created from.

use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub(super) fn add(&mut self, new: &str, old: &str) {
        let origin = self.of(old).to_owned();
        self.0.insert(new.to_owned(), origin);
    }

    /// Returns the new schemas, each with its original.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(new, old)| (new.as_str(), old.as_str()))
    }

    /// Returns the schema of the document that a schema represents: its original, or the schema
    /// itself.
    pub(crate) fn of<'n>(&'n self, name: &'n str) -> &'n str {
        self.0.get(name).map_or(name, String::as_str)
    }
}
