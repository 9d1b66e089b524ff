//! The values of products, models, records and assets, by attribute, locale and channel.
//!
//! The API has values as a map from the code of the attribute to a list, one value for each locale and channel.
//! [`Values`] reads and writes single ones of it and leaves everything else as it came: other locales, attributes and
//! types of data that this crate has never heard of.
//!
//! ```
//! use akeneo_sdk::types::{MetricData, ProductPatch};
//! use akeneo_sdk::values::{At, Values};
//!
//! let mut product = ProductPatch::default();
//! product.values.set("name", At::locale("en_US"), "Arc lamp");
//! product.values.set("weight", At::EVERYWHERE, MetricData::new("1.5".into(), "KILOGRAM"));
//! product.values.set("tags", At::scope("print").in_locale("en_US"), ["new", "sale"].as_slice());
//! product.values.erase("subtitle", At::locale("en_US"));
//!
//! let name = product.values.data("name", At::locale("en_US"));
//! assert_eq!(name.and_then(|data| data.text()), Some("Arc lamp"));
//! let weight = product.values.data("weight", At::EVERYWHERE).and_then(|data| data.metric());
//! assert_eq!(weight.map(|weight| weight.unit).as_deref(), Some("KILOGRAM"));
//! ```

mod at;
mod input;
mod kind;
mod reading;

use std::collections::BTreeMap;

pub use at::At;
pub use input::IntoData;
pub use kind::Value;
pub use reading::Data;

/// The map of values as the API has it.
pub type ValueMap<V> = BTreeMap<String, Vec<V>>;

/// Reads and writes single values of a map of them, or of the optional map of a product.
pub trait Values {
    /// The type of one value.
    type Value: Value;

    /// The map, if there is one.
    fn map(&self) -> Option<&ValueMap<Self::Value>>;

    /// The map, which is made where there was none.
    fn map_mut(&mut self) -> &mut ValueMap<Self::Value>;

    /// The value of an attribute for exactly this locale and channel, with all that belongs to it.
    fn value<'s>(&'s self, attribute: &str, at: At<'_>) -> Option<&'s Self::Value> {
        let all = self.map()?.get(attribute)?;
        all.iter().find(|value| at.is_of(*value))
    }

    /// The data of an attribute for exactly this locale and channel; `None` where it has none or null.
    fn data<'s>(&'s self, attribute: &str, at: At<'_>) -> Option<Data<'s>>
    where
        Self::Value: 's,
    {
        let data = self.value(attribute, at)?.data();
        (!data.is_null()).then(|| Data::new(data))
    }

    /// All values of an attribute.
    fn values_of<'s>(&'s self, attribute: &str) -> &'s [Self::Value] {
        let all = self.map().and_then(|map| map.get(attribute));
        all.map_or(&[], Vec::as_slice)
    }

    /// Sets the data of an attribute for one locale and channel; every other value stays as it is.
    fn set(&mut self, attribute: &str, at: At<'_>, data: impl IntoData) {
        let data = data.into_data();
        let all = self.map_mut().entry(attribute.to_owned()).or_default();
        match all.iter_mut().find(|value| at.is_of(*value)) {
            Some(value) => value.replace(data),
            None => all.push(Self::Value::at(at, data)),
        }
    }

    /// Sets the data of an attribute to null, by which the PIM erases the value when it is written.
    fn erase(&mut self, attribute: &str, at: At<'_>) {
        self.set(attribute, at, sdk_runtime::AnyJson::NULL);
    }

    /// Takes a value out of the map, so that a write leaves alone what the PIM has of it.
    fn forget(&mut self, attribute: &str, at: At<'_>) -> Option<Self::Value> {
        let map = self.map_mut();
        let all = map.get_mut(attribute)?;
        let place = all.iter().position(|value| at.is_of(value))?;
        let value = all.remove(place);
        if all.is_empty() {
            map.remove(attribute);
        }
        Some(value)
    }
}

