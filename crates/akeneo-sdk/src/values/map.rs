//! Values of products, product models, records and assets, in a map by attribute code.

use std::collections::BTreeMap;

use sdk_runtime::AnyJson;

use super::{At, Values, WritableValue, WritableValues};

/// Values by attribute code, with one entry per locale and channel.
pub type ValueMap<V> = BTreeMap<String, Vec<V>>;

impl<V: WritableValue> Values for ValueMap<V> {
    type Value = V;

    fn entries_of(&self, attribute: &str) -> impl Iterator<Item = (At<'_>, &V)> {
        let all = self.get(attribute).into_iter().flatten();
        all.map(|value| (At::of(value), value))
    }
}

impl<V: WritableValue> WritableValues for ValueMap<V> {
    fn put(&mut self, attribute: &str, at: At<'_>, data: AnyJson) {
        let all = self.entry(attribute.to_owned()).or_default();
        match all.iter_mut().find(|value| At::of(*value) == at) {
            Some(value) => value.replace(data),
            None => all.push(V::new_at(at, data)),
        }
    }

    fn take(&mut self, attribute: &str, at: At<'_>) -> Option<V> {
        let all = self.get_mut(attribute)?;
        let place = all.iter().position(|value| At::of(value) == at)?;
        let value = all.remove(place);
        if all.is_empty() {
            self.remove(attribute);
        }
        Some(value)
    }
}
