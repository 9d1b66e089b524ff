//! Records that others depend on: they cannot go.

use serde::Deserialize;
use serde_json::Value;

use crate::http::refusal::{Kind, Refusal};
use crate::records::record_view::Focus;
use crate::resources::resource::{Resource, text};
use crate::response::call_context::Scene;

/// Which records depend on one. Records that the sandbox made up depend on none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DependantRules {
    /// The collection of the records that depend.
    of: String,
    /// Their property that names what they depend on.
    field: String,
    /// The properties that it can be named by.
    is: Vec<String>,
}

impl Scene<'_> {
    /// Refuses to do away with a record that others depend on; `known` is what it says of itself.
    pub(crate) fn check_free(
        &self,
        resource: &Resource,
        focus: &Focus<'_>,
        known: &Value,
    ) -> Result<(), Refusal> {
        for rules in &resource.rules.dependants {
            let name = |property: &String| {
                if resource.key.as_ref() == Some(property) {
                    return Some(focus.place.key.clone());
                }
                known.get(property).filter(|v| !v.is_null()).map(text)
            };
            let names: Vec<String> = rules.is.iter().filter_map(name).collect();
            let depends = |record: &Value| {
                let named = record.get(&rules.field).map(text);
                named.is_some_and(|named| names.contains(&named))
            };
            let mut all = self.vendor.resources.all.iter();
            let found = all.position(|resource| resource.name == rules.of);
            if found.is_some_and(|index| self.vendor.store.any(index, depends)) {
                let detail = format!("records of {} depend on {}", rules.of, focus.place.key);
                return Err(Refusal::new(Kind::InUse, detail));
            }
        }
        Ok(())
    }

    /// Refuses a change of what others name a record by.
    pub(crate) fn check_held(
        &self,
        resource: &Resource,
        focus: &Focus<'_>,
        known: &Value,
        changed: &Value,
    ) -> Result<(), Refusal> {
        let held = &resource.rules.held;
        if held.iter().all(|name| known.get(name) == changed.get(name)) {
            return Ok(());
        }
        self.check_free(resource, focus, known)
    }
}
