//! Remembers from which schema of the document a new one was made.

use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub(super) fn add(&mut self, new: &str, old: &str) {
        let origin = self.of(old).to_owned();
        self.0.insert(new.to_owned(), origin);
    }

    /// The schemas that were made here, each with the one that it stands for.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(new, old)| (new.as_str(), old.as_str()))
    }

    /// The schema of the document that a schema stands for: itself, unless it was made here.
    pub(crate) fn of<'n>(&'n self, name: &'n str) -> &'n str {
        self.0.get(name).map_or(name, String::as_str)
    }
}