impl<V: Value> Values for ValueMap<V> {
    type Value = V;

    fn map(&self) -> Option<&ValueMap<V>> {
        Some(self)
    }

    fn map_mut(&mut self) -> &mut ValueMap<V> {
        self
    }
}

impl<V: Value> Values for Option<ValueMap<V>> {
    type Value = V;

    fn map(&self) -> Option<&ValueMap<V>> {
        self.as_ref()
    }

    fn map_mut(&mut self) -> &mut ValueMap<V> {
        self.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::ProductValue;
    use serde_json::json;

    fn stored() -> serde_json::Value {
        json!({
            "name": [
                {"locale": "en_US", "scope": null, "data": "Lamp"},
                {"locale": "de_DE", "scope": null, "data": "Lampe"},
            ],
            "teleport": [
                {"locale": null, "scope": "moon", "data": {"a": [1, {"b": 12345678901234567890123.5}]}},
            ],
        })
    }

    fn read() -> ValueMap<ProductValue> {
        serde_json::from_value(stored()).unwrap()
    }

    #[test]
    fn a_value_is_found_by_attribute_locale_and_scope_alone() {
        let values = read();
        let text = |at| {
            let data = values.data("name", at)?;
            data.text()
        };
        assert_eq!(text(At::locale("de_DE")), Some("Lampe"));
        assert_eq!(text(At::EVERYWHERE), None);
        assert_eq!(text(At::locale("de_DE").in_scope("print")), None);
        assert_eq!(values.values_of("name").len(), 2);
        assert!(values.values_of("unheard_of").is_empty());
    }

    #[test]
    fn a_write_changes_one_value_and_leaves_the_others_as_they_came() {
        let mut values = read();
        values.set("name", At::locale("de_DE"), "Leuchte");
        values.set("name", At::locale("fr_FR"), "Lampe");
        values.erase("name", At::locale("en_US"));
        let mut expected = stored();
        expected["name"] = json!([
            {"locale": "en_US", "scope": null, "data": null},
            {"locale": "de_DE", "scope": null, "data": "Leuchte"},
            {"locale": "fr_FR", "scope": null, "data": "Lampe"},
        ]);
        assert_eq!(serde_json::to_value(&values).unwrap(), expected);
        assert!(values.data("name", At::locale("en_US")).is_none());
        assert!(values.value("name", At::locale("en_US")).is_some());
    }

    #[test]
    fn what_the_server_said_about_the_old_data_goes_with_it() {
        let mut values: ValueMap<ProductValue> = serde_json::from_value(json!({"colour": [
            {"locale": null, "scope": null, "data": "red", "attribute_type": "pim_catalog_simpleselect",
             "linked_data": {"attribute": "colour", "code": "red"}},
        ]}))
        .unwrap();
        values.set("colour", At::EVERYWHERE, "blue");
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"colour": [{"locale": null, "scope": null, "data": "blue",
                "attribute_type": "pim_catalog_simpleselect"}]})
        );
    }

    #[test]
    fn what_stands_beside_the_data_and_is_not_known_stays() {
        let mut values: ValueMap<ProductValue> = serde_json::from_value(json!({"size": [
            {"locale": null, "scope": null, "data": 1, "from_a_later_version": {"a": [1]}},
        ]}))
        .unwrap();
        values.set("size", At::EVERYWHERE, 2);
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"size": [{"locale": null, "scope": null, "data": 2, "from_a_later_version": {"a": [1]}}]})
        );
    }

    #[test]
    fn a_forgotten_value_is_not_written() {
        let mut values = Some(read());
        assert!(values.forget("name", At::locale("en_US")).is_some());
        assert!(values.forget("teleport", At::scope("moon")).is_some());
        assert!(values.forget("teleport", At::scope("moon")).is_none());
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"name": [{"locale": "de_DE", "scope": null, "data": "Lampe"}]})
        );
    }
}
